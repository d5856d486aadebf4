package chat.auth.jwt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;

/** Is an issuer's server on the loopback interface, which keeps what it was asked for. */
final class JwksServer implements AutoCloseable {
  private static final String PATH = "/api/auth/jwks";

  private final MockWebServer server = new MockWebServer();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Function<RecordedRequest, MockResponse> answer = request -> refusal(404);

  JwksServer() throws IOException {
    this(InetAddress.getLoopbackAddress());
  }

  JwksServer(InetAddress address) throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            asked.add(request.getTarget());
            return answer.apply(request);
          }
        });
    server.start(address, 0);
  }

  URI url() {
    return server.url(PATH).uri();
  }

  int port() {
    return server.getPort();
  }

  /** Returns a URL of this server where no keys are. */
  String trap() {
    return server.url("/trap").toString();
  }

  /** Publishes these keys from now on. */
  void publishes(String... jwks) {
    says("{\"keys\":[" + String.join(",", jwks) + "]}");
  }

  /** Answers with this text from now on. */
  void says(String body) {
    answers(request -> new MockResponse.Builder().body(body).build());
  }

  /** Answers like this from now on. */
  void answers(Function<RecordedRequest, MockResponse> next) {
    answer = next;
  }

  /** Breaks off every connection from now on. */
  void goesAway() {
    answers(
        request ->
            new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
  }

  static MockResponse refusal(int status, String... headers) {
    var refusal = new MockResponse.Builder().code(status);
    for (int i = 0; i < headers.length; i += 2) refusal.addHeader(headers[i], headers[i + 1]);
    return refusal.build();
  }

  /** Returns how often keys were asked for. */
  int fetches() {
    return (int) asked.stream().filter(PATH::equals).count();
  }

  /** Returns all paths that were asked for. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    server.close();
  }
}
