package chat.transport.javalin;

import chat.model.ChatException.InvalidInput;
import chat.model.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the records of {@link RestRequest} and {@link RestWire}: strictly what comes in
 * (nothing unknown, nothing twice, no type made out of another), snake_case without nulls what goes
 * out.
 */
final class RestJson {
  private static final ObjectMapper MAPPER = mapper();

  /** What some parsers take for the end of a line, in UTF-8 from its second byte on. */
  private static final String NEXT_LINE = "\\u0085";

  private RestJson() {}

  /** Reads a request; what is wrong with it is an {@link InvalidInput} that names the field. */
  static <T> T read(byte[] body, Class<T> type) {
    T value;
    try {
      value = MAPPER.readValue(body, type);
    } catch (UnrecognizedPropertyException e) {
      throw new InvalidInput(field(e), "an unknown field");
    } catch (JsonMappingException e) {
      throw new InvalidInput(field(e), "not what this field takes");
    } catch (JsonProcessingException e) {
      throw new InvalidInput("body", "not a JSON text that is read here");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (value == null) throw new InvalidInput("body", "a JSON object is needed");
    return value;
  }

  /** Reads a request that may be left out altogether. */
  static <T> T readOr(byte[] body, Class<T> type, T otherwise) {
    return body.length == 0 ? otherwise : read(body, type);
  }

  private static String field(JsonMappingException e) {
    var path =
        e.getPath().stream()
            .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "body" : path;
  }

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Writes it on one line, in the view of the most careless reader: line ends can only stand
   * between tokens of JSON that came ready-made, and become spaces; U+0085, U+2028 and U+2029 can
   * only stand within strings, and are escaped.
   */
  static byte[] writeLine(Object value) {
    var bytes = write(value);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') bytes[i] = ' ';
      else if (lineEnd(bytes, i) > 0) return escaped(bytes, i);
    }
    return bytes;
  }

  /** Returns how many bytes of another end of line begin there. */
  private static int lineEnd(byte[] utf8, int at) {
    if (utf8[at] == (byte) 0xC2 && utf8[at + 1] == (byte) 0x85) return 2;
    if (utf8[at] != (byte) 0xE2 || utf8[at + 1] != (byte) 0x80) return 0;
    return utf8[at + 2] == (byte) 0xA8 || utf8[at + 2] == (byte) 0xA9 ? 3 : 0;
  }

  private static byte[] escaped(byte[] utf8, int from) {
    var out = new ByteArrayOutputStream(utf8.length + 32);
    out.write(utf8, 0, from);
    for (int i = from; i < utf8.length; i++) {
      int length = lineEnd(utf8, i);
      if (length == 0) {
        out.write(utf8[i] == '\n' || utf8[i] == '\r' ? ' ' : utf8[i]);
        continue;
      }
      var code = length == 2 ? NEXT_LINE : utf8[i + 2] == (byte) 0xA8 ? "\\u2028" : "\\u2029";
      out.writeBytes(code.getBytes(StandardCharsets.US_ASCII));
      i += length - 1;
    }
    return out.toByteArray();
  }

  private static ObjectMapper mapper() {
    var limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(32)
            .maxNumberLength(100)
            .maxNameLength(200)
            .build();
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    return JsonMapper.builder(factory)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            text -> {
              text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
        .addModule(
            new SimpleModule()
                .addSerializer(new AsText<>(Instant.class))
                .addSerializer(new Verbatim())
                .addDeserializer(Json.class, new AnyJson())
                .addSerializer(new AsWord()))
        .build();
  }

  /** Returns an enum's word on the wire. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static final class AsText<T> extends StdSerializer<T> {
    AsText(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider to) throws IOException {
      out.writeString(value.toString());
    }
  }

  private static final class Verbatim extends StdSerializer<Json> {
    Verbatim() {
      super(Json.class);
    }

    @Override
    public void serialize(Json value, JsonGenerator out, SerializerProvider to) throws IOException {
      out.writeRawValue(value.text());
    }
  }

  /** Takes any value, null too: that is not the same as nothing. */
  private static final class AnyJson extends StdDeserializer<Json> {
    AnyJson() {
      super(Json.class);
    }

    @Override
    public Json deserialize(JsonParser in, DeserializationContext from) throws IOException {
      return new Json(from.readTree(in).toString());
    }

    @Override
    public Json getNullValue(DeserializationContext from) {
      return Json.NULL;
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext from) {
      return null;
    }
  }

  @SuppressWarnings("rawtypes")
  private static final class AsWord extends StdSerializer<Enum> {
    AsWord() {
      super(Enum.class);
    }

    @Override
    public void serialize(Enum value, JsonGenerator out, SerializerProvider to) throws IOException {
      out.writeString(word(value));
    }
  }
}
