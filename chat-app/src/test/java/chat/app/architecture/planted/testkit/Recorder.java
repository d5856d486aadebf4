package chat.app.architecture.planted.testkit;

/** Is for tests. */
public interface Recorder {}
