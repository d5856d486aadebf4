package chat.app.architecture.planted.port;

import okhttp3.OkHttpClient;

/** Breaks: HTTP clients stay in their adapters. */
public interface PortWithAClient {
  OkHttpClient client();
}
