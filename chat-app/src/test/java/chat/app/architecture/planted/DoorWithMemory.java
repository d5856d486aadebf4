package chat.app.architecture.planted;

import chat.app.architecture.planted.memory.Memory;

/** Breaks: the front door knows no adapter. */
public interface DoorWithMemory {
  Memory memory();
}
