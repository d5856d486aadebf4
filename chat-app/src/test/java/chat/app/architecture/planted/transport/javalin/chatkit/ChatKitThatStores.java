package chat.app.architecture.planted.transport.javalin.chatkit;

import chat.app.architecture.planted.port.Store;

/** Breaks: ChatKit has no rules of its own. */
public interface ChatKitThatStores {
  Store store();
}
