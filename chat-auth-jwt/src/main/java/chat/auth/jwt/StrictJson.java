package chat.auth.jwt;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jsonwebtoken.jackson.io.JacksonDeserializer;

/**
 * Reads JSON that has one meaning only: no member stands twice, and nothing follows it. Two readers
 * that disagree about what a token says are how one is made to pass for another.
 */
class StrictJson<T> extends JacksonDeserializer<T> {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  StrictJson() {
    super(MAPPER);
  }
}
