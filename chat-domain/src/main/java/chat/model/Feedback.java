package chat.model;

/** Is what a user thinks of a message. */
public enum Feedback {
  POSITIVE,
  NEGATIVE
}
