package chat.tools.mcp;

import static chat.tools.mcp.Playground.ADA;
import static chat.tools.mcp.Playground.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.UserId;
import chat.tools.mcp.McpServer.Identity;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Shows in whose name servers are called, and that no two users share anything. */
final class IdentityTest {
  private static ToolScript tools() {
    return new ToolScript().has("whoami", true, call -> ToolScript.text(call.user()));
  }

  @Test
  void eachUserHasASessionOfTheirOwnAndNoTokenGoesThroughAnothers()
      throws IOException, InterruptedException, ExecutionException {
    try (var play = new Playground(tools());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<List<String>> both =
          () -> List.of(play.call(ADA, "whoami").text(), play.call(BOB, "whoami").text());
      for (var answers : threads.invokeAll(Collections.nCopies(8, both))) {
        assertThat(answers.get()).containsExactly("ada", "bob");
      }

      var usersOfSessions =
          play.server.requests().stream()
              .filter(request -> request.session() != null)
              .collect(
                  Collectors.groupingBy(
                      ScriptedServer.Request::session,
                      Collectors.mapping(ScriptedServer.Request::user, Collectors.toSet())));
      assertThat(usersOfSessions.values()).hasSize(2).allMatch(users -> users.size() == 1);
    }
  }

  @Test
  void withoutATokenThatIsStillGoodNothingIsSentAndTheModelIsTold() throws IOException {
    try (var play = new Playground(tools())) {
      var whoami = play.tool(ADA, "whoami");
      int before = play.server.requests("tools/call").size();
      var expired = new Caller(ADA.user(), ADA.bearer(), Playground.NOW);

      for (var caller : List.of(expired, Caller.withoutToken(ADA.user()))) {
        assertThat(play.toolset.tools(caller)).as("they are still seen").contains(whoami);
        assertThat(play.toolset.call(caller, whoami, Json.EMPTY, p -> {}).error())
            .isEqualTo("credentials_expired");
      }
      assertThat(play.server.requests("tools/call")).hasSize(before);
      var unseen = Caller.withoutToken(BOB.user());
      assertThat(play.toolset.tools(unseen)).isEmpty();
      assertThat(play.toolset.absence(unseen, whoami.name()).error())
          .isEqualTo("credentials_expired");
    }
  }

  @Test
  void aTokenThatTheServerDoesNotTakeIsExpiredToo() throws IOException {
    try (var play = new Playground(tools())) {
      var whoami = play.tool(ADA, "whoami");
      play.server.fault(
          (request, exchange) -> {
            if (!request.method().equals("tools/call")) return false;
            ScriptedServer.end(exchange, 401);
            return true;
          });

      assertThat(play.toolset.call(ADA, whoami, Json.EMPTY, p -> {}).error())
          .isEqualTo("credentials_expired");
      assertThat(play.server.requests("tools/call")).hasSize(1);
    }
  }

  @Test
  void theUsersIdStandsInHeadersSoThatNoTwoLookTheSame() throws IOException {
    var server = new ScriptedServer(tools());
    var headers = Map.of("X-User", "id=${user.id}", "X-Key", "fixed");
    try (var play = new Playground(server, new Identity.None(), headers, it -> it)) {
      var odd = Caller.withoutToken(new UserId("zoë|%; a"));

      play.call(odd, "whoami");

      for (var request : server.requests()) {
        assertThat(request.header("X-User")).isEqualTo("id=zo%C3%AB|%25%3B%20a");
        assertThat(request.header("X-Key")).isEqualTo("fixed");
        assertThat(request.header("Authorization")).isNull();
      }
      assertThat(server.requests("tools/call")).hasSize(1);
    }
  }

  @Test
  void aServerThatRepeatsTheTokenDoesNotGetItAnyFurther() throws IOException {
    var script =
        new ToolScript()
            .has(
                "leak",
                true,
                call -> ToolScript.text("you sent Bearer token-of-" + call.user() + " to me"));
    try (var play = new Playground(script)) {
      assertThat(play.call(ADA, "leak").text()).isEqualTo("you sent Bearer [token] to me");
    }
  }

  @Test
  void norDoesWhatAFixedHeaderHoldsHoweverItIsWritten() throws IOException {
    var server = new ScriptedServer(tools());
    var headers = Map.of("X-Api-Key", "opaque/secret==");
    try (var play = new Playground(server, new Identity.None(), headers, it -> it)) {
      var whoami = play.tool(ADA, "whoami");
      server.fault(
          (request, exchange) -> {
            if (!request.method().equals("tools/call")) return false;
            var text = ToolScript.result(request.body(), ToolScript.text("opaque/secret=="));
            ScriptedServer.json(
                exchange, text.toString().replace("/", "\\/").replace("=", "\\u003d"));
            return true;
          });

      assertThat(play.toolset.call(ADA, whoami, Json.EMPTY, p -> {}).text()).isEqualTo("[token]");
    }
  }

  @Test
  void aTokenIsExchangedOnceAndAgainWhenTheServerNoLongerTakesIt() throws IOException {
    var issued = new AtomicInteger();
    try (var issuer = new TokenEndpoint(form -> TokenEndpoint.token("token-of-ada", 3600));
        var play = exchanging(issuer)) {
      play.server.fault(
          (request, exchange) -> {
            if (!request.method().equals("tools/call") || issued.incrementAndGet() != 2) {
              return false;
            }
            ScriptedServer.end(exchange, 401);
            return true;
          });

      assertThat(play.call(ADA, "whoami").text()).isEqualTo("ada");
      assertThat(issuer.forms()).hasSize(1);
      assertThat(issuer.forms().get(0))
          .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
          .containsEntry("subject_token", ADA.bearer())
          .containsEntry("subject_token_type", Identity.Exchange.ACCESS_TOKEN)
          .containsEntry("audience", "tools")
          .containsEntry("scope", "read")
          .containsEntry("authorization", "Basic Y2hhdDpzJTI2Y3JldA==");

      assertThat(play.call(ADA, "whoami").text()).as("after a 401").isEqualTo("ada");
      assertThat(issuer.forms()).hasSize(2);
      assertThat(play.server.requests())
          .noneMatch(request -> String.valueOf(request.header("Authorization")).contains("secret"));
    }
  }

  @Test
  void anotherTokenOfTheUsersIsExchangedAnew() throws IOException {
    try (var issuer = new TokenEndpoint(form -> TokenEndpoint.token("token-of-ada", 3600));
        var play = exchanging(issuer)) {
      play.call(ADA, "whoami");
      play.call(new Caller(ADA.user(), "a newer one", null), "whoami");

      assertThat(issuer.forms())
          .extracting(form -> form.get("subject_token"))
          .containsExactly(ADA.bearer(), "a newer one");
    }
  }

  @Test
  void whatTheIssuerSaysBecomesAResult() throws IOException {
    var reply = new java.util.concurrent.atomic.AtomicReference<>(TokenEndpoint.token("t", 0));
    try (var issuer = new TokenEndpoint(form -> reply.get());
        var play = exchanging(issuer)) {
      var whoami = play.tool(ADA, "whoami");

      reply.set(new TokenEndpoint.Reply(400, "{\"error\": \"invalid_grant\"}"));
      assertThat(error(play, whoami)).isEqualTo("credentials_expired");
      reply.set(new TokenEndpoint.Reply(401, "{\"error\": \"invalid_client\"}"));
      assertThat(error(play, whoami)).isEqualTo("unavailable");
      reply.set(new TokenEndpoint.Reply(500, "<html>"));
      assertThat(error(play, whoami)).isEqualTo("unavailable");
      reply.set(new TokenEndpoint.Reply(200, "not JSON"));
      assertThat(error(play, whoami)).isEqualTo("unavailable");
      reply.set(new TokenEndpoint.Reply(307, ""));
      assertThat(error(play, whoami)).isEqualTo("unavailable");
    }
  }

  private static String error(Playground play, Tool tool) {
    return String.valueOf(play.toolset.call(ADA, tool, Json.EMPTY, p -> {}).error());
  }

  private static Playground exchanging(TokenEndpoint issuer) throws IOException {
    var identity =
        new Identity.Exchange(
            URI.create(issuer.url()),
            "chat",
            "s&cret",
            "tools",
            null,
            "read",
            Identity.Exchange.ACCESS_TOKEN);
    return new Playground(tools(), identity, it -> it);
  }

  @Test
  void anIdleUsersSessionIsClosedAndTheNextUseOpensAnother() throws IOException {
    try (var play = new Playground(tools())) {
      play.call(ADA, "whoami");
      play.nanos.addAndGet(Playground.IDLE.toNanos() - 1);
      play.call(BOB, "whoami");
      play.toolset.sweep();
      assertThat(deleted(play)).isEmpty();

      play.nanos.addAndGet(1);
      play.toolset.sweep();

      await().atMost(Duration.ofSeconds(10)).until(() -> deleted(play).size() == 1);
      assertThat(deleted(play)).containsExactly("ada");
      assertThat(play.call(ADA, "whoami").text()).isEqualTo("ada");
      assertThat(play.server.requests("initialize")).hasSize(3);
    }
  }

  private static List<String> deleted(Playground play) {
    return play.server.requests().stream()
        .filter(request -> request.httpMethod().equals("DELETE"))
        .map(ScriptedServer.Request::user)
        .toList();
  }

  @Test
  void whenThereAreTooManySessionsTheIdlestGivesWay() throws IOException {
    try (var play =
        new Playground(tools(), new Identity.Forward(), server -> server.withSessions(2))) {
      for (var user : List.of("a", "b", "c")) {
        play.nanos.incrementAndGet();
        assertThat(play.call(Playground.caller(user), "whoami").text()).isEqualTo(user);
      }

      await().atMost(Duration.ofSeconds(10)).until(() -> deleted(play).size() == 1);
      assertThat(deleted(play)).containsExactly("a");
    }
  }
}
