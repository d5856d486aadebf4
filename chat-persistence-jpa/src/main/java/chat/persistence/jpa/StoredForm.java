package chat.persistence.jpa;

import chat.model.ChatException.StorageFailed;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Maps what the domain keeps as JSON to the text that is stored: a form of its own, apart from any
 * wire. Types have explicit names, nulls are left out, ids and times are plain strings, JSON stands
 * as itself, and what a newer version wrote beside the known is passed over.
 */
final class StoredForm {
  private static final TypeReference<Content> CONTENT = new TypeReference<>() {};
  private static final TypeReference<List<TurnEvent>> EVENTS = new TypeReference<>() {};
  private static final TypeReference<List<Turn.Pending>> PENDING = new TypeReference<>() {};
  private static final TypeReference<Turn.Input> INPUT = new TypeReference<>() {};
  private static final TypeReference<Turn.Failure> FAILURE = new TypeReference<>() {};
  private static final TypeReference<Content.Options> OPTIONS = new TypeReference<>() {};
  private static final TypeReference<Json> JSON = new TypeReference<>() {};
  private static final JsonMapper MAPPER = mapper();

  private StoredForm() {}

  static String of(Content content) {
    return write(CONTENT, content);
  }

  static Content content(String stored) {
    return read(CONTENT, stored);
  }

  /** Writes consecutive events without their numbers: the row has the first one's. */
  static String of(List<TurnEvent.Numbered> events) {
    return write(EVENTS, events.stream().map(TurnEvent.Numbered::event).toList());
  }

  static List<TurnEvent.Numbered> events(String stored, long first) {
    var events = new ArrayList<TurnEvent.Numbered>();
    for (var event : read(EVENTS, stored)) {
      events.add(new TurnEvent.Numbered(first + events.size(), event));
    }
    return events;
  }

  static String ofPending(List<Turn.Pending> pending) {
    return write(PENDING, pending);
  }

  static List<Turn.Pending> pending(String stored) {
    return read(PENDING, stored);
  }

  static String of(Turn.Input input) {
    return write(INPUT, input);
  }

  static Turn.Input input(String stored) {
    return read(INPUT, stored);
  }

  static @Nullable String of(Turn.@Nullable Failure failure) {
    return failure == null ? null : write(FAILURE, failure);
  }

  static Turn.@Nullable Failure failure(@Nullable String stored) {
    return stored == null ? null : read(FAILURE, stored);
  }

  static @Nullable String of(Content.Options options) {
    return options.equals(Content.Options.NONE) ? null : write(OPTIONS, options);
  }

  static Content.Options options(@Nullable String stored) {
    return stored == null ? Content.Options.NONE : read(OPTIONS, stored);
  }

  /** Reads JSON as the database wrote it; written the same way for the same meaning. */
  static Json json(String stored) {
    return read(JSON, stored);
  }

  static @Nullable Json jsonOrNull(@Nullable String stored) {
    return stored == null ? null : json(stored);
  }

  static boolean sameMeaning(Json one, Json other) {
    return one.equals(other) || tree(one.text()).equals(tree(other.text()));
  }

  static boolean sameMeaning(Turn.Answer one, Turn.Answer other) {
    return one.equals(other)
        || tree(write(new TypeReference<Turn.Answer>() {}, one))
            .equals(tree(write(new TypeReference<Turn.Answer>() {}, other)));
  }

  /** Writes rows for {@code jsonb_to_recordset}: one parameter, however many rows. */
  static String rows(List<? extends Record> rows) {
    try {
      return MAPPER.writeValueAsString(rows);
    } catch (JsonProcessingException e) {
      throw unstorable(e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw unstorable(e);
    }
  }

  private static <T> String write(TypeReference<T> type, T value) {
    try {
      return MAPPER.writerFor(type).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw unstorable(e);
    }
  }

  private static <T> T read(TypeReference<T> type, String stored) {
    try {
      return MAPPER.readValue(stored, type);
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    }
  }

  private static IllegalArgumentException unstorable(JsonProcessingException e) {
    e.clearLocation();
    return new IllegalArgumentException("what is given cannot be stored", e);
  }

  private static StorageFailed unreadable(JsonProcessingException e) {
    e.clearLocation();
    return new StorageFailed("what is stored is not in a form that is known", e);
  }

  private static JsonMapper mapper() {
    // The longest number that jsonb can write.
    var longest = StreamReadConstraints.builder().maxNumberLength(150_000).build();
    var factory = JsonFactory.builder().streamReadConstraints(longest).build();
    var plain = new SimpleModule("stored form");
    text(plain, UserId.class, UserId::new);
    text(plain, Conversation.Id.class, s -> new Conversation.Id(UUID.fromString(s)));
    text(plain, Message.Id.class, s -> new Message.Id(UUID.fromString(s)));
    text(plain, Turn.Id.class, s -> new Turn.Id(UUID.fromString(s)));
    text(plain, Instant.class, Instant::parse);
    text(plain, Duration.class, Duration::parse);
    plain.addSerializer(Json.class, new JsonWriter());
    plain.addDeserializer(Json.class, new JsonReader());
    return StoredTypes.named(JsonMapper.builder(factory))
        .addModule(plain)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
        .build();
  }

  private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(
        type,
        new StdSerializer<T>(type) {
          @Override
          public void serialize(T value, JsonGenerator out, SerializerProvider all)
              throws IOException {
            out.writeString(value.toString());
          }
        });
    module.addDeserializer(
        type,
        new StdDeserializer<T>(type) {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return parse.apply(in.getText());
          }
        });
  }

  /** Embeds JSON as it is. */
  private static final class JsonWriter extends StdSerializer<Json> {
    JsonWriter() {
      super(Json.class);
    }

    @Override
    public void serialize(Json value, JsonGenerator out, SerializerProvider all)
        throws IOException {
      out.writeRawValue(value.text());
    }
  }

  /** Tells {@code null}, which is JSON, from what is not there. */
  private static final class JsonReader extends StdDeserializer<Json> {
    JsonReader() {
      super(Json.class);
    }

    @Override
    public Json deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return new Json(MAPPER.writeValueAsString(context.readTree(in)));
    }

    @Override
    public Json getNullValue(DeserializationContext context) {
      return Json.NULL;
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return null;
    }
  }
}
