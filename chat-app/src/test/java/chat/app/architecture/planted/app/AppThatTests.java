package chat.app.architecture.planted.app;

import chat.app.architecture.planted.testkit.Recorder;

/** Breaks: what runs does not know what tests. */
public interface AppThatTests {
  Recorder recorder();
}
