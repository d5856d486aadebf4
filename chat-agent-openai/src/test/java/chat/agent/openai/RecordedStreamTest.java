package chat.agent.openai;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import chat.agent.openai.OpenAiSettings.Api;
import chat.agent.openai.RawModel.Answer;
import chat.agent.openai.Recording.Said;
import chat.engine.EngineSettings;
import chat.engine.TurnEngine;
import chat.engine.TurnObserver;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.UserId;
import chat.model.Window;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays a recorded turn, two answers of a model with a call of a tool between them, cut off and
 * split at every byte, each time through a whole engine and over a real connection; in both of
 * OpenAI's ways.
 */
@ParameterizedClass
@EnumSource
@Timeout(120)
class RecordedStreamTest {
  private static final String CALL = "weather({\"city\":\"Köln\",\"days\":2})";

  private final Caller alice = Caller.withoutToken(new UserId("alice"));
  private final Recording first;
  private final Recording second;
  private final int length;
  private final SegmentedSockets sockets = new SegmentedSockets();
  private final InMemoryStore store = new InMemoryStore();
  private final RawModel model;
  private final OpenAiAgent agent;
  private final TurnEngine engine;
  private final ChatService chat;
  private boolean clean;

  /** Is what became of a turn, as it is stored. */
  private record Outcome(
      Turn.State state, @Nullable String code, List<Said> messages, Turn.Usage usage) {}

  RecordedStreamTest(Api api) throws IOException {
    var name = api == Api.CHAT ? "completions" : "responses";
    first = new Recording(name + "-1.sse");
    second = new Recording(name + "-2.sse");
    length = first.length() + second.length();
    model = new RawModel(this::answer);
    agent = new OpenAiAgent(OpenAiSettings.of(model.baseUrl(), null, "r1").api(api), sockets);
    var tools =
        new ScriptedToolset()
            .has(
                Samples.tool("weather"),
                call -> {
                  assertThat(call.arguments())
                      .isEqualTo(new Json("{\"city\":\"Köln\",\"days\":2}"));
                  return ToolResult.text("12 °C, rain");
                });
    engine =
        TurnEngine.start(
            Samples.instance(),
            store,
            agent,
            tools,
            EngineSettings.DEFAULT.withGrace(Duration.ZERO),
            TurnObserver.NONE);
    chat = new ChatService(store, engine);
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    agent.close();
    model.close();
  }

  /** The user's message says how many bytes of the two answers are sent. */
  private Answer answer(String request) {
    int cut = Integer.parseInt(request.replaceFirst("(?s).*after (\\d+) bytes.*", "$1"));
    boolean again = request.contains("12 °C, rain");
    var recording = again ? second : first;
    int from = again ? first.length() : 0;
    if (cut >= from + recording.length()) return Answer.whole(recording.bytes());
    int bytes = Math.max(0, cut - from);
    return clean
        ? Answer.endingAfter(bytes, recording.bytes())
        : Answer.breakingOffAfter(bytes, recording.bytes());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cutOffAnywhereTheTurnEndsWithWhatTheModelHadSaid(boolean clean) throws Exception {
    this.clean = clean;
    for (int cut = 0; cut <= length; cut++) {
      var outcome = outcome(cut);
      if (splitsALineEnd(cut)) {
        assertThat(outcome).as("cut at %s", cut).isIn(expected(cut - 1), expected(cut + 1));
      } else {
        assertThat(outcome).as("cut at %s", cut).isEqualTo(expected(cut));
      }
    }
  }

  @Test
  void splitAnywhereTheTurnIsTheSame() throws Exception {
    var whole = expected(length);
    sockets.splitAfter(Long.MAX_VALUE);
    assertThat(outcome(length)).isEqualTo(whole);
    // Also within the heads and the framing.
    long bytes = sockets.read();
    assertThat(bytes).isGreaterThan(length);
    for (long at = 1; at < bytes; at++) {
      sockets.splitAfter(at);
      assertThat(outcome(length)).as("split at %s", at).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 7, 64, 1000})
  void inSegmentsOfAnySizeTheTurnIsTheSame(long size) throws Exception {
    sockets.cutIntoPiecesOf(size);
    assertThat(outcome(length)).isEqualTo(expected(length));
  }

  private boolean splitsALineEnd(int cut) {
    return first.splitsALineEnd(cut) || second.splitsALineEnd(cut - first.length());
  }

  private Outcome outcome(int cut) throws InterruptedException {
    var text = "Stop after " + cut + " bytes.";
    var send = new Turn.Input.Send(null, null, Content.UserInput.of(text), null);
    var follower = chat.begin(alice, send, Turn.OnBusy.REJECT, null);
    assertThat(follower.reply(Duration.ofSeconds(20))).as("cut at %s", cut).isNotNull();
    var id = follower.turn().conversation();
    var turn = chat.turn(alice, id, follower.turn().id());
    var stored = chat.window(alice, id, Window.Query.newest(200)).messages();
    chat.delete(alice, id);
    return new Outcome(
        turn.state(),
        turn.failure() == null ? null : turn.failure().code(),
        stored.stream().skip(1).map(RecordedStreamTest::said).toList(),
        turn.usage());
  }

  private static Said said(Message message) {
    var content = message.content();
    var text =
        content instanceof Content.ToolCall call
            ? call.name() + "(" + call.arguments() + ")"
            : content.text();
    return new Said(content.kind(), text, message.partial());
  }

  /** Says what must come of a turn whose two answers are cut off together. */
  private Outcome expected(int cut) throws IOException {
    var told = first.before(Math.min(cut, first.length()), clean);
    var messages = new ArrayList<>(told.said());
    var usage = told.usage();
    boolean through = told.through();
    if (through) {
      messages.add(new Said(Content.Kind.TOOL_CALL, CALL, false));
      told = second.before(Math.max(0, cut - first.length()), clean);
      messages.addAll(told.said());
      usage = usage.plus(told.usage());
      through = told.through();
    }
    return through
        ? new Outcome(Turn.State.COMPLETED, null, messages, usage)
        : new Outcome(Turn.State.FAILED, "model_bad_reply", messages, usage);
  }
}
