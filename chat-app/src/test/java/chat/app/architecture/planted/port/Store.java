package chat.app.architecture.planted.port;

/** Is a port. */
public interface Store {}
