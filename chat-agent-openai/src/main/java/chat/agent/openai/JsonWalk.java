package chat.agent.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a JSON object with a streaming parser and takes what is known wherever it stands;
 * what is of another type than expected is skipped.
 */
final class JsonWalk implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonParser json;

  /** Begins at an object; anything else is no part of an answer. */
  JsonWalk(String text) throws IOException {
    json = JSON.createParser(text);
    if (json.nextToken() == JsonToken.START_OBJECT) return;
    json.close();
    throw new BrokenReply("the model's answer holds something that is no object");
  }

  /** Reads the object at hand; whoever is given a name reads its value or {@link #skip}s it. */
  void members(Member member) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      skip();
      return;
    }
    for (var name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      member.read(name);
    }
  }

  /** Reads the array at hand; whoever is called reads one element or skips it. */
  void elements(Element element) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      skip();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) element.read();
  }

  /** Tells whether the value at hand is an array. */
  boolean isArray() {
    return json.currentToken() == JsonToken.START_ARRAY;
  }

  void skip() throws IOException {
    json.skipChildren();
  }

  /** Returns the string at hand; null for an empty one and for anything else. */
  @Nullable String words() throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      skip();
      return null;
    }
    var text = json.getText();
    return text.isEmpty() ? null : text;
  }

  /** Returns the number at hand; null for anything else. */
  @Nullable Long number() throws IOException {
    if (json.currentToken().isNumeric()) return json.getValueAsLong();
    skip();
    return null;
  }

  /** Returns all of the value at hand; null for {@code null}. */
  @Nullable JsonNode tree() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) return null;
    return JSON.readTree(json);
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  @FunctionalInterface
  interface Member {
    void read(String name) throws IOException;
  }

  @FunctionalInterface
  interface Element {
    void read() throws IOException;
  }
}
