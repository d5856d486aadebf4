package chat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ToolResult;
import chat.model.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContextWindowTest {
  private static final Conversation.Id CONVERSATION = Conversation.Id.next();
  private final List<Message> history = new ArrayList<>();
  private Turn.Id turn = Turn.Id.next();

  private void ask(String text) {
    turn = Turn.Id.next();
    add(Content.UserInput.of(text));
  }

  private void answer(String text) {
    add(new Content.AssistantText(text, List.of()));
  }

  private void call(ToolResult result) {
    var call = Content.ToolCall.pending("search", null, Json.EMPTY);
    add(call.ended(Content.ToolCall.State.SUCCEEDED, result, null));
  }

  private void add(Content content) {
    history.add(
        new Message(
            Message.Id.next(),
            CONVERSATION,
            history.size() + 1,
            turn,
            0,
            null,
            Message.Siblings.ONLY,
            content,
            false,
            0,
            null,
            Instant.EPOCH.plusSeconds(history.size())));
  }

  private static List<String> texts(List<Message> window) {
    return window.stream().map(m -> m.content().text()).toList();
  }

  @Test
  void theTenthMessageComesWithTheLastSevenTurns() {
    for (int i = 1; i < 10; i++) {
      ask("question " + i);
      answer("answer " + i);
    }
    ask("question 10");
    var window = new ContextWindow(15, 16_000).of(history);
    assertThat(window).hasSize(15);
    assertThat(texts(window)).startsWith("question 3", "answer 3").endsWith("question 10");
  }

  @Test
  void toolCallsAndReasoningRideAlongWithTheirTurn() {
    ask("old");
    answer("gone");
    ask("q");
    add(new Content.Reasoning("hm", null));
    call(ToolResult.text("42"));
    answer("a");
    ask("now");
    var window = new ContextWindow(3, 16_000).of(history);
    assertThat(window)
        .extracting(m -> m.content().kind())
        .containsExactly(
            Content.Kind.TEXT,
            Content.Kind.REASONING,
            Content.Kind.TOOL_CALL,
            Content.Kind.TEXT,
            Content.Kind.TEXT);
  }

  @Test
  void theCurrentTurnIsAlwaysThere() {
    ask("x".repeat(1000));
    assertThat(new ContextWindow(1, 1).of(history)).hasSize(1);
  }

  @Test
  void wholeTurnsGoUntilTheRestFits() {
    ask("a".repeat(400));
    answer("b".repeat(400));
    ask("c".repeat(400));
    answer("d".repeat(400));
    ask("e");
    assertThat(texts(new ContextWindow(15, 250).of(history)))
        .containsExactly("c".repeat(400), "d".repeat(400), "e");
  }

  @Test
  void theOldestOversizedResultIsCutBeforeATurnGoes() {
    ask("q1");
    call(ToolResult.text("x".repeat(4000)));
    answer("a1");
    ask("q2");
    call(ToolResult.text("y".repeat(4000)));
    answer("a2");
    ask("q3");
    var window = new ContextWindow(15, 1200).of(history);
    assertThat(window).hasSize(7);
    assertThat(result(window.get(1)).truncated()).isTrue();
    assertThat(result(window.get(1)).text()).startsWith("xxx").hasSizeLessThan(300);
    assertThat(result(window.get(4)).text()).hasSize(4000);
  }

  private static ToolResult result(Message message) {
    var result = ((Content.ToolCall) message.content()).result();
    assertThat(result).isNotNull();
    return result;
  }

  @Test
  void aCallWithoutAResultGetsOneAndHistoryStaysAsItIs() {
    ask("q");
    add(Content.ToolCall.pending("search", null, Json.EMPTY).running(Instant.EPOCH));
    ask("and now?");
    var window = new ContextWindow(15, 16_000).of(history);
    assertThat(result(window.get(1)).error()).isEqualTo("interrupted");
    assertThat(((Content.ToolCall) history.get(1).content()).result()).isNull();
  }

  @Test
  void emptyTextsAndWhatPrecedesTheFirstQuestionAreLeftOut() {
    answer("a piece of a turn that is out of reach");
    ask("q");
    answer("");
    ask("now");
    assertThat(texts(new ContextWindow(15, 16_000).of(history))).containsExactly("q", "now");
  }

  private void attach(String text, Content.Attachment... files) {
    turn = Turn.Id.next();
    add(Content.UserInput.of(text).with(List.of(files)));
  }

  private static Content.Attachment image(String name) {
    return Content.Attachment.of(name, "image/png", 5_000_000);
  }

  @Test
  void filesAreOnlyNamedWhereTheyAreTooMuchTheOldestFirst() {
    attach("one", image("1.png"), Content.Attachment.of("2.txt", "text/plain", 1_000_000));
    answer("ok");
    attach("two", image("3.png"));

    var roomy = new ContextWindow(15, 12_000).of(history);
    assertThat(files(roomy)).containsExactly("1.png", "2.txt", "3.png");
    var tight = new ContextWindow(15, 10_000).of(history);
    assertThat(files(tight)).containsExactly("2.txt", "3.png");
    assertThat(texts(tight).get(0)).isEqualTo("one\n[a file that is not shown any more: 1.png]");
    assertThat(files(new ContextWindow(15, 2_000).of(history))).containsExactly("3.png");
    var least = new ContextWindow(15, 100).of(history);
    assertThat(texts(least))
        .as("the question itself always stays")
        .containsExactly("two\n[a file that is not shown any more: 3.png]");
  }

  private static List<String> files(List<Message> window) {
    return window.stream()
        .filter(m -> m.content() instanceof Content.UserInput)
        .flatMap(m -> ((Content.UserInput) m.content()).attachments().stream())
        .map(Content.Attachment::name)
        .toList();
  }
}
