package chat.app.architecture.planted.app;

import io.javalin.http.Context;

/** Breaks: the web server stays in its adapter. */
public interface AppWithARoute {
  void answer(Context context);
}
