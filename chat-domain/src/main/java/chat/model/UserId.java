package chat.model;

/**
 * Identifies the owner of everything: a token's subject, compared byte for byte.
 *
 * @param value 1–255 characters, no control characters, no unpaired surrogate
 */
public record UserId(String value) {
  public UserId {
    if (value.isEmpty() || value.length() > 255) {
      throw new IllegalArgumentException("a user id has 1 to 255 characters");
    }
    if (value.chars().anyMatch(Character::isISOControl) || Text.hasUnpairedSurrogate(value)) {
      throw new IllegalArgumentException("a user id holds no control characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
