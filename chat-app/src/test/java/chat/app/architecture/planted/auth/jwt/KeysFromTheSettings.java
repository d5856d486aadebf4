package chat.app.architecture.planted.auth.jwt;

import chat.app.architecture.planted.app.Options;

/** Breaks: nobody knows the app. */
public interface KeysFromTheSettings {
  Options options();
}
