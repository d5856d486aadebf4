package chat.app.folder;

import org.jspecify.annotations.Nullable;

/**
 * Is what keeps the server from starting. Its message is one line for whoever starts it: what is
 * wrong, and the mend. It holds no secret.
 */
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartFailure(String line) {
    this(line, null);
  }

  public StartFailure(String line, @Nullable Throwable cause) {
    super(line.replaceAll("\\s*\\R\\s*", " "), cause);
  }
}
