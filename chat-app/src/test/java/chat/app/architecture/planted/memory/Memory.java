package chat.app.architecture.planted.memory;

/** Is an adapter within the domain. */
public interface Memory {}
