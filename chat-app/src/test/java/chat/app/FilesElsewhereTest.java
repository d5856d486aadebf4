package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.port.Toolset;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file is announced at one instance, uploaded at another, sent at the first and seen at both. */
@Timeout(120)
final class FilesElsewhereTest {
  private static final int SIZE = 5 << 20;

  private final String user = "user-" + UUID.randomUUID();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Instance here = instance();
  private final Instance there = instance();

  private static Instance instance() {
    return Instance.start(SharedDatabase.inThisJvm().database(), new DemoAgent(), Toolset.NONE);
  }

  @AfterEach
  void stop() {
    http.close();
    here.close();
    there.close();
  }

  private static HttpRequest.Builder at(Instance instance, String url) {
    var path = URI.create(url).getPath();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static byte[] image() {
    var bytes = new byte[SIZE];
    new Random(6).nextBytes(bytes);
    System.arraycopy(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, 0, bytes, 0, 3);
    return bytes;
  }

  @Test
  void whatIsUploadedAnywhereIsSentAndSeenAnywhere() throws Exception {
    var files = "/api/" + user + "/attachments";
    var image = image();
    var announced =
        here.client.post(
            user, files, Map.of("name", "a.jpg", "mime_type", "image/jpeg", "size", SIZE));
    assertThat(announced.status()).isEqualTo(201);
    var upload = announced.body().at("/upload/url").asText();

    var cut = Arrays.copyOf(image, SIZE - 1);
    var tooShort = send(at(there, upload).PUT(BodyPublishers.ofByteArray(cut)));
    assertThat(tooShort.statusCode()).isEqualTo(400);
    var whole = send(at(there, upload).PUT(BodyPublishers.ofByteArray(image)));
    assertThat(whole.statusCode()).isEqualTo(200);
    var id = announced.text("id");
    var reply =
        here.client.post(
            user, "/api/" + user + "/chat", Map.of("message", "look", "attachments", List.of(id)));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text("message")).contains("I got **a.jpg**: " + SIZE + " bytes");

    var told = there.client.get(user, files + "/" + id);
    for (var instance : List.of(here, there)) {
      var seen = send(at(instance, told.text("preview_url")).GET());
      assertThat(seen.body()).isEqualTo(image);
      assertThat(seen.headers().firstValue("Content-Disposition").orElse("")).startsWith("inline");
    }
    var conversation = "/api/" + user + "/conversations/" + reply.text("conversation_id");
    assertThat(there.client.delete(user, conversation).status()).isEqualTo(204);
    assertThat(send(at(here, told.text("preview_url")).GET()).statusCode()).isEqualTo(404);
  }
}
