package chat.app.architecture.planted.transport.javalin;

import chat.app.architecture.planted.transport.javalin.chatkit.Item;

/** Breaks: ChatKit is known by what mounts it alone. */
public interface RestThatSpeaksOfThreads {
  Item item();
}
