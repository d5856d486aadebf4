package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.testkit.ScriptedAgent;
import chat.transport.javalin.ServerUnderTest.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files come, are sent, are seen and go, over HTTP. */
class AttachmentsTest {
  private static final byte[] PNG = {
    (byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 1, 2, 3
  };

  private final ServerUnderTest server =
      ServerUnderTest.with(
          new ScriptedAgent().says("seen"),
          settings -> settings.corsOrigins(Set.of("https://app.example")));

  @AfterEach
  void close() {
    server.close();
  }

  private Answer announced(String name, String type, long size) {
    return server.post(
        "/api/alice/attachments",
        """
        {"name": "%s", "mime_type": "%s", "size": %d}\
        """
            .formatted(name.replace("\\", "\\\\").replace("\"", "\\\""), type, size));
  }

  private Answer told(String id) {
    return server.get("/api/alice/attachments/" + id);
  }

  private static Request.Builder at(String url) {
    return new Request.Builder().url(url);
  }

  private static String uploadUrl(Answer announced) {
    return announced.json().at("/upload/url").asText();
  }

  private Answer put(String url, byte[] bytes) {
    return server.send(at(url).put(RequestBody.create(bytes)));
  }

  private String uploaded(String name, String type, byte[] bytes) {
    var announced = announced(name, type, bytes.length);
    assertThat(put(uploadUrl(announced), bytes).status()).isEqualTo(200);
    return announced.at("id");
  }

  @Test
  void aFileIsAnnouncedUploadedSentSeenAndGoesWithItsConversation() throws IOException {
    var announced = announced("Oslo.png", "image/png", PNG.length);
    assertThat(announced.status()).isEqualTo(201);
    assertThat(announced.json().at("/upload/method").asText()).isEqualTo("PUT");
    assertThat(announced.json().has("download_url")).isFalse();
    var id = announced.at("id");
    assertThat(server.send(at(announced.at("preview_url"))).status()).isEqualTo(404);

    assertThat(put(uploadUrl(announced), PNG).text()).isEqualTo("{\"uploaded\":true}");
    var reply = server.chat("{\"attachments\": [\"%s\"]}".formatted(id));

    assertThat(reply.status()).isEqualTo(200);
    var conversation = reply.at("conversation_id");
    var messages =
        server.get("/api/alice/conversations/" + conversation + "/messages").json().get("data");
    assertThat(messages.at("/0/attachments/0/name").asText()).isEqualTo("Oslo.png");
    assertThat(messages.at("/0/attachments/0/size").asInt()).isEqualTo(PNG.length);
    var told = told(id);
    assertThat(told.at("conversation_id")).isEqualTo(conversation);
    assertThat(told.json().has("upload")).isFalse();
    try (var image = server.open(at(told.at("preview_url")))) {
      assertThat(image.body().bytes()).isEqualTo(PNG);
      assertThat(image.header("Content-Type")).isEqualTo("image/png");
      assertThat(image.header("Content-Disposition")).startsWith("inline;");
      assertThat(image.header("Cache-Control")).startsWith("private");
    }
    try (var image = server.open(at(told.at("download_url")))) {
      assertThat(image.header("Content-Disposition")).startsWith("attachment;");
    }
    assertThat(server.send(server.request("/api/alice/attachments/" + id).delete()).at("code"))
        .isEqualTo("attachment_sent");

    server.send(server.request("/api/alice/conversations/" + conversation).delete());
    assertThat(told(id).status()).isEqualTo(404);
    assertThat(server.send(at(told.at("preview_url"))).status()).isEqualTo(404);
  }

  @Test
  void whatIsNoImageIsDownloadedUnderItsNameAndRunsNothing() {
    var text = "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
    var id = uploaded("π \"x\"%41.txt", "text/plain", text);

    var answer = server.send(at(told(id).at("download_url")));

    assertThat(answer.text()).isEqualTo("<script>alert(1)</script>");
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
    assertThat(answer.header("Content-Disposition"))
        .isEqualTo(
            "attachment; filename=\"_ _x__41.txt\"; filename*=UTF-8''%CF%80%20%22x%22%2541.txt");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Security-Policy")).isEqualTo("sandbox; default-src 'none'");
    var head = server.send(at(told(id).at("download_url")).head());
    assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(text.length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", ".", "..", "../a.txt", "a/b.txt", "C:\\a.txt", "a\\u0000b", "a\\nb"})
  void aNameThatIsAPathOrHoldsControlCharactersIsRefused(String name) {
    var answer =
        server.post(
            "/api/alice/attachments",
            "{\"name\": \"%s\", \"mime_type\": \"text/plain\", \"size\": 1}"
                .formatted(name.startsWith("C:") ? "C:\\\\a.txt" : name));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("field")).isEqualTo("name");
  }

  @ParameterizedTest
  @CsvSource({
    "a.html, text/html, 10, 400, mime_type",
    "a.svg, image/svg+xml, 10, 400, mime_type",
    "a.txt, text, 10, 400, mime_type",
    "a.txt, text/plain, 0, 400, size",
    "a.txt, text/plain, -1, 400, size",
    "a.txt, text/plain, 20971521, 413, ''",
    "a.txt, text/plain, 20971520, 201, ''",
    "a.txt, TEXT/Plain; charset=utf-8, 1, 201, ''",
  })
  void whatIsTooLargeOrNotOnTheListIsRefused(
      String name, String type, long size, int status, String field) {
    var answer = announced(name, type, size);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.at("field")).isEqualTo(field);
  }

  @Test
  void htmlThatIsCalledAnImageIsRefusedAndTheImageMayStillCome() {
    var html = "<html><script>x</script>".getBytes(StandardCharsets.UTF_8);
    var announced = announced("a.png", "image/png", html.length);

    var refused = put(uploadUrl(announced), html);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("field")).isEqualTo("file");
    assertThat(told(announced.at("id")).json().get("uploaded").asBoolean()).isFalse();
    var image = Arrays.copyOf(PNG, html.length);
    assertThat(put(uploadUrl(announced), image).status()).isEqualTo(200);
  }

  @Test
  void aFileIsUploadedOnce() {
    var announced = announced("a.txt", "text/plain", 3);
    assertThat(put(uploadUrl(announced), new byte[] {1, 2, 3}).status()).isEqualTo(200);
    var again = put(uploadUrl(announced), new byte[] {4, 5, 6});
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.at("code")).isEqualTo("already_uploaded");
  }

  @Test
  void anUploadHasAsManyBytesAsWereAnnounced() {
    var url = uploadUrl(announced("a.txt", "text/plain", 3));
    assertThat(put(url, new byte[2]).status()).isEqualTo(400);
    assertThat(put(url, new byte[4]).status()).isEqualTo(413);
    assertThat(server.send(at(url).put(chunked(1 << 20))).status()).isEqualTo(413);
    assertThat(server.send(at(url).post(form("file", "a.txt", new byte[2]))).status())
        .isEqualTo(400);
    assertThat(server.send(at(url).post(form("file", "a.txt", new byte[4]))).status())
        .isEqualTo(413);
    assertThat(server.send(at(url).post(form("file", "a.txt", new byte[1 << 20]))).status())
        .isEqualTo(413);
    assertThat(server.send(at(url).put(chunked(3))).status()).isEqualTo(200);
  }

  /** Does not say how long it is. */
  private static RequestBody chunked(int size) {
    return new RequestBody() {
      @Override
      public @Nullable MediaType contentType() {
        return null;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        sink.write(new byte[size]);
      }
    };
  }

  private static MultipartBody form(String field, String name, byte[] bytes) {
    return new MultipartBody.Builder("b0undary")
        .setType(MultipartBody.FORM)
        .addFormDataPart("comment", "ignored")
        .addFormDataPart(field, name, RequestBody.create(bytes, MediaType.get("text/plain")))
        .build();
  }

  @Test
  void aFormMayBringTheFileUnderAnyName() {
    var announced = announced("a.txt", "text/plain", 3);
    var form = form("file", "../../../etc/passwd", new byte[] {'a', '\r', '\n'});

    assertThat(server.send(at(uploadUrl(announced)).post(form)).status()).isEqualTo(200);

    var told = told(announced.at("id"));
    assertThat(told.at("name")).isEqualTo("a.txt");
    assertThat(server.send(at(told.at("download_url"))).text()).isEqualTo("a\r\n");
  }

  @Test
  void aFormMayBePutToo() throws IOException {
    var announced = announced("a.txt", "text/plain", 3);
    var form = form("file", "a.txt", new byte[] {'a', 'b', 'c'});

    assertThat(server.send(at(uploadUrl(announced)).put(form)).status()).isEqualTo(200);

    var told = told(announced.at("id"));
    assertThat(server.send(at(told.at("download_url"))).text()).isEqualTo("abc");
  }

  @Test
  void aFormWithoutTheFileOrWithTwoOrNoFormAtAllIsRefused() throws IOException {
    var url = uploadUrl(announced("a.txt", "text/plain", 3));
    var two =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("file", "a", RequestBody.create(new byte[3]))
            .addFormDataPart("file", "b", RequestBody.create(new byte[3]))
            .build();
    var none = RequestBody.create("--x\r\nno form", MediaType.get("multipart/form-data"));
    var cut = new ByteArrayOutputStream();
    cut.writeBytes(
        "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nab"
            .getBytes(StandardCharsets.US_ASCII));
    var open =
        RequestBody.create(cut.toByteArray(), MediaType.get("multipart/form-data;boundary=x"));
    for (var body : new RequestBody[] {form("datei", "a.txt", new byte[3]), two, none, open}) {
      assertThat(server.send(at(url).post(body)).status()).isEqualTo(400);
    }
    assertThat(server.send(at(url).post(ServerUnderTest.body("{}"))).at("field"))
        .isEqualTo("Content-Type");
  }

  @Test
  void anUploadThatBreaksOffMayBeTriedAgain() throws IOException {
    var announced = announced("a.txt", "text/plain", 1000);
    var url = URI.create(uploadUrl(announced));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("PUT "
                  + url.getPath()
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nab")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    assertThat(put(url.toString(), new byte[1000]).status()).isEqualTo(200);
  }

  @Test
  void aCapabilityIsForOneUseOfOneFileAndCannotBeChanged() {
    var announced = announced("a.png", "image/png", PNG.length);
    var upload = uploadUrl(announced);
    var preview = announced.at("preview_url");
    assertThat(put(preview, PNG).status()).isEqualTo(404);
    put(upload, PNG);
    assertThat(server.send(at(upload)).status()).isEqualTo(404);
    assertThat(server.send(at(preview)).status()).isEqualTo(200);

    var payload = preview.substring(0, preview.lastIndexOf('.'));
    var signature = preview.substring(preview.lastIndexOf('.') + 1);
    var other = announced("b.png", "image/png", PNG.length).at("preview_url");
    var swapped = other.substring(0, other.lastIndexOf('.') + 1) + signature;
    int flipped = payload.length() - 4;
    var changed =
        payload.substring(0, flipped)
            + (payload.charAt(flipped) == 'A' ? 'B' : 'A')
            + payload.substring(flipped + 1);
    for (var forged :
        new String[] {
          swapped,
          changed + "." + signature,
          payload,
          payload + ".",
          payload + ".x.y",
          payload + ".!!",
          server.url("/attachments/x"),
          server.url("/attachments/.")
        }) {
      assertThat(server.send(at(forged)).status()).as(forged).isEqualTo(404);
    }
  }

  @Test
  void anothersFileIsNotThereForAnybodyElse() {
    var id = uploaded("a.txt", "text/plain", new byte[3]);
    var bob = "Bearer token-of-bob";
    var path = "/api/bob/attachments/" + id;
    assertThat(server.send(server.anonymous(path).header("Authorization", bob)).status())
        .isEqualTo(404);
    assertThat(server.send(server.anonymous(path).header("Authorization", bob).delete()).status())
        .isEqualTo(404);
    var chat =
        server
            .anonymous("/api/bob/chat")
            .header("Authorization", bob)
            .post(ServerUnderTest.body("{\"message\":\"x\",\"attachments\":[\"" + id + "\"]}"));
    assertThat(server.send(chat).status()).isEqualTo(404);
    assertThat(told(id).status()).isEqualTo(200);
    assertThat(server.send(server.request("/api/alice/attachments/" + id).delete()).status())
        .isEqualTo(204);
    assertThat(told(id).status()).isEqualTo(404);
  }

  @Test
  void aMessageWithFilesThatCannotBeSentIsRefusedBeforeItsStreamBegins() {
    var waiting = announced("a.txt", "text/plain", 3).at("id");
    for (var files :
        new String[] {
          "[\"" + waiting + "\"]", "[\"x\"]", "[null]", "[1]", "\"" + waiting + "\"",
        }) {
      var asked = server.streamedChat("{\"message\":\"x\",\"attachments\":" + files + "}");
      var answer = server.send(asked);
      assertThat(answer.status()).as(files).isEqualTo(400);
      assertThat(answer.at("field")).startsWith("attachments");
    }
    var eleven = "\"" + String.join("\",\"", Collections.nCopies(11, waiting)) + "\"";
    var answer = server.chat("{\"message\":\"x\",\"attachments\":[" + eleven + "]}");
    assertThat(answer.at("detail")).contains("at most 10");
    assertThat(server.get("/api/alice/conversations").json().get("data")).isEmpty();
  }

  @Test
  void aPageOfAnAllowedOriginMayUpload() {
    var url = uploadUrl(announced("a.txt", "text/plain", 3));
    var preflight =
        server.send(
            at(url)
                .method("OPTIONS", null)
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "PUT"));
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PUT");
    var put = at(url).header("Origin", "https://app.example").put(RequestBody.create(new byte[3]));
    assertThat(server.send(put).header("Access-Control-Allow-Origin"))
        .isEqualTo("https://app.example");
  }
}
