package chat.app.architecture.planted.engine;

import org.slf4j.Logger;

/** Breaks: the domain needs only the JDK. */
public interface EngineThatLogs {
  Logger logger();
}
