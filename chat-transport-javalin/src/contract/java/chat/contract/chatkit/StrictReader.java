package chat.contract.chatkit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a ChatKit server says with the models of {@link Model} and throws an {@link
 * AssertionError} at whatever they do not hold: something unknown, missing or null, another type or
 * spelling, an object that is not the same when it is written again.
 */
final class StrictReader {
  private static final JsonMapper MAPPER = mapper();

  /** What comes behind whole strings and what stands between them, and should not be there. */
  private static final Pattern BARE =
      Pattern.compile(
          "\\G(?:[^\"\\s]++|\"(?:[^\"\\\\]++|\\\\[^u]|\\\\u00[01])*+\")*+(?:\\s|\"(?:[^\"\\\\]++|\\\\[^u])*+\\\\u)");

  private StrictReader() {}

  private static JsonMapper mapper() {
    var builder =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    for (var family : families()) builder.registerSubtypes(family.getPermittedSubclasses());
    return builder.build();
  }

  private static List<Class<?>> families() {
    return List.of(
        ModelEvent.class,
        ModelEvent.Update.class,
        Model.Status.class,
        Model.Item.class,
        Model.UserContent.class,
        Model.Source.class,
        Model.Attachment.class,
        Model.Task.class,
        Model.Question.class);
  }

  static JavaType pageOf(Class<?> element) {
    return MAPPER.getTypeFactory().constructParametricType(Model.Page.class, element);
  }

  /** Writes an item as a tree. */
  static JsonNode tree(Model.Item item) {
    return MAPPER.valueToTree(item);
  }

  static ModelEvent event(String line) {
    return read(ModelEvent.class, line);
  }

  static <T> T read(Class<T> model, String text) {
    return model.cast(read(MAPPER.constructType(model), text));
  }

  /** Reads a text of one line that is as compact as it can be. */
  static Object read(JavaType model, String text) {
    try {
      requireCompact(text);
      return read(model, MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + e.getOriginalMessage() + "\nin " + text, e);
    }
  }

  /** Outside of strings there is no white space, and inside nothing is escaped without need. */
  private static void requireCompact(String text) {
    var bare = BARE.matcher(text);
    if (bare.find()) throw fault("white space or a needless escape: " + bare.group(), text);
  }

  private static Object read(JavaType model, JsonNode tree) {
    try {
      Object value = MAPPER.readerFor(model).readValue(tree);
      var missing = missing(value, model.getRawClass().getSimpleName());
      if (missing != null) throw fault("missing " + missing, tree);
      var again = MAPPER.readTree(MAPPER.writerFor(model).writeValueAsString(value));
      if (!again.equals(tree)) throw fault("not the same when written again: " + again, tree);
      return value;
    } catch (java.io.IOException | IllegalArgumentException e) {
      throw new AssertionError("not a " + model + ": " + e.getMessage() + "\nin " + tree, e);
    }
  }

  private static AssertionError fault(String what, Object where) {
    return new AssertionError(what + "\nin " + where);
  }

  /** Returns where there is nothing and should be something; null if that is nowhere. */
  private static @Nullable String missing(@Nullable Object value, String at) {
    if (value == null) return at;
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        var missing = missing(list.get(i), at + "[" + i + "]");
        if (missing != null) return missing;
      }
    }
    if (value instanceof Model.Task task) task.requireStatus();
    if (!(value instanceof Record record)) return null;
    for (var component : record.getClass().getRecordComponents()) {
      var part = part(record, component);
      if (part == null && component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        continue;
      }
      var missing = missing(part, at + "." + component.getName());
      if (missing != null) return missing;
    }
    return null;
  }

  private static @Nullable Object part(Record record, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
