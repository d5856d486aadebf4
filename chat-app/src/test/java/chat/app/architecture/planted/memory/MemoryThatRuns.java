package chat.app.architecture.planted.memory;

import chat.app.architecture.planted.engine.Runner;

/** Breaks: memory knows the ports. */
public interface MemoryThatRuns {
  Runner runner();
}
