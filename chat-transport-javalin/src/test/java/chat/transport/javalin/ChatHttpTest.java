package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.contract.ServerSentEvents;
import chat.testkit.ScriptedAgent;
import io.javalin.Javalin;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server around the routes: origins, health, login, shutdown. */
class ChatHttpTest {
  private static final String PAGE = "https://app.example";

  private static okhttp3.Request.Builder preflight(ServerUnderTest server, String origin) {
    return server
        .anonymous("/api/alice/chat")
        .method("OPTIONS", null)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization, content-type");
  }

  @Test
  void pagesOfAnAllowedOriginMayAsk() {
    try (var server =
        ServerUnderTest.with(
            new ScriptedAgent().says("Hello"), settings -> settings.corsOrigins(Set.of(PAGE)))) {
      var preflight = server.send(preflight(server, PAGE));
      assertThat(preflight.status()).isEqualTo(204);
      assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
      assertThat(preflight.header("Access-Control-Allow-Headers"))
          .isEqualTo(
              "authorization, content-type, idempotency-key, last-event-id, prefer,"
                  + " chatkit-frame-instance-id");
      assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PATCH", "DELETE");
      assertThat(preflight.header("Vary")).contains("Origin");

      var answer = server.send(server.request("/api/alice/conversations").header("Origin", PAGE));
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
      assertThat(answer.header("Access-Control-Expose-Headers")).isEqualTo("location, retry-after");
      assertThat(answer.headers().names()).doesNotContain("Access-Control-Allow-Credentials");

      var refused =
          server.send(server.anonymous("/api/alice/conversations").header("Origin", PAGE));
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);

      var stream = server.send(server.streamedChat("{\"message\":\"Hi\"}").header("Origin", PAGE));
      assertThat(stream.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "https://app.example.evil",
        "http://app.example",
        "https://app.example:444",
        "https://APP.example"
      })
  void pagesOfOthersMayNot(String origin) {
    try (var server =
        ServerUnderTest.with(new ScriptedAgent(), settings -> settings.corsOrigins(Set.of(PAGE)))) {
      assertThat(server.send(preflight(server, origin)).headers().names())
          .noneMatch(name -> name.startsWith("Access-Control"));
      var answer = server.send(server.request("/api/alice/conversations").header("Origin", origin));
      assertThat(answer.headers().names()).noneMatch(name -> name.startsWith("Access-Control"));
      assertThat(answer.header("Vary")).contains("Origin");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "null", "app.example", "https://app.example/", "https://a b"})
  void whatIsNoOriginIsNoSetting(String origin) {
    assertThatThrownBy(() -> HttpSettings.at("127.0.0.1", 0).corsOrigins(Set.of(origin)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(origin);
  }

  @Test
  void healthTellsWhetherItLivesAndWhetherItIsReady() {
    var reachable = new AtomicBoolean(true);
    try (var server =
        ServerUnderTest.with(new ScriptedAgent(), settings -> settings.ready(reachable::get))) {
      assertThat(server.send(server.anonymous("/health/live")).status()).isEqualTo(200);
      assertThat(server.send(server.anonymous("/health/ready")).status()).isEqualTo(200);
      reachable.set(false);
      var away = server.send(server.anonymous("/health/ready"));
      assertThat(away.status()).isEqualTo(503);
      assertThat(away.header("Retry-After")).isNotEmpty();
      reachable.set(true);
      assertThat(server.send(server.anonymous("/health/ready")).status()).isEqualTo(200);
      server.engine.close();
      assertThat(server.send(server.anonymous("/health/ready")).status()).isEqualTo(503);
      assertThat(server.send(server.anonymous("/health/live")).status()).isEqualTo(200);
    }
  }

  @Test
  void whoAsksFromThisMachineGetsATokenWhenLoginIsOpen() {
    try (var server =
        ServerUnderTest.with(
            new ScriptedAgent(), settings -> settings.login(user -> "token-of-" + user))) {
      var body = ServerUnderTest.body("{\"user_id\":\"carol\"}");
      var answer = server.send(server.anonymous("/dev/token").post(body));
      assertThat(answer.text()).isEqualTo("{\"token\":\"token-of-carol\"}");

      for (var header : new String[] {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"}) {
        var forwarded = server.anonymous("/dev/token").header(header, "127.0.0.1").post(body);
        assertThat(server.send(forwarded).status()).as(header).isEqualTo(404);
      }
      for (var host : new String[] {"chat.example", "127.0.0.1.evil.example", "localhost.evil"}) {
        var rebound = server.anonymous("/dev/token").header("Host", host).post(body);
        assertThat(server.send(rebound).status()).as(host).isEqualTo(404);
      }
      for (var user : new String[] {"", " ", "\u2003"}) {
        var blank = ServerUnderTest.body("{\"user_id\":\"" + user + "\"}");
        var nobody = server.send(server.anonymous("/dev/token").post(blank));
        assertThat(nobody.status()).isEqualTo(400);
        assertThat(nobody.at("field")).isEqualTo("user_id");
      }
    }
  }

  @Test
  void thereIsNoLoginUnlessItIsOpened() {
    try (var server = ServerUnderTest.with(new ScriptedAgent())) {
      var body = ServerUnderTest.body("{\"user_id\":\"carol\"}");
      assertThat(server.send(server.anonymous("/dev/token").post(body)).status()).isEqualTo(404);
    }
  }

  @Test
  void closingCutsShortWhatDoesNotEnd() {
    var server = ServerUnderTest.with(new ScriptedAgent().says("Hel").hangs());
    try (var stream =
        new ServerSentEvents(server.open(server.streamedChat("{\"message\":\"Hi\"}")))) {
      stream.next("message.delta");
      long before = System.nanoTime();
      server.http.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
      assertThat(stream.next()).isNull();
    } finally {
      server.engine.close();
    }
  }

  @Test
  void aStreamHearsTheEndOfItsTurnWhenTheEngineCloses() {
    try (var server = ServerUnderTest.with(new ScriptedAgent().says("Hel").hangs());
        var stream =
            new ServerSentEvents(server.open(server.streamedChat("{\"message\":\"Hi\"}")))) {
      stream.next("message.delta");
      server.engine.close();
      server.http.close();
      assertThat(stream.next("turn.interrupted").data()).contains("turn_id");
      assertThat(stream.next()).isNull();
    }
  }

  @Test
  void theRoutesServeOnAnothersJavalin() throws Exception {
    try (var server = ServerUnderTest.with(new ScriptedAgent().says("Hello"))) {
      var mine =
          Javalin.create(
              config -> {
                config.startup.showJavalinBanner = false;
                ChatHttp.routes(
                        server.service,
                        ServerUnderTest.AUTHENTICATOR,
                        HttpSettings.at("127.0.0.1", 0))
                    .accept(config);
                config.routes.get("/mine", ctx -> ctx.result("mine"));
              });
      mine.start("127.0.0.1", 0);
      try {
        var there = "http://127.0.0.1:" + mine.port();
        var chat = server.request("/").url(there + "/api/alice/chat");
        var answer = server.send(chat.post(ServerUnderTest.body("{\"message\":\"Hi\"}")));
        assertThat(answer.at("message")).isEqualTo("Hello");
        try (var own = URI.create(there + "/mine").toURL().openStream()) {
          assertThat(new String(own.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("mine");
        }
      } finally {
        mine.stop();
      }
    }
  }
}
