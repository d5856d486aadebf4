package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.port.Agent;
import chat.testkit.AgentContract;
import chat.testkit.CompletionsRules;
import chat.testkit.ResponsesRules;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a model is shown of the files that came with messages, in both dialects. */
class AttachedTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
  private static final byte[] PNG = {1, 2, 3, 4};

  private final Agent.Request plain = AgentContract.request("x");
  private final Map<UUID, byte[]> bytes = new HashMap<>();
  private final List<Message> history = new ArrayList<>();

  private Content.Attachment file(String name, String type, byte[] content) {
    var file = Content.Attachment.of(name, type, content.length);
    bytes.put(file.id(), content);
    return file;
  }

  private Content.Attachment text(String name, String content) {
    return file(name, "text/plain", content.getBytes(StandardCharsets.UTF_8));
  }

  private void says(String words, Content.Attachment... files) {
    history.add(
        new Message(
            Message.Id.next(),
            Conversation.Id.next(),
            history.size() + 1,
            Turn.Id.next(),
            0,
            null,
            Message.Siblings.ONLY,
            Content.UserInput.of(words).with(List.of(files)),
            false,
            0,
            null,
            Instant.EPOCH));
  }

  private Agent.Request request() {
    return new Agent.Request(
        plain.turn(),
        "",
        history,
        List.of(),
        Content.Options.NONE,
        file -> Optional.ofNullable(bytes.get(file.id())).map(ByteArrayInputStream::new));
  }

  private static JsonNode body(Dialect dialect) throws IOException {
    return JSON.readTree(dialect.body(ToolChoice.AUTO));
  }

  private ChatCompletions completions() {
    return new ChatCompletions(request(), "gpt-test", "here gpt-test");
  }

  private Responses responses() {
    return new Responses(request(), "gpt-test", "here gpt-test");
  }

  private JsonNode said(int message) throws IOException {
    var body = body(completions());
    assertThat(CompletionsRules.broken(JSON.convertValue(body, MAP))).isEmpty();
    return body.path("messages").get(message).path("content");
  }

  @Test
  void anImageIsShownBesideTheWords() throws IOException {
    says("What is this?", file("a.png", "image/png", PNG));

    assertThat(said(0))
        .isEqualTo(
            JSON.readTree(
                """
                [{"type": "text", "text": "What is this?\\n\\n[an image: a.png, image/png]"},
                 {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQIDBA=="}}]
                """));
    var body = body(responses());
    assertThat(ResponsesRules.broken(JSON.convertValue(body, MAP))).isEmpty();
    assertThat(body.path("input").get(0).path("content"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"type": "input_text", "text": "What is this?\\n\\n[an image: a.png, image/png]"},
                 {"type": "input_image", "image_url": "data:image/png;base64,AQIDBA==",
                  "detail": "auto"}]
                """));
  }

  @Test
  void aTextIsReadAndEverythingElseIsNamed() throws IOException {
    says("", text("n.txt", "\ufeffone\ntwo"), file("a.pdf", "application/pdf", PNG));

    assertThat(said(0).asText())
        .isEqualTo(
            """
            <file name="n.txt">
            one
            two
            </file>

            [a file that is not shown here: a.pdf, application/pdf, 4 bytes]\
            """);
    assertThat(body(responses()).path("input").get(0).path("content").asText())
        .isEqualTo(said(0).asText());
  }

  @Test
  void aLongTextIsCutBetweenTwoCharactersAndSaysSo() throws IOException {
    var content = "x" + "é".repeat(Agent.Files.TEXT);
    says("", text("n.txt", content));

    var said = said(0).asText();

    var kept = "x" + "é".repeat(Agent.Files.TEXT / 2 - 1);
    assertThat(said)
        .isEqualTo(
            "<file name=\"n.txt\">\n%s\n[cut off here, after 32768 of 65537 bytes]\n</file>"
                .formatted(kept));
  }

  @Test
  void whatIsNoTextIsReplacedAndWhatIsGoneIsNamed() throws IOException {
    says("", file("n.txt", "text/plain", new byte[] {'a', (byte) 0xff, 0}));
    var gone = text("gone.txt", "x");
    bytes.remove(gone.id());
    says("", gone);

    assertThat(said(0).asText()).contains("a\ufffd\ufffd");
    assertThat(said(1).asText()).isEqualTo("[a file that is gone: gone.txt, text/plain]");
  }

  @Test
  void theNewestImagesAreShownAsFarAsThereIsRoom() throws IOException {
    var large = new byte[9 << 20];
    says("one", file("old.png", "image/png", large));
    says("two", file("new.png", "image/png", large), file("small.gif", "image/gif", PNG));

    assertThat(said(0).asText()).contains("one", "not shown here: old.png");
    assertThat(said(1)).hasSize(3);
  }

  @Test
  void aModelThatSeesNothingIsToldSoInBothDialects() throws IOException {
    says("What is this?", file("a.png", "image/png", PNG));
    for (var dialect : List.of(completions(), responses())) {
      assertThat(dialect.concedes("this model takes no image input")).isTrue();
      assertThat(dialect.concedes("this model takes no image input")).isFalse();
      var body = body(dialect);
      var content = body.findPath("content");
      assertThat(content.asText())
          .isEqualTo(
              "What is this?\n\n[an image: a.png, image/png]\n\n[you cannot see the images]");
    }
  }
}
