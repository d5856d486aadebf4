package chat.transport.javalin.chatkit;

import chat.model.ChatException.InvalidInput;
import chat.model.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes the records of {@link ChatKitWire} and {@link EventWire}, compact and on one line, without
 * nulls but within what is free-form; times in UTC with six digits of a second.
 */
final class ChatKitJson {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** How deep a request is nested, and how long its numbers are, at most. */
  private static final int MOST = 100;

  /** Reads what clients send. */
  private static final ObjectMapper STRICT = strict();

  /** Reads what is stored, which was checked when it came, and writes. */
  private static final ObjectMapper MAPPER = mapper();

  private ChatKitJson() {}

  /** Reads a body; whatever is no JSON object, or says a name twice, is refused. */
  static JsonNode read(byte[] body) {
    JsonNode node;
    try {
      node = STRICT.readTree(body);
    } catch (JsonProcessingException e) {
      throw new InvalidInput("body", "not a JSON text that is read here");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!node.isObject()) throw new InvalidInput("body", "a JSON object is needed");
    return node;
  }

  static JsonNode tree(Json json) {
    try {
      return MAPPER.readTree(json.text());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes an event as a frame of {@code text/event-stream}. */
  static byte[] frame(EventWire.Event event) {
    var json = write(event);
    var frame = new ByteArrayOutputStream(DATA.length + json.length + 2);
    frame.writeBytes(DATA);
    frame.writeBytes(json);
    frame.write('\n');
    frame.write('\n');
    return frame.toByteArray();
  }

  private static ObjectMapper strict() {
    var limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MOST)
            .maxNumberLength(MOST)
            .maxStringLength(Integer.MAX_VALUE)
            .build();
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  private static ObjectMapper mapper() {
    var limits =
        StreamReadConstraints.builder()
            .maxNumberLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxStringLength(Integer.MAX_VALUE)
            .build();
    var factory = JsonFactory.builder().streamReadConstraints(limits).build();
    return JsonMapper.builder(factory)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .addModule(new SimpleModule().addSerializer(new Time()).addSerializer(new FreeForm()))
        .build();
  }

  private static final class Time extends StdSerializer<Instant> {
    Time() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider to)
        throws IOException {
      out.writeString(TIME.format(value));
    }
  }

  /** Writes what came ready-made without the white space between its tokens, line ends say. */
  private static final class FreeForm extends StdSerializer<Json> {
    FreeForm() {
      super(Json.class);
    }

    @Override
    public void serialize(Json value, JsonGenerator out, SerializerProvider to) throws IOException {
      try (var in = MAPPER.createParser(value.text())) {
        in.nextToken();
        out.copyCurrentStructureExact(in);
      }
    }
  }
}
