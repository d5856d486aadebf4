package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.auth.jwt.JwtSettings;
import chat.auth.jwt.TokenIssuer;
import chat.model.UserId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same request 50 times at once at two processes; half of the clients have sent it before and
 * went without reading the reply. One turn comes of it, one model call, and one answer.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SameRequestIT {
  private static final int CLIENTS = 50;
  private static final String SECRET = "a secret that both processes know";
  private static final String CHAT = "/api/alice/chat";

  private final String alice =
      new TokenIssuer(JwtSettings.secret(SECRET), InstantSource.system())
          .issue(new UserId("alice"));
  private SharedDatabase shared;
  private ScriptedModel model;
  private final List<ServerProcess> servers = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    shared = SharedDatabase.start(folder.resolve("database"));
    model = new ScriptedModel(ScriptedModel.says("ok"));
    var settings = new HashMap<>(shared.settings());
    settings.put("CHAT_JWT_SECRET", SECRET);
    settings.put("OPENAI_BASE_URL", model.url());
    settings.put("OPENAI_MODEL", "scripted");
    settings.put("CHAT_TITLES", "first_message");
    for (var name : List.of("one", "two")) {
      servers.add(ServerProcess.start(folder.resolve(name), settings));
    }
  }

  @AfterAll
  void stop() throws Exception {
    for (var server : servers) server.close();
    model.close();
    shared.close();
  }

  @Test
  void oneKeyMakesOneTurn() throws Exception {
    var key = "key-" + UUID.randomUUID();
    var body = Map.of("message", "once only");
    var conversation = sendByAll(body, "Idempotency-Key", key);

    var other = Map.of("message", "something else", "conversation_id", conversation);
    assertRefused(other, "Idempotency-Key", key);
  }

  @Test
  void oneMessageIdMakesOneTurn() throws Exception {
    var id = UUID.randomUUID().toString();
    var conversation = sendByAll(Map.of("message", "once only", "message_id", id));

    var other =
        Map.of("message", "something else", "message_id", id, "conversation_id", conversation);
    assertRefused(other);
  }

  /** Sends a request by all clients at once, and returns the one conversation that it made. */
  private String sendByAll(Map<String, String> body, String... headers) throws Exception {
    int askedBefore = model.asked().size();
    var underWay = new CountDownLatch(CLIENTS);
    model.plays(
        exchange -> {
          underWay.await();
          ScriptedModel.says("the ", "answer").play(exchange);
        });
    var together = new CyclicBarrier(CLIENTS);
    var replies = new ArrayList<Client.Reply>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<Client.Reply>>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        futures.add(
            threads.submit(
                () -> {
                  together.await();
                  if (number % 2 == 0) sendAndGo(number, body, headers);
                  underWay.countDown();
                  var client = servers.get(number / 2 % servers.size()).client();
                  return insist(client, body, headers);
                }));
      }
      for (var future : futures) replies.add(future.get());
    }
    var first = replies.getFirst();
    assertThat(first.status()).as("%s", first.body()).isEqualTo(200);
    assertThat(first.text("message")).isEqualTo("the answer");
    for (var reply : replies) {
      assertThat(reply.status()).as("%s", reply.body()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo(first.body());
    }
    assertThat(model.asked()).as("model calls").hasSize(askedBefore + 1);
    var conversation = first.text("conversation_id");
    var found = servers.get(1).get(alice, "/api/alice/conversations/" + conversation).body();
    assertThat(found.get("messages").findValuesAsText("role")).containsExactly("user", "assistant");
    assertThat(found.get("queue")).isEmpty();
    return conversation;
  }

  /** Repeats what a server says it has no room for now, as a good client does. */
  private Client.Reply insist(Client client, Map<String, String> body, String... headers)
      throws IOException {
    while (true) {
      var reply = client.post(alice, CHAT, body, headers);
      if (reply.status() != 503) return reply;
    }
  }

  /** Sends it and hangs up, politely or not, without having read anything. */
  private void sendAndGo(int number, Map<String, String> body, String... headers)
      throws IOException {
    var url = URI.create(servers.get(number / 4 % servers.size()).url());
    var json = new StringBuilder("{");
    body.forEach((name, value) -> json.append("\"%s\":\"%s\",".formatted(name, value)));
    json.setCharAt(json.length() - 1, '}');
    var more = headers.length == 0 ? "" : headers[0] + ": " + headers[1] + "\r\n";
    var request =
        "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n%sContent-Length: %d\r\n\r\n%s"
            .formatted(CHAT, url.getAuthority(), alice, more, json.length(), json);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      socket.getOutputStream().flush();
      if (number % 4 == 0) socket.setSoLinger(true, 0);
    }
  }

  private void assertRefused(Map<String, String> body, String... headers) throws IOException {
    for (var server : servers) {
      var refused = server.client().post(alice, CHAT, body, headers);
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.text("code")).isEqualTo("request_key_reused");
    }
  }
}
