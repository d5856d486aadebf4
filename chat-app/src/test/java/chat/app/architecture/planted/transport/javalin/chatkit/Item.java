package chat.app.architecture.planted.transport.javalin.chatkit;

/** Is a word of a protocol. */
public interface Item {}
