package chat.app.architecture.planted.engine;

import chat.app.architecture.planted.Door;

/** Breaks: the engine knows the ports. */
public interface EngineThatCallsTheDoor {
  Door door();
}
