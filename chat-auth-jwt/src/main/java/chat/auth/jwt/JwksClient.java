package chat.auth.jwt;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Fetches the keys that an issuer publishes. One call is one request: nothing is followed, repeated
 * or decompressed, and no connection is kept.
 */
final class JwksClient {
  private static final int MOST_BYTES = 64 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /**
   * For all of it, but that a name's resolution cannot be broken off: a call whose resolver hangs
   * ends when that gives up.
   */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final OkHttpClient http;
  private final Request request;

  JwksClient(URI url) {
    this(url, Dns.SYSTEM);
  }

  JwksClient(URI url, Dns dns) {
    this.http =
        new OkHttpClient.Builder()
            .dns(dns)
            .connectTimeout(CONNECT)
            .callTimeout(PATIENCE)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
            .addNetworkInterceptor(JwksClient::requireOk)
            .build();
    this.request =
        new Request.Builder()
            .url(url.toString())
            .header("Accept", "application/json, application/jwk-set+json")
            .header("Accept-Encoding", "identity")
            .header("User-Agent", "chat")
            .build();
  }

  byte[] fetch() throws IOException {
    try (var reply = http.newCall(request).execute()) {
      var body = reply.body().source();
      if (body.request(MOST_BYTES + 1)) throw new IOException("it has more than 64 KiB");
      return body.readByteArray();
    }
  }

  /** Sees an answer before it could be followed or, as some are (503, 408), asked for again. */
  private static Response requireOk(Interceptor.Chain chain) throws IOException {
    var reply = chain.proceed(chain.request());
    if (reply.code() == 200) return reply;
    reply.close();
    throw new ProtocolException("the answer is " + reply.code());
  }
}
