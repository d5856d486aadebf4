package chat.transport.javalin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.InvalidInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormFileTest {
  private static final String TYPE = "multipart/form-data; boundary=--ab";

  private static byte[] file(String type, byte[] form) throws IOException {
    var out = new ByteArrayOutputStream();
    FormFile.copy(type, new ByteArrayInputStream(form), out);
    return out.toByteArray();
  }

  private static String file(String form) throws IOException {
    return new String(
        file(TYPE, form.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
  }

  /** Writes a form whose only part is the file. */
  private static String form(String content) {
    return "----ab\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"
        + content
        + "\r\n----ab--\r\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "\r\n",
        "\r\n--",
        "\r\n----a",
        "\r\n----aab",
        "\r\r\n----\r\n----ac",
        "x----ab",
        "x\r\n\r\n----a\r",
        "\r\n\r\n",
        "\n----ab--\n"
      })
  void whatLooksLikeTheEndAndIsNotBelongsToTheFile(String content) throws IOException {
    assertThat(file(form(content))).isEqualTo(content);
  }

  @Test
  void anyBytesComeAsTheyWere() throws IOException {
    var random = new Random(6);
    for (int i = 0; i < 200; i++) {
      var bytes = new byte[random.nextInt(50_000)];
      for (int j = 0; j < bytes.length; j++) bytes[j] = (byte) "\r\n-abx".charAt(random.nextInt(6));
      var content = new String(bytes, StandardCharsets.ISO_8859_1).replace("\r\n----ab", "");
      assertThat(file(form(content))).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"",
        "content-disposition:form-data;name=file",
        "Content-Type: text/plain\r\nContent-Disposition: form-data; filename=\"b\"; name=\"file\"",
        "Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%e2%82%ac",
      })
  void theFieldIsFoundHoweverItIsWritten(String headers) throws IOException {
    assertThat(file("preamble\r\n----ab  \r\n" + headers + "\r\n\r\nit\r\n----ab--epilogue"))
        .isEqualTo("it");
  }

  @Test
  void otherFieldsAreLeftOut() throws IOException {
    var other = "----ab\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\nno\r\n";
    assertThat(file(other.formatted("a") + form("it"))).isEqualTo("it");
    assertThat(file(other.formatted("files") + form("it"))).isEqualTo("it");
    var misleading = other.formatted("x\"; filename=\"name=file");
    assertThat(file(misleading + form("it"))).isEqualTo("it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "----ab--",
        "no form at all",
        "----ab\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n----ab--",
        "----ab\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx",
        "----ab\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n----ab",
        "----abc\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n----abc--",
        "----ab\r\nContent-Disposition: form-data; name=\"file\"",
      })
  void whatIsNoWholeFormWithAFileIsRefused(String form) {
    assertThatThrownBy(() -> file(form)).isInstanceOf(InvalidInput.class);
  }

  @Test
  void twoFilesAndEndlessHeadersAreRefused() {
    var part = "----ab\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n";
    assertThatThrownBy(() -> file(part + part + "----ab--")).isInstanceOf(InvalidInput.class);
    assertThatThrownBy(() -> file("----ab\r\n" + "x: y\r\n".repeat(10_000)))
        .isInstanceOf(InvalidInput.class);
  }

  @Test
  void theBoundaryMayBeQuotedAndStandAnywhere() throws IOException {
    var form = form("it").getBytes(StandardCharsets.ISO_8859_1);
    for (var type :
        new String[] {
          "multipart/form-data; boundary=\"--ab\"",
          "Multipart/Form-Data; charset=utf-8; Boundary=--ab; x=y"
        }) {
      assertThat(file(type, form)).isEqualTo("it".getBytes(StandardCharsets.US_ASCII));
    }
    for (var type : new String[] {"multipart/form-data", "text/plain; boundary=x", ""}) {
      assertThatThrownBy(() -> file(type, form)).isInstanceOf(InvalidInput.class);
    }
  }
}
