package chat.app.architecture.planted.port;

import chat.app.architecture.planted.engine.Runner;

/** Breaks: ports know the model; and with the engine it makes a circle. */
public interface PortForTheEngine {
  void take(Runner runner);
}
