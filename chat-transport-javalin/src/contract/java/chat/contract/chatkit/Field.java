package chat.contract.chatkit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds what stands in the fields of {@link Model} that is more than a word or a number. */
final class Field {
  private Field() {}

  static void require(boolean holds, String what) {
    if (!holds) throw new IllegalArgumentException(what);
  }

  static <T> T present(@Nullable T value, String what) {
    if (value == null) throw new IllegalArgumentException(what);
    return value;
  }

  static void oneOf(String value, String... words) {
    require(
        value != null && List.of(words).contains(value), value + " is none of " + List.of(words));
  }

  /** UTC with {@code Z} and six digits. */
  record Timestamp(@JsonValue String text) implements Comparable<Timestamp> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Timestamp {
      require(text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z"), "time " + text);
    }

    @Override
    public int compareTo(Timestamp other) {
      return text.compareTo(other.text);
    }
  }

  /** A prefix and 128 bits in hexadecimal. */
  record ThreadId(@JsonValue String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    ThreadId {
      require(text.matches("thr_[0-9a-f]{32}"), "thread id " + text);
    }
  }

  record ItemId(@JsonValue String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    ItemId {
      require(text.matches("(msg|tc|wf|tsk)_[0-9a-f]{32}"), "item id " + text);
    }
  }

  record AttachmentId(@JsonValue String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    AttachmentId {
      require(text.matches("atc_[0-9a-f]{32}"), "attachment id " + text);
    }
  }

  record Url(@JsonValue String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Url {
      var uri = URI.create(text);
      require(uri.isAbsolute(), "URL " + text);
      require(!"https?".matches(uri.getScheme()) || !uri.getPath().isEmpty(), "bare " + text);
    }
  }

  record Icon(@JsonValue String name) {
    private static final Set<String> NAMES =
        Set.of(
            ("agent analytics atom batch bolt book-open book-closed book-clock bug calendar chart"
                    + " check check-circle check-circle-filled chevron-left chevron-right"
                    + " circle-question clock compass confetti cube desktop document dot"
                    + " dots-horizontal dots-vertical empty-circle external-link globe keys lab"
                    + " images info lifesaver lightbulb mail map-pin maps mobile name notebook"
                    + " notebook-pencil page-blank phone play plus profile profile-card reload star"
                    + " star-filled search sparkle sparkle-double square-code square-image"
                    + " square-text suitcase settings-slider user wreath write write-alt"
                    + " write-alt2")
                .split(" "));

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Icon {
      require(NAMES.contains(name) || name.matches("(vendor|lucide):.*"), "icon " + name);
    }
  }

  /** Any JSON, nulls and all, but not null itself. */
  record Free(@JsonValue JsonNode value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Free {}
  }

  /** Any JSON object, nulls and all. */
  record FreeObject(@JsonValue JsonNode value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    FreeObject {
      require(value.isObject(), "no object: " + value);
    }
  }

  /** A tree of components, without a null anywhere. */
  record Component(@JsonValue JsonNode value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Component {
      require(value.path("type").isTextual(), "a component without a type: " + value);
      requireNoNull(value);
      var children = value.path("children");
      if (children.isObject()) new Component(children);
      if (children.isArray()) children.forEach(Component::new);
    }

    private static void requireNoNull(JsonNode node) {
      require(!node.isNull(), "a null in a widget");
      node.forEach(Component::requireNoNull);
    }
  }

  record Root(@JsonValue JsonNode value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Root {
      new Component(value);
      oneOf(value.path("type").asText(), "Card", "ListView", "Basic");
    }
  }
}
