package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.testkit.ScriptedAgent;
import chat.transport.javalin.ServerUnderTest.Answer;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and how. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String C = "/api/alice/conversations";
  private final CountDownLatch never = new CountDownLatch(1);
  private ServerUnderTest server;

  @BeforeAll
  void start() {
    server =
        ServerUnderTest.with(
            new ScriptedAgent()
                .does(
                    (request, sink) -> {
                      sink.text("Hello");
                      var asked = request.history().get(request.history().size() - 1);
                      if (asked.content().text().equals("hang")) never.await();
                    }));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer forged",
        "Bearer a b",
        "token-of-alice"
      })
  void whoeverHasNoGoodTokenLearnsNothing(String authorization) {
    var request = server.anonymous("/api/alice/conversations");
    if (!authorization.isEmpty()) request.header("Authorization", authorization);
    assertUnauthenticated(server.send(request));
  }

  @Test
  void aTokenStandsInOneHeaderAndNowhereElse() {
    assertUnauthenticated(
        server.send(server.request(C).addHeader("Authorization", "Bearer token-of-alice")));
    assertUnauthenticated(
        server.send(server.anonymous(C + "?access_token=token-of-alice&token=token-of-alice")));
    assertUnauthenticated(
        server.send(server.anonymous(C).header("Cookie", "token=token-of-alice")));
  }

  private static void assertUnauthenticated(Answer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.text())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"a"
                + " valid bearer token is needed\",\"code\":\"unauthenticated\"}");
  }

  @Test
  void nothingIsReadBeforeTheToken() {
    var unreadable = server.anonymous("/api/alice/chat").post(ServerUnderTest.body("{not json"));
    assertUnauthenticated(server.send(unreadable));
    assertUnauthenticated(server.send(server.anonymous("/api/alice/nowhere")));
    assertUnauthenticated(
        server.send(server.anonymous("/api/alice/conversations/not-a-uuid?limit=x")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob", "Alice", "alice%20", "alice%2Fbob", "alice;a=b"})
  void anothersPathIsForbidden(String user) {
    var answer = server.get("/api/" + user + "/conversations");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.at("code")).isEqualTo("forbidden");
  }

  @Test
  void theUserInThePathIsPercentDecoded() {
    assertThat(server.get("/api/%61lice/conversations").status()).isEqualTo(200);
    var odd =
        server
            .anonymous("/api/a%2Fb%2B%20c/conversations")
            .header("Authorization", "Bearer token-of-a/b+");
    assertThat(server.send(odd).status()).isEqualTo(403);
    var same =
        server
            .anonymous("/api/a%2Fb+/conversations")
            .header("Authorization", "Bearer token-of-a/b+");
    assertThat(server.send(same).status()).isEqualTo(200);
  }

  @Test
  void whatIsAnothersIsAsAbsentAsWhatIsNot() {
    var theirs =
        server.send(
            server
                .anonymous("/api/bob/chat")
                .header("Authorization", "Bearer token-of-bob")
                .post(ServerUnderTest.body("{\"message\":\"Hi\"}")));
    var bobs = theirs.at("conversation_id");
    var turn = theirs.at("turn_id");
    var message = theirs.at("user_message_id");
    var absent = UUID.randomUUID().toString();
    var mine = server.chat("{\"message\":\"Hi\"}").at("conversation_id");

    assertSame(server.get(C + "/" + bobs), server.get(C + "/" + absent));
    assertSame(
        server.get(C + "/" + bobs + "/messages"), server.get(C + "/" + absent + "/messages"));
    for (var what : new String[] {"", "/events"}) {
      var paths = "/turns/" + turn + what;
      assertSame(server.get(C + "/" + bobs + paths), server.get(C + "/" + absent + paths));
      assertSame(
          server.get(C + "/" + mine + paths),
          server.get(C + "/" + mine + "/turns/" + absent + what));
    }
    assertSame(
        server.post(C + "/" + bobs + "/turns/" + turn + "/stop", ""),
        server.post(C + "/" + absent + "/turns/" + turn + "/stop", ""));
    assertSame(
        server.get(C + "/" + mine + "/messages?before=" + message),
        server.get(C + "/" + mine + "/messages?before=" + absent));
    assertSame(
        server.send(server.request(C + "/" + bobs).delete()),
        server.send(server.request(C + "/" + absent).delete()));
    var patch = ServerUnderTest.body("{\"title\":\"mine\"}");
    assertSame(
        server.send(server.request(C + "/" + bobs).patch(patch)),
        server.send(server.request(C + "/" + absent).patch(patch)));
    assertSame(
        server.chat("{\"message\":\"Hi\",\"conversation_id\":\"" + bobs + "\"}"),
        server.chat("{\"message\":\"Hi\",\"conversation_id\":\"" + absent + "\"}"));
  }

  private static void assertSame(Answer another, Answer absent) {
    assertThat(another.status()).isEqualTo(404);
    assertThat(another.at("code")).isEqualTo("not_found");
    assertThat(absent.status()).isEqualTo(404);
    assertThat(another.text()).isEqualTo(absent.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json | body",
        "`` | body",
        "null | body",
        "[] | body",
        "\"text\" | body",
        "{\"message\":\"Hi\"} trailing | body",
        "{\"message\":\"Hi\",\"message\":\"Ho\"} | body",
        "{\"message\":\"Hi\" | body",
        "{} | message",
        "{\"message\":null} | message",
        "{\"message\":7} | message",
        "{\"message\":true} | message",
        "{\"message\":{\"text\":\"Hi\"}} | message",
        "{\"message\":[\"Hi\"]} | message",
        "{\"message\":\"\"} | message",
        "{\"message\":\" \\n\\t \"} | message",
        "{\"message\":\"a\\u0000b\"} | message",
        "{\"message\":\"a\\ud800b\"} | message",
        "{\"message\":\"Hi\",\"massage\":1} | massage",
        "{\"message\":\"Hi\",\"attachments\":[\"x\"]} | attachments",
        "{\"message\":\"Hi\",\"attachment\":[]} | attachment",
        "{\"message\":\"Hi\",\"replaces_message_id\":\"x\"} | replaces_message_id",
        "{\"message\":\"Hi\",\"conversationId\":\"x\"} | conversationId",
        "{\"message\":\"Hi\",\"conversation_id\":\"x\"} | conversation_id",
        "{\"message\":\"Hi\",\"conversation_id\":\"1-1-1-1-1\"} | conversation_id",
        "{\"message\":\"Hi\",\"conversation_id\":7} | conversation_id",
        "{\"message\":\"Hi\",\"message_id\":\"\"} | message_id",
        "{\"message\":\"Hi\",\"on_busy\":\"wait\"} | on_busy",
        "{\"message\":\"Hi\",\"on_busy\":\"REJECT\"} | on_busy",
        "{\"message\":\"Hi\",\"on_busy\":0} | on_busy",
        "{\"message\":\"Hi\",\"model\":\"\"} | model",
        "{\"message\":\"Hi\",\"model\":4} | model",
        "{\"message\":\"Hi\",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"
            + " | body",
      })
  void aWrongRequestNamesItsField(String body, String field) {
    assertInvalid(server.chat(body), field);
  }

  @Test
  void aMessageHasAtMostAHundredThousandCharacters() {
    assertInvalid(server.chat("{\"message\":\"" + "a".repeat(100_001) + "\"}"), "message");
    assertThat(server.chat("{\"message\":\"" + "a".repeat(100_000) + "\"}").status())
        .isEqualTo(200);
  }

  @Test
  void aFieldsNameIsBounded() {
    assertInvalid(server.chat("{\"" + "a".repeat(1000) + "\":1}"), "body");
    assertInvalid(server.chat("{\"x\":" + "1".repeat(1000) + "}"), "body");
  }

  @Test
  void bytesThatAreNotUtf8AreNotJson() {
    var latin1 = new byte[] {'{', '"', 'm', '"', ':', '"', (byte) 0xE4, '"', '}'};
    var request =
        server.request("/api/alice/chat").post(RequestBody.create(latin1, ServerUnderTest.JSON));
    assertThat(server.send(request).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "?limit=0,limit",
    "?limit=201,limit",
    "?limit=-1,limit",
    "?limit=ten,limit",
    "?limit=99999999999,limit",
    "?limit=,limit",
    "?limit=1&limit=2,limit",
    "?after=nonsense,after",
    "?after=MC4wLng,after",
    "?query=a&query=b,query",
    "?q=weather,q",
    "/not-a-uuid,conversation_id",
    "/%20,conversation_id",
    "/01890000-0000-7000-8000-00000000000c/messages?before=x,before",
    "/01890000-0000-7000-8000-00000000000c/messages?limit=0,limit",
    "/01890000-0000-7000-8000-00000000000c/turns/7,turn_id",
    "/01890000-0000-7000-8000-00000000000c/turns/7/events,turn_id",
  })
  void aWrongPathOrQueryNamesItsField(String path, String field) {
    assertInvalid(server.get(C + path), field);
  }

  @Test
  void aQueryHasAtMostAThousandCharacters() {
    assertThat(server.get(C + "?query=" + "x".repeat(1000)).status()).isEqualTo(200);
    assertInvalid(server.get(C + "?query=" + "x".repeat(1001)), "query");
    assertInvalid(server.get(C + "?query=" + "x%20".repeat(1500)), "query");
  }

  @Test
  void aWindowLiesBeforeOrAfterOrAround() {
    var id = UUID.randomUUID();
    assertInvalid(server.get(C + "/" + id + "/messages?before=" + id + "&around=" + id), "around");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1.5", "0x1", "99999999999999999999"})
  void aPlaceInAStreamIsANumber(String after) {
    var turn = server.chat("{\"message\":\"Hi\"}");
    var path = C + "/" + turn.at("conversation_id") + "/turns/" + turn.at("turn_id") + "/events";
    assertInvalid(server.get(path + "?after=" + after), "after");
    assertInvalid(
        server.send(server.request(path).header("Last-Event-ID", after)), "Last-Event-ID");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"title\":\"\"} | title",
        "{\"title\":\"  \"} | title",
        "{\"title\":5} | title",
        "{\"title\":\"a\\u0000\"} | title",
        "{\"status\":\"locked\"} | status",
        "{\"status\":\"gone\"} | status",
        "{\"metadata\":{}} | metadata",
      })
  void aWrongChangeNamesItsField(String body, String field) {
    var id = server.post(C, "{}").at("id");
    var patch = server.request(C + "/" + id).patch(ServerUnderTest.body(body));
    assertInvalid(server.send(patch), field);
  }

  @Test
  void aTitleHasAtMostTwoHundredCharacters() {
    var tooLong = "{\"title\":\"" + "\uD83D\uDE00".repeat(201) + "\"}";
    assertInvalid(server.post(C, tooLong), "title");
    assertThat(server.post(C, "{\"title\":\"" + "\uD83D\uDE00".repeat(200) + "\"}").status())
        .isEqualTo(201);
  }

  @Test
  void aRequestKeyIsVisibleAndBounded() {
    for (var path : new String[] {C, "/api/alice/chat"}) {
      for (var key : new String[] {"k".repeat(201), "a b", ""}) {
        var request =
            server
                .request(path)
                .header("Idempotency-Key", key)
                .post(ServerUnderTest.body(path.equals(C) ? "{}" : "{\"message\":\"Hi\"}"));
        assertInvalid(server.send(request), "Idempotency-Key");
      }
    }
  }

  private static void assertInvalid(Answer answer, String field) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.at("code")).isEqualTo("invalid_input");
    assertThat(answer.at("field")).isEqualTo(field);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.text()).doesNotContain("com.fasterxml", "chat.transport", "Exception");
  }

  @Test
  void aBodyThatGrowsTooLargeIsRefused() {
    var endless =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return ServerUnderTest.JSON;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            for (int i = 0; i < 1 << 10; i++) sink.writeUtf8(" ".repeat(1024));
            sink.writeUtf8("{\"message\":\"Hi\"}");
          }
        };
    var answer = server.send(server.request("/api/alice/chat").post(endless));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.at("code")).isEqualTo("too_large");
  }

  @Test
  void aSecondMessageWhileATurnRunsIsAConflictThatNamesTheTurn() {
    var first =
        server.send(
            server
                .request("/api/alice/chat")
                .header("Prefer", "respond-async")
                .post(ServerUnderTest.body("{\"message\":\"hang\"}")));
    assertThat(first.status()).isEqualTo(202);
    var again =
        server.chat(
            "{\"message\":\"Hi\",\"conversation_id\":\"" + first.at("conversation_id") + "\"}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.at("code")).isEqualTo("turn_running");
    assertThat(again.at("turn_id")).isEqualTo(first.at("id"));
    assertThat(again.at("conversation_id")).isEqualTo(first.at("conversation_id"));
  }

  @Test
  void anUnknownPathAndAWrongMethodAreProblemsToo() {
    var unknown = server.get("/api/alice/nowhere");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.at("code")).isEqualTo("not_found");
    assertThat(server.send(server.anonymous("/nowhere")).at("code")).isEqualTo("not_found");

    var wrong = server.send(server.request("/api/alice/chat"));
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.at("code")).isEqualTo("method_not_allowed");
    assertThat(wrong.header("Allow")).contains("POST");
    assertThat(wrong.header("Content-Type")).startsWith("application/problem+json");
  }
}
