package chat.persistence.jpa;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import jakarta.persistence.Embeddable;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Identifies every row: its owner, and an id within the owner's. */
@Embeddable
record Key(String owner, UUID id) {
  static Key of(UserId owner, Conversation.Id id) {
    return new Key(owner.value(), id.value());
  }

  static Key of(UserId owner, Turn.Id id) {
    return new Key(owner.value(), id.value());
  }

  static Key of(UserId owner, Message.Id id) {
    return new Key(owner.value(), id.value());
  }

  UserId user() {
    return new UserId(owner);
  }

  /** Returns the word that a column has for a constant. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static @Nullable String wordOrNull(@Nullable Enum<?> constant) {
    return constant == null ? null : word(constant);
  }

  static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }

  static <E extends Enum<E>> @Nullable E constantOrNull(Class<E> type, @Nullable String word) {
    return word == null ? null : constant(type, word);
  }
}
