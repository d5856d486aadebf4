package chat.transport.javalin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chat.Attachments;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.UserId;
import io.javalin.Javalin;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uploads that are slow, and too many of them. */
class FileRoutesTest {
  private static final UserId ALICE = new UserId("alice");

  private final Attachments attachments = new Attachments(new InMemoryStore());
  private final AttachmentUrls urls =
      new AttachmentUrls(attachments::signingKey, () -> "", InstantSource.system());
  private Duration grace = Duration.ofMinutes(1);
  private @Nullable Javalin javalin;

  private Javalin javalin() {
    if (javalin != null) return javalin;
    javalin =
        Javalin.create(
                config -> {
                  config.jetty.host = "127.0.0.1";
                  config.jetty.port = 0;
                  config.startup.showJavalinBanner = false;
                  config.routes.exception(
                      ChatException.class, (e, ctx) -> ctx.status(400).result(e.code()));
                  new FileRoutes(attachments, urls, 1, grace)
                      .mount(
                          config.routes, new Door(token -> Caller.withoutToken(ALICE), Set.of()));
                })
            .start();
    return javalin;
  }

  @AfterEach
  void stop() {
    if (javalin != null) javalin.stop();
  }

  private UUID announced() {
    return attachments.create(Caller.withoutToken(ALICE), "a.txt", "text/plain", 3).file().id();
  }

  private Socket begins(UUID id, String body) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), javalin().port());
    socket.setSoTimeout(10_000);
    send(
        socket,
        "PUT "
            + URI.create(urls.upload(ALICE, id))
            + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
            + body);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void onlySoManyUploadsAreUnderWayAtOnceAndTheOthersAreSentAway() throws IOException {
    var first = announced();
    var second = announced();
    try (var slow = begins(first, "a")) {
      await()
          .until(
              () -> {
                try (var other = begins(second, "")) {
                  return answer(other).endsWith("overloaded");
                }
              });
      send(slow, "bc");
      assertThat(answer(slow)).contains("200 OK").endsWith("{\"uploaded\":true}");
    }
    try (var other = begins(second, "abc")) {
      assertThat(answer(other)).contains("200 OK");
    }
  }

  @Test
  void aBrokenUploadMakesRoomForTheNext() throws IOException {
    var id = announced();
    begins(id, "a").close();
    await()
        .until(
            () -> {
              try (var again = begins(id, "abc")) {
                return answer(again).contains("200 OK");
              }
            });
  }

  @Test
  void anUploadThatTakesTooLongIsRefused() throws IOException {
    grace = Duration.ZERO;
    try (var slow = begins(announced(), "abc")) {
      assertThat(answer(slow)).contains("400 Bad Request").endsWith("invalid_input");
    }
  }
}
