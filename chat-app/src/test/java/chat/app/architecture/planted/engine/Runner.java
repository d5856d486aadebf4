package chat.app.architecture.planted.engine;

import chat.app.architecture.planted.port.Store;

/** Knows a port, as it may. */
public interface Runner {
  void run(Store store);
}
