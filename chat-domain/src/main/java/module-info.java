/**
 * Conversations, turns and the engine that runs them, with ports for everything outside. Needs the
 * JDK alone. Start reading at {@link chat.ChatService}; what an adapter must keep stands in {@link
 * chat.port}.
 */
module io.github.chatserver.domain {
  requires static transitive org.jspecify;

  exports chat;
  exports chat.engine;
  exports chat.memory;
  exports chat.model;
  exports chat.port;
}
