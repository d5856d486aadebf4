package chat.app.architecture.planted.model;

import chat.app.architecture.planted.port.Store;

/** Breaks: the model knows nothing else. */
public interface MessageThatStoresItself {
  void storeIn(Store store);
}
