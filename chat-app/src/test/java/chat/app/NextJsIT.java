package chat.app;

import static java.net.http.HttpClient.Version.HTTP_1_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shows the packaged server behind the site of {@code docs/examples/nextjs}, a real Next.js: what
 * streams goes through its rewrites piece by piece, and its Better Auth says who is who.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
final class NextJsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String END = "";

  /** More than a rewrite lets through unless it is told otherwise. */
  private static final int FILE_BYTES = 11 << 20;

  @TempDir private static Path data;

  private final HttpClient http = HttpClient.newBuilder().version(HTTP_1_1).build();
  private Resources resources;
  private ScriptedModel model;
  private BlockingQueue<String> words = new LinkedBlockingQueue<>();
  private NextJs site;
  private BetterAuthUsers users;
  private Client client;
  private BetterAuthUsers.User alice;
  private String token;

  @BeforeAll
  void start() throws Exception {
    NextJs.install();
    resources = new Resources();
    model = resources.add(new ScriptedModel(ScriptedModel.says("ok")));
    var url = NextJs.freeUrl();
    var settings = new HashMap<>(SharedDatabase.inThisJvm().settings());
    settings.putAll(NextJs.settingsOfTheServer(url));
    settings.put("OPENAI_BASE_URL", model.url());
    settings.put("OPENAI_MODEL", "scripted");
    settings.put("CHAT_CHATKIT_DISCONNECT", "stop");
    var server = resources.add(ServerProcess.start(data, settings));
    site = resources.add(NextJs.start(url, server.url()));
    users = resources.add(new BetterAuthUsers(url));
    client = resources.add(new Client(url));
    alice = users.signUp("alice");
    token = users.token(alice);
  }

  /** The model says what it is given, until that is the end. */
  @BeforeEach
  void speak() {
    var given = new LinkedBlockingQueue<String>();
    words = given;
    model.plays(
        exchange -> {
          var stream = ScriptedModel.stream(exchange);
          for (var word = given.take(); !word.equals(END); word = given.take()) {
            ScriptedModel.say(stream, word);
          }
          ScriptedModel.end(stream);
        });
  }

  @AfterEach
  void fallSilent() {
    words.add(END);
  }

  @AfterAll
  void stop() {
    http.close();
    if (resources != null) resources.close();
  }

  private String api() {
    return "/api/" + alice.id();
  }

  private Client.Stream ask(String question) throws Exception {
    return client.stream(token, api() + "/chat", Map.of("message", question));
  }

  /** Lets the model say a word, and waits for it: nothing follows that could push it through. */
  private Client.Event says(Client.Stream stream, String word) {
    words.add(word);
    var event = stream.next("message.delta");
    assertThat(event.data().get("content").textValue()).isEqualTo(word);
    return event;
  }

  private String turn(Client.Event started) {
    var data = started.data();
    var conversation = api() + "/conversations/" + data.get("conversation_id").textValue();
    return conversation + "/turns/" + data.get("turn_id").textValue();
  }

  @Test
  void eachWordOfAnAnswerArrivesBeforeTheNextIsSaid() throws Exception {
    try (var stream = ask("hi")) {
      for (var word : List.of("Good", " evening", ",", " Alice", ".")) says(stream, word);
      words.add(END);
      var rest = stream.rest();
      assertThat(rest)
          .extracting(Client.Event::name)
          .containsExactly("message.done", "turn.completed");
      assertThat(rest.getFirst().data().get("content").textValue())
          .isEqualTo("Good evening, Alice.");
    }
  }

  @Test
  void aStopEndsTheStreamAndKeepsWhatWasSaid() throws Exception {
    try (var stream = ask("hi")) {
      var turn = turn(stream.next("turn.started"));
      says(stream, "So far");
      assertThat(client.stop(token, turn).status()).isEqualTo(202);
      var rest = stream.rest();
      assertThat(rest)
          .extracting(Client.Event::name)
          .containsExactly("message.done", "turn.stopped");
      assertThat(rest.getFirst().data().get("content").textValue()).isEqualTo("So far");
    }
  }

  @Test
  void whoComesBackGetsWhatFollowsAndNothingTwice() throws Exception {
    String turn;
    long last;
    try (var stream = ask("hi")) {
      turn = turn(stream.next("turn.started"));
      says(stream, "one");
      words.add(" two");
      last = Long.parseLong(stream.events().next("message.delta").id());
    }
    try (var again = client.follow(token, turn, last)) {
      says(again, " three");
      words.add(END);
      assertThat(again.next("message.done").data().get("content").textValue())
          .isEqualTo("one two three");
      assertThat(again.rest()).extracting(Client.Event::name).containsExactly("turn.completed");
    }
  }

  @Test
  void chatKitsWordsArriveOneByOneToo() throws Exception {
    try (var stream = askThroughChatKit()) {
      for (var word : List.of("Piece", " by", " piece")) {
        words.add(word);
        assertThat(nextDelta(stream)).isEqualTo(word);
      }
      words.add(END);
      var last = stream.rest().getLast().data();
      assertThat(last.at("/item/content/0/text").textValue()).isEqualTo("Piece by piece");
    }
  }

  @Test
  void aStreamOfChatKitsThatIsClosedIsClosedBehindTheSiteToo() throws Exception {
    String turn;
    try (var stream = askThroughChatKit()) {
      words.add("So far");
      assertThat(nextDelta(stream)).isEqualTo("So far");
      turn = turnOfTheNewestConversation();
    }
    // That nobody listens any more shows when something is said.
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              words.add(" and on");
              return client.get(token, turn).text("state");
            },
            "stopped"::equals);
  }

  private String turnOfTheNewestConversation() throws Exception {
    var all = api() + "/conversations";
    var newest = client.get(token, all).body().at("/data/0/id").textValue();
    var running = client.get(token, all + "/" + newest).body().at("/turn/id").textValue();
    return all + "/" + newest + "/turns/" + running;
  }

  private Client.Stream askThroughChatKit() throws Exception {
    var content = List.of(Map.of("type", "input_text", "text", "hi"));
    var input = Map.of("content", content, "attachments", List.of(), "inference_options", Map.of());
    var request = Map.of("type", "threads.create", "params", Map.of("input", input));
    return client.stream(token, "/chatkit", request);
  }

  private static String nextDelta(Client.Stream stream) {
    for (var event = stream.next(); event != null; event = stream.next()) {
      var update = event.data().path("update");
      if (update.path("type").asText().equals("assistant_message.content_part.text_delta")) {
        return update.get("delta").textValue();
      }
    }
    throw new AssertionError("the stream ended without a word");
  }

  @Test
  void aFileGoesUpAndComesBackAsItWas() throws Exception {
    var file = new byte[FILE_BYTES];
    new Random(7).nextBytes(file);
    var name = Map.of("name", "a.pdf", "mime_type", "application/pdf", "size", FILE_BYTES);
    var announced = client.post(token, api() + "/attachments", name);
    assertThat(announced.status()).as(announced.toString()).isEqualTo(201);
    var upload = announced.body().at("/upload/url").textValue();
    assertThat(upload).startsWith(site.url());

    var put = HttpRequest.newBuilder(URI.create(upload)).PUT(BodyPublishers.ofByteArray(file));
    assertThat(send(put).statusCode()).isEqualTo(200);
    var path = api() + "/attachments/" + announced.text("id");
    var download = client.get(token, path).text("download_url");
    assertThat(download).startsWith(site.url());
    assertThat(send(HttpRequest.newBuilder(URI.create(download))).body()).isEqualTo(file);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    var bounded = request.timeout(PATIENCE).build();
    return http.send(bounded, BodyHandlers.ofByteArray());
  }

  @Test
  void whoSignedUpAtTheSiteIsNobodyElse() throws Exception {
    var bob = users.signUp("bob");
    var bobs = users.token(bob);
    words.addAll(List.of("Hi, Bob.", END));
    var reply = client.post(bobs, "/api/" + bob.id() + "/chat", Map.of("message", "hi"));
    assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    var mine = client.get(bobs, "/api/" + bob.id() + "/conversations").body().get("data");
    assertThat(mine.findValuesAsText("id")).containsExactly(reply.text("conversation_id"));
    assertThat(client.get(bobs, api() + "/conversations").status()).isEqualTo(403);
    assertThat(client.get("nonsense", api() + "/conversations").status()).isEqualTo(401);
  }

  @Test
  void thePageIsForThoseWhoSignedIn() throws Exception {
    var nobody = send(at("/"));
    assertThat(nobody.statusCode()).isEqualTo(307);
    assertThat(nobody.headers().firstValue("Location")).hasValue("/sign-in");
    var hers = send(at("/").header("Cookie", alice.cookie()));
    assertThat(hers.statusCode()).isEqualTo(200);
    assertThat(new String(hers.body(), UTF_8)).contains("<openai-chatkit");
  }

  @Test
  void theServersOwnPageIsAtTheSitesAddress() throws Exception {
    var page = send(at("/dashboard/chat"));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("connect-src 'self';");
    var config = send(at("/dashboard/chat/config.json"));
    assertThat(new String(config.body(), UTF_8)).contains("\"token_url\":\"/api/auth/token\"");
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create(site.url() + path));
  }
}
