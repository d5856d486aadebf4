package chat.app.architecture.planted.app;

/** Is the settings. */
public interface Options {}
