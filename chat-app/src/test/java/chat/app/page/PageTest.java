package chat.app.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.Attachments;
import chat.ChatService;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.UserId;
import chat.testkit.ScriptedAgent;
import chat.transport.javalin.ChatHttp;
import chat.transport.javalin.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the page's files are served, whatever they are. */
final class PageTest {
  private static final String CONVERSATION = "/0198c0de-0000-7000-8000-000000000001";
  private static final String DOCUMENT =
      "<!doctype html><script type=\"module\" src=\"./assets/a-1.js\"></script>";
  private static final Map<String, byte[]> FILES =
      Map.of(
          "index.html", DOCUMENT.getBytes(UTF_8),
          "icon.svg", "<svg/>".getBytes(UTF_8),
          "assets/a-1.js", "plain".getBytes(UTF_8),
          "assets/a-1.js.br", "brotli".getBytes(UTF_8),
          "assets/a-1.js.gz", "gzip".getBytes(UTF_8),
          "assets/small.css", "css".getBytes(UTF_8));

  private final OkHttpClient http = new OkHttpClient.Builder().followRedirects(false).build();
  private final ChatService service = ChatService.start(new InMemoryStore(), new ScriptedAgent());
  private @Nullable ChatHttp server;

  /** Is what came back. */
  private record Reply(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return Objects.requireNonNullElse(headers.get(name.toLowerCase(Locale.ROOT)), "");
    }
  }

  @AfterEach
  void stop() {
    if (server != null) server.close();
    service.close();
    http.connectionPool().evictAll();
  }

  private void serve(PageSettings settings, Map<String, byte[]> files, @Nullable URI publicUrl) {
    var around =
        new Page.Surroundings(
            true, publicUrl, Attachments.Policy.DEFAULT, List.of("small", "large"));
    server =
        ChatHttp.start(
            service,
            token -> new Caller(new UserId(token), token, null),
            HttpSettings.at("127.0.0.1", 0),
            new Page(settings, around, new PageFiles(files::get)));
  }

  private void serve() {
    serve(PageSettings.DEFAULT, FILES, null);
  }

  private Reply get(String path, String... headers) throws IOException {
    return send(request(path, headers));
  }

  private Request.Builder request(String path, String... headers) {
    int port = Objects.requireNonNull(server).port();
    var request = new Request.Builder().url("http://127.0.0.1:" + port + path);
    for (int i = 0; i < headers.length; i += 2) request.addHeader(headers[i], headers[i + 1]);
    return request;
  }

  private Reply send(Request.Builder request) throws IOException {
    try (var reply = http.newCall(request.build()).execute()) {
      var headers = new HashMap<String, String>();
      for (var header : reply.headers()) {
        headers.put(header.getFirst().toLowerCase(Locale.ROOT), header.getSecond());
      }
      return new Reply(reply.code(), headers, reply.body().string());
    }
  }

  @Test
  void theDocumentIsTheSameForEveryConversationAndAskedForAgainEachTime() throws IOException {
    serve();
    var page = get("/dashboard/chat");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(page.body()).contains("src=\"/dashboard/chat/assets/a-1.js\"");
    for (var path : List.of(CONVERSATION, "/", CONVERSATION + "?message=1")) {
      assertThat(get("/dashboard/chat" + path).body()).isEqualTo(page.body());
    }
    var tag = page.header("ETag");
    for (var known : List.of(tag, "\"x\", " + tag, tag.substring(2), "*")) {
      var again = get("/dashboard/chat", "If-None-Match", known);
      assertThat(again.status()).as(known).isEqualTo(304);
      assertThat(again.body()).isEmpty();
    }
    assertThat(get("/dashboard/chat", "If-None-Match", "\"x\"").status()).isEqualTo(200);
  }

  @Test
  void theFilesAreFoundBelowThePathOfAProxy() throws IOException {
    serve(PageSettings.DEFAULT, FILES, URI.create("https://app.example/chat-server/"));
    assertThat(get("/dashboard/chat").body())
        .contains("src=\"/chat-server/dashboard/chat/assets/a-1.js\"");
    assertThat(get("/").header("Location")).isEqualTo("/chat-server/dashboard/chat");
  }

  @Test
  void theRootLeadsToThePage() throws IOException {
    serve();
    var root = get("/");
    assertThat(root.status()).isEqualTo(302);
    assertThat(root.header("Location")).isEqualTo("/dashboard/chat");
  }

  @Test
  void anAssetIsKeptForAYearAndGivenInTheFormThatIsAccepted() throws IOException {
    serve();
    var path = "/dashboard/chat/assets/a-1.js";
    var plain = get(path, "Accept-Encoding", "identity");
    assertThat(plain.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(plain.header("Content-Type")).isEqualTo("text/javascript;charset=utf-8");
    assertThat(plain.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(plain.header("Content-Encoding")).isEmpty();
    assertThat(plain.body()).isEqualTo("plain");
    var brotli = get(path, "Accept-Encoding", "gzip, deflate, br, zstd");
    assertThat(brotli.header("Content-Encoding")).isEqualTo("br");
    assertThat(brotli.body()).isEqualTo("brotli");
    var gzip = get(path, "Accept-Encoding", "br;q=0, gzip;q=0.5");
    assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(gzip.body()).isEqualTo("gzip");
    var small = get("/dashboard/chat/assets/small.css", "Accept-Encoding", "br");
    assertThat(small.header("Content-Encoding") + small.header("Vary")).isEmpty();
    assertThat(get("/dashboard/chat/icon.svg").header("Cache-Control")).isEqualTo("no-cache");
  }

  @Test
  void aHeadIsAnsweredWithoutABody() throws IOException {
    serve();
    for (var path : List.of("/dashboard/chat", "/dashboard/chat/assets/a-1.js")) {
      var reply = send(request(path).head());
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("ETag")).isNotEmpty();
      assertThat(reply.body()).isEmpty();
    }
  }

  @Test
  void whatIsNotThereIsAProblem() throws IOException {
    serve();
    for (var path :
        List.of(
            "/dashboard/chat/settings",
            "/dashboard/chat/assets/b.js",
            "/dashboard/chat/assets/a-1.js.gz",
            "/dashboard/chat/assets/..%2findex.html",
            "/dashboard/chat/Page.class",
            "/dashboard/chat/..%5cPage.class",
            "/dashboard/chat" + CONVERSATION + "/more",
            "/dashboard")) {
      var reply = get(path);
      assertThat(reply.status()).as(path).isIn(400, 404);
      assertThat(reply.header("Content-Type")).as(path).isEqualTo("application/problem+json");
    }
    var post = send(request("/dashboard/chat").post(RequestBody.create(new byte[0])));
    assertThat(post.status()).isEqualTo(405);
  }

  @Test
  void nothingIsAllowedThatThePageDoesNotNeed() throws IOException {
    serve();
    var page = get("/dashboard/chat");
    assertThat(page.header("Content-Security-Policy"))
        .isEqualTo(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                + " font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none';"
                + " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(page.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    assertThat(page.header("Permissions-Policy")).contains("microphone=()");
    var policy = page.header("Content-Security-Policy");
    for (var path : List.of("/icon.svg", "/assets/a-1.js", "/none.js", CONVERSATION)) {
      assertThat(
              get("/dashboard/chat" + path, "Accept-Encoding", "identity")
                  .header("Content-Security-Policy"))
          .as(path)
          .isEqualTo(policy);
    }
    assertThat(get("/openapi.yaml").header("Content-Security-Policy")).isEmpty();
  }

  @Test
  void theSettingsAllowTheirOriginsAndNoOther() throws IOException {
    var settings =
        PageSettings.DEFAULT
            .hosts(Set.of("https://b.example", "https://a.example"))
            .imageOrigins(Set.of("https://images.example"))
            .tokenUrl(URI.create("https://id.example:8443/api/auth/token?x=1"));
    serve(settings, FILES, null);
    assertThat(get("/dashboard/chat").header("Content-Security-Policy"))
        .contains("; frame-ancestors https://a.example https://b.example;")
        .contains("; img-src 'self' data: blob: https://images.example;")
        .contains("; connect-src 'self' https://id.example:8443;");
  }

  @Test
  void aTokenFromThePagesOwnOriginNeedsNoOther() throws IOException {
    serve(PageSettings.DEFAULT.tokenUrl(URI.create("/api/auth/token")), FILES, null);
    assertThat(get("/dashboard/chat").header("Content-Security-Policy"))
        .contains("; connect-src 'self';");
  }

  @Test
  void thePageIsToldWhatItsServerAllows() throws IOException {
    var settings =
        PageSettings.DEFAULT
            .tokenUrl(URI.create("/api/auth/token"))
            .hosts(Set.of("https://a.example"));
    serve(settings, FILES, null);
    var config = get("/dashboard/chat/config.json");
    assertThat(config.header("Content-Type")).isEqualTo("application/json");
    assertThat(config.header("Cache-Control")).isEqualTo("no-store");
    assertThat(config.body())
        .isEqualTo(
            "{\"sign_in\":{\"development\":true,\"token_url\":\"/api/auth/token\","
                + "\"host_origins\":[\"https://a.example\"]},\"image_origins\":[],"
                + "\"attachments\":{\"max_bytes\":20971520,\"max_per_message\":10,\"types\":["
                + "\"application/json\",\"application/pdf\",\"image/gif\",\"image/jpeg\","
                + "\"image/png\",\"image/webp\",\"text/csv\",\"text/markdown\",\"text/plain\"]},"
                + "\"models\":[\"small\",\"large\"]}");
  }

  @Test
  void whereThePageWasNotBuiltItSaysSo() throws IOException {
    serve(PageSettings.DEFAULT, Map.of(), null);
    for (var path : List.of("", CONVERSATION)) {
      var reply = get("/dashboard/chat" + path);
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
      assertThat(reply.body()).contains("not built", "npm");
    }
    assertThat(get("/dashboard/chat/config.json").status()).isEqualTo(200);
  }
}
