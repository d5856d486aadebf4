package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Json;
import chat.model.TurnEvent;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares values of the domain by what they mean: a store may write the JSON in them in another
 * order, with other white space and other escapes.
 */
final class SameMeaning {
  private SameMeaning() {}

  static void assertSame(@Nullable Object actual, @Nullable Object expected) {
    assertThat(normal(actual)).isEqualTo(normal(expected));
  }

  private static @Nullable Object normal(@Nullable Object value) {
    if (value instanceof Json json) return "JSON " + new Reader(json.text()).value();
    if (value instanceof Collection<?> all) return all.stream().map(SameMeaning::normal).toList();
    if (value instanceof TurnEvent.Numbered n) return List.of(n.number(), normalRecord(n.event()));
    if (value instanceof Record some) return normalRecord(some);
    return value;
  }

  /** A record becomes its type and its normal components, by name. */
  private static List<Object> normalRecord(Object some) {
    var parts = new ArrayList<Object>(List.of(some.getClass().getName()));
    try {
      for (var component : some.getClass().getRecordComponents()) {
        parts.add(component.getName() + "=" + normal(component.getAccessor().invoke(some)));
      }
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError(e.getMessage(), e);
    }
    return parts;
  }

  /** Reads JSON that is known to be valid. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    @Nullable Object value() {
      char c = next();
      return switch (c) {
        case '{' -> object();
        case '[' -> array();
        case '"' -> "\"" + string() + "\"";
        default -> word();
      };
    }

    private Map<String, @Nullable Object> object() {
      var members = new TreeMap<String, @Nullable Object>();
      at++;
      while (next() != '}') {
        if (text.charAt(at) == ',') at++;
        next();
        var name = string();
        next();
        at++;
        members.put(name, value());
      }
      at++;
      return members;
    }

    private List<@Nullable Object> array() {
      var elements = new ArrayList<@Nullable Object>();
      at++;
      while (next() != ']') {
        if (text.charAt(at) == ',') at++;
        elements.add(value());
      }
      at++;
      return elements;
    }

    private String string() {
      var read = new StringBuilder();
      while (text.charAt(++at) != '"') {
        char c = text.charAt(at);
        read.append(c == '\\' ? escaped(text.charAt(++at)) : c);
      }
      at++;
      return read.toString();
    }

    private char escaped(char c) {
      return switch (c) {
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> {
          at += 4;
          yield (char) Integer.parseInt(text, at - 3, at + 1, 16);
        }
        default -> c;
      };
    }

    private String word() {
      int from = at;
      while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
      var word = text.substring(from, at);
      return Character.isLetter(word.charAt(0))
          ? word
          : new BigDecimal(word).stripTrailingZeros().toString();
    }

    /** Returns the next character that is no white space, without passing it. */
    private char next() {
      while (" \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
      return text.charAt(at);
    }
  }
}
