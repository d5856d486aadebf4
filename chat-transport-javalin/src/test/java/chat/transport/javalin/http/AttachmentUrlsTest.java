package chat.transport.javalin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.NotFound;
import chat.model.UserId;
import chat.transport.javalin.http.AttachmentUrls.Grant;
import chat.transport.javalin.http.AttachmentUrls.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AttachmentUrlsTest {
  private static final String BASE = "https://chat.example/a";
  private static final UserId OWNER = new UserId("ä/b\u200d user");
  private static final UUID ID = UUID.fromString("01890000-0000-7000-8000-00000000000d");

  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private int asked;
  private final AttachmentUrls urls = urls((byte) 7);

  private AttachmentUrls urls(byte key) {
    return new AttachmentUrls(
        () -> {
          asked++;
          var bytes = new byte[32];
          bytes[0] = key;
          return bytes;
        },
        () -> BASE,
        () -> now);
  }

  private static String capability(String url) {
    assertThat(url).startsWith(BASE + "/attachments/").matches("[!-~]+");
    return url.substring(url.lastIndexOf('/') + 1);
  }

  private void passes(Duration time) {
    now = now.plus(time);
  }

  @Test
  void aUrlSaysWhatMayBeDoneWithWhichFileOfWhom() {
    assertThat(urls.read(capability(urls.upload(OWNER, ID))))
        .isEqualTo(new Grant(Use.UPLOAD, OWNER, ID));
    assertThat(urls.read(capability(urls.preview(OWNER, ID))))
        .isEqualTo(new Grant(Use.PREVIEW, OWNER, ID));
    assertThat(urls.read(capability(urls.download(OWNER, ID))))
        .isEqualTo(new Grant(Use.DOWNLOAD, OWNER, ID));
    assertThat(asked).as("asks for the key once").isEqualTo(1);
  }

  @Test
  void anotherInstanceWithTheSameKeyReadsItAndOneWithAnotherKeyDoesNot() {
    var capability = capability(urls.preview(OWNER, ID));
    assertThat(urls((byte) 7).read(capability).id()).isEqualTo(ID);
    assertThatThrownBy(() -> urls((byte) 8).read(capability)).isInstanceOf(NotFound.class);
  }

  @Test
  void anUploadIsForMinutesAndAPreviewForADay() {
    var upload = capability(urls.upload(OWNER, ID));
    var preview = capability(urls.preview(OWNER, ID));
    passes(Duration.ofMinutes(14));
    assertThat(urls.read(upload).use()).isEqualTo(Use.UPLOAD);
    passes(Duration.ofMinutes(1));
    assertThatThrownBy(() -> urls.read(upload)).isInstanceOf(NotFound.class);
    passes(Duration.ofHours(23));
    assertThat(urls.read(preview).use()).isEqualTo(Use.PREVIEW);
    passes(Duration.ofHours(2));
    assertThatThrownBy(() -> urls.read(preview)).isInstanceOf(NotFound.class);
  }

  @Test
  void aPreviewIsTheSameForAWhileSoThatBrowsersKeepIt() {
    var first = urls.preview(OWNER, ID);
    passes(Duration.ofMinutes(30));
    assertThat(urls.preview(OWNER, ID)).isEqualTo(first);
    passes(Duration.ofMinutes(30));
    assertThat(urls.preview(OWNER, ID)).isNotEqualTo(first);
  }

  @Test
  void noBitOfItCanBeChanged() {
    var capability = capability(urls.preview(OWNER, ID));
    for (int i = 0; i < capability.length(); i++) {
      for (char other : "AZ_.".toCharArray()) {
        var changed = capability.substring(0, i) + other + capability.substring(i + 1);
        // The last letter of each half has bits that mean nothing.
        if (capability.charAt(i) == other || i == capability.length() - 1) continue;
        if (capability.charAt(i + 1) == '.') continue;
        assertThatThrownBy(() -> urls.read(changed)).as(changed).isInstanceOf(NotFound.class);
      }
    }
  }
}
