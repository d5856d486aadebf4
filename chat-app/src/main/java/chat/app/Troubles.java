package chat.app;

import chat.engine.TurnObserver;
import chat.model.ChatException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what the engine deals with itself; where in the code, only if nobody foresaw it. */
final class Troubles implements TurnObserver {
  private static final Logger LOG = LoggerFactory.getLogger("chat");

  @Override
  public void trouble(String what, Throwable cause) {
    if (cause instanceof ChatException || cause instanceof IOException) {
      LOG.warn("{}: {}", what, cause.toString());
    } else {
      LOG.error(what, cause);
    }
  }
}
