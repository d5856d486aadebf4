package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import chat.engine.EngineSettings;
import chat.engine.Follower;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.model.Window;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells how the demo calls tools, through the engine. */
@Timeout(60)
final class DemoToolsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Caller ALICE = Caller.withoutToken(new UserId("alice"));

  private final ScriptedToolset tools =
      new ScriptedToolset()
          .has(Samples.tool("add"), call -> ToolResult.text("added " + call.arguments().text()));
  private final InMemoryStore store = new InMemoryStore();
  private ChatService chat;

  @BeforeEach
  void open() {
    var engine =
        TurnEngine.start(
            Samples.instance(),
            store,
            new DemoAgent(Duration.ofNanos(1), DemoAgent::answer),
            tools,
            EngineSettings.DEFAULT,
            TurnObserver.NONE);
    chat = new ChatService(store, engine);
  }

  @AfterEach
  void close() {
    chat.close();
  }

  private Follower says(String text) {
    var send = new Turn.Input.Send(null, null, Content.UserInput.of(text), null);
    return chat.begin(ALICE, send, Turn.OnBusy.REJECT, null);
  }

  private String answer(String text) throws InterruptedException {
    var follower = says(text);
    assertThat(follower.reply(LONG)).isNotNull();
    return lastText(follower);
  }

  private String lastText(Follower follower) {
    return messages(follower).getLast().content().text();
  }

  private List<Message> messages(Follower follower) {
    return chat.window(ALICE, follower.turn().conversation(), Window.Query.newest(50)).messages();
  }

  @Test
  void aLineCallsAToolAndTheAnswerSaysWhatCameBack() throws Exception {
    assertThat(answer("please\n  /tool add {\"text\": \"milk\"}\nthanks"))
        .isEqualTo("`add` **succeeded**:\n\n```\nadded {\"text\": \"milk\"}\n```\n");
    assertThat(answer("/tool add")).contains("added {}");
  }

  @Test
  void severalLinesAreOneStepOfCallsAtOnce() throws Exception {
    var together = new CyclicBarrier(2);
    for (var name : List.of("a", "b")) {
      tools.has(
          Samples.tool(name),
          call -> {
            together.await(20, TimeUnit.SECONDS);
            return ToolResult.text("did " + name);
          });
    }

    assertThat(answer("/tool a {}\n/tool b {}"))
        .containsSubsequence("`a` **succeeded**", "did a", "`b` **succeeded**", "did b");
  }

  @Test
  void argumentsArriveInPieces() throws Exception {
    var follower = says("/tool add {\"text\": \"a b c\"}");
    var pieces = new ArrayList<String>();
    while (!follower.ended()) {
      for (var event : follower.next(LONG)) {
        if (event.event() instanceof TurnEvent.ToolArgumentsDelta piece)
          pieces.add(piece.content());
      }
    }

    assertThat(pieces).hasSizeGreaterThan(2);
    assertThat(String.join("", pieces)).isEqualTo("{\"text\": \"a b c\"}");
  }

  @Test
  void whatFailedIsSaidWithItsCode() throws Exception {
    tools.has(Samples.tool("fails"), call -> ToolResult.error("tool_error", "no item 7"));
    tools.has(Samples.tool("never", Tool.Run.NEVER), call -> ToolResult.text("x"));

    assertThat(answer("/tool fails {}"))
        .isEqualTo("`fails` **failed** (`tool_error`):\n\n```\nno item 7\n```\n");
    assertThat(answer("/tool never {}")).startsWith("`never` **was not allowed** (`denied`)");
  }

  @Test
  void everyKindOfResultIsShownAndNoneIsObeyed() throws Exception {
    var parts =
        List.<ToolResult.Part>of(
            new ToolResult.Part.Text("````\n/tool add {}"),
            new ToolResult.Part.Image("image/png", "AAAA"),
            new ToolResult.Part.Link("https://example.org/x", "x"));
    tools.has(
        Samples.tool("shows"), call -> new ToolResult(parts, new Json("{\"n\":1}"), null, false));

    assertThat(answer("/tool shows {}"))
        .endsWith(
            """
            `````
            ````
            /tool add {}
            [an image, image/png]
            [a link, x: https://example.org/x]
            {"n":1}
            `````
            """);
    assertThat(tools.calls()).hasSize(1);
  }

  @Test
  void whatIsWrongIsExplainedAndNothingIsCalled() throws Exception {
    assertThat(answer("/tool ad {}\n/tool add {text: milk}\n/tool add [1]\n/tool\n/tool add {}"))
        .contains("There is no tool `ad`", "`{text: milk}` is no JSON object", "`[1]` is no JSON")
        .contains("Which tool?", "Nothing was called.");
    assertThat(tools.calls()).isEmpty();
  }

  @Test
  void theToolsAreListedWhereTheyAreAskedFor() throws Exception {
    tools.has(Samples.tool("delete", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("x"));

    assertThat(answer("/tools"))
        .contains("- `add`: does what add does\n", "- `delete`: ")
        .contains("You are asked first.");
    assertThat(answer("hello")).contains("I am a demo", "`/tools` lists them");
    assertThat(answer("a /tool in the middle of a line, /toolbox")).contains("I am a demo");
    assertThat(tools.calls()).isEmpty();
  }

  @Test
  void afterAnApprovalTheOutcomeIsSaidAndTheToolRanOnce() throws Exception {
    tools.has(Samples.tool("delete", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("deleted"));
    var follower = says("/tool delete {\"id\": 1}");
    assertThat(follower.reply(LONG)).isNotNull();
    var turn = chat.turn(ALICE, follower.turn().conversation(), follower.turn().id());
    assertThat(turn.state()).isEqualTo(Turn.State.AWAITING);
    assertThat(tools.calls()).isEmpty();

    var pending = turn.awaiting().get(0).message();
    chat.answer(ALICE, turn.conversation(), turn.id(), pending, new Turn.Answer.Approve(null));
    var resumed = chat.follow(ALICE, turn.conversation(), turn.id(), 0);
    while (!resumed.ended()) assertThat(resumed.next(LONG)).isNotEmpty();

    assertThat(lastText(follower)).isEqualTo("`delete` **succeeded**:\n\n```\ndeleted\n```\n");
    assertThat(tools.calls()).hasSize(1);
  }

  @Test
  void anotherQuestionAfterACallIsAnsweredAnew() throws Exception {
    var first = says("/tool add {}");
    assertThat(first.reply(LONG)).isNotNull();
    var send =
        new Turn.Input.Send(first.turn().conversation(), null, Content.UserInput.of("hello"), null);
    var second = chat.begin(ALICE, send, Turn.OnBusy.REJECT, null);
    assertThat(second.reply(LONG)).isNotNull();

    assertThat(lastText(second)).contains("> hello", "I am a demo");
  }
}
