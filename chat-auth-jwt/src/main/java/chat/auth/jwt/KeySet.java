package chat.auth.jwt;

import io.jsonwebtoken.io.DeserializationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is a JSON Web Key Set (RFC 7517, section 5).
 *
 * @param leftOut why keys of it are not used; a set may hold some that others need
 */
record KeySet(Set<PublishedKey> keys, List<String> leftOut) {
  static final KeySet NONE = new KeySet(Set.of(), List.of());
  private static final int MOST_KEYS = 32;

  KeySet {
    keys = Set.copyOf(keys);
    leftOut = List.copyOf(leftOut);
  }

  /** Reads one; throws when it is none, or has too many keys. */
  static KeySet parse(byte[] json) throws IOException {
    var keys = new LinkedHashSet<PublishedKey>();
    var leftOut = new ArrayList<String>();
    var members = members(json);
    for (int i = 0; i < members.size(); i++) {
      try {
        if (!(members.get(i) instanceof Map<?, ?> jwk)) {
          throw new IllegalArgumentException("it is no object");
        }
        keys.add(PublishedKey.of(jwk));
      } catch (IllegalArgumentException e) {
        leftOut.add("key %d of %d: %s".formatted(i + 1, members.size(), e.getMessage()));
      }
    }
    return new KeySet(keys, leftOut);
  }

  private static List<?> members(byte[] json) throws IOException {
    Object read;
    try (var reader =
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8)) {
      read = new StrictJson<Object>().deserialize(reader);
    } catch (DeserializationException e) {
      throw new IOException("it is no JSON", e);
    }
    if (!(read instanceof Map<?, ?> set) || !(set.get("keys") instanceof List<?> keys)) {
      throw new IOException("it is no JSON Web Key Set");
    }
    if (keys.size() > MOST_KEYS) throw new IOException("it has more than " + MOST_KEYS + " keys");
    return keys;
  }

  /** Tells whether it knows the id, whatever for; without an id, whether any key would do. */
  boolean knows(@Nullable String id, String algorithm) {
    return keys.stream()
        .anyMatch(key -> id == null ? key.algorithms().contains(algorithm) : id.equals(key.id()));
  }

  /**
   * Returns the key of that id for that algorithm. Without an id it is the only key for the
   * algorithm; null when there is none, or more than one.
   */
  @Nullable Key find(@Nullable String id, String algorithm) {
    var fitting =
        keys.stream()
            .filter(key -> id == null || id.equals(key.id()))
            .filter(key -> key.algorithms().contains(algorithm))
            .toList();
    return fitting.size() == 1 ? fitting.getFirst().key() : null;
  }
}
