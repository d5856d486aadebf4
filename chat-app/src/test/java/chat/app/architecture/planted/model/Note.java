package chat.app.architecture.planted.model;

/** Is a value. */
public interface Note {}
