package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Json;
import chat.model.TurnEvent;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
    if (value instanceof Json json) return "JSON " + json.canonical();
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
}
