package chat.agent.openai;

import static chat.agent.openai.ScriptedModel.DONE;
import static chat.agent.openai.ScriptedModel.STOP;
import static chat.agent.openai.ScriptedModel.chunk;
import static chat.agent.openai.ScriptedModel.event;
import static chat.agent.openai.ScriptedModel.finish;
import static chat.agent.openai.ScriptedModel.say;
import static chat.agent.openai.ScriptedModel.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import chat.agent.openai.ScriptedModel.Held;
import chat.model.ChatException;
import chat.model.Turn;
import chat.model.TurnEvent.Notice;
import chat.testkit.AgentContract;
import chat.testkit.RecordingSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiAgentStreamTest {
  private static final Turn.Usage USAGE = new Turn.Usage(11, 3, 7, 2);

  private final ScriptedModel model = new ScriptedModel();
  private final RecordingSink sink = new RecordingSink();

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void theFirstPieceIsSeenBeforeTheModelSendsTheSecond() throws Exception {
    var held = Held.silentAfter(say("Hel"));
    var run = runInBackground(model.holds(held).agent());
    await().until(() -> sink.text().equals("Hel"));
    assertThat(run).isNotDone();
    held.goOn(say("lo"), STOP, DONE);
    run.get(10, TimeUnit.SECONDS);
    assertThat(sink.texts()).containsExactly("Hel", "lo");
  }

  @Test
  void aStopClosesTheExchangeWithinASecond() throws Exception {
    var held = Held.after(say("Hel"));
    var run = runInBackground(model.holds(held).agent());
    await().until(() -> sink.text().equals("Hel"));
    sink.stop();
    assertThat(held.seesItsClose(Duration.ofSeconds(1))).isTrue();
    assertThat(catchThrowable(() -> run.get(1, TimeUnit.SECONDS))).isNotNull();
  }

  @Test
  void aStopBeforeTheFirstByteEndsItToo() throws Exception {
    var run = runInBackground(model.holds(Held.silentAfter()).agent());
    model.takeRequest();
    sink.stop();
    await().atMost(Duration.ofSeconds(1)).until(run::isDone);
  }

  @Test
  void anInterruptWhileItConnectsIsAFailureLikeAnyOther() {
    var agent = model.streams(say("a"), STOP, DONE).agent();
    Thread.currentThread().interrupt();
    var failure = catchThrowable(() -> agent.run(AgentContract.request("hi"), sink));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure).isInstanceOf(ChatException.AgentFailed.class);
  }

  @Test
  void aSinkThatThrowsClosesTheExchange() throws Exception {
    var held = Held.after(say("Hel"));
    var agent = model.holds(held).agent();
    var signal = new IllegalStateException("enough");
    var throwing = new ThrowingSink(signal);
    assertThat(catchThrowable(() -> agent.run(AgentContract.request("hi"), throwing)))
        .isSameAs(signal);
    assertThat(held.seesItsClose(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void closingTheAgentEndsWhatRuns() throws Exception {
    var agent = model.holds(Held.silentAfter(say("Hel"))).agent();
    var run = runInBackground(agent);
    await().until(() -> sink.text().equals("Hel"));
    agent.close();
    await().atMost(Duration.ofSeconds(1)).until(run::isDone);
  }

  @Test
  void whatIsNoDataIsSkipped() {
    model
        .streams(
            ": keep-alive\r\n\r\n",
            "\uFEFF",
            "event: message\r\nid: 1\r\nretry: 10\r\n",
            say("a").replace("data: ", "data:").replace("\n", "\r\n"),
            "\n\n\n: OPENROUTER PROCESSING\n\n",
            "datax: no\n\ndata\n\n",
            event("{\"choices\":[{\"delta\":\ndata: {\"content\":\"b\"}}]}"),
            event("{\"choices\":[]}"),
            event("{\"unknown\":[{\"deep\":{}}],\"choices\":[{\"delta\":null},null,7]}"),
            chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
            chunk("{\"content\":null,\"audio\":{\"id\":[1]}}", "null"),
            chunk("{\"content\":[{\"type\":\"text\"}]}", "null"),
            STOP,
            DONE,
            DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.texts()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void linesEndInEveryWayAndAnEventIsSeenAtOnce(String lineEnd) throws Exception {
    var held = Held.silentAfter((": hi\n\n" + say("Hel")).replace("\n", lineEnd));
    var run = runInBackground(model.holds(held).agent());
    await().until(() -> sink.text().equals("Hel"));
    held.goOn((say("lo") + STOP + used(USAGE) + DONE).replace("\n", lineEnd));
    run.get(10, TimeUnit.SECONDS);
    assertThat(sink.texts()).containsExactly("Hel", "lo");
    assertThat(sink.usage()).isEqualTo(USAGE);
  }

  @Test
  void anAnswerThatWasNotStreamedIsTakenWhole() {
    var body =
        """
        {"object": "chat.completion", "choices": [{"index": 0, "finish_reason": "stop",
          "message": {"role": "assistant", "reasoning_content": "hm", "content": "Hello"}}],
         "usage": {"prompt_tokens": 11, "completion_tokens": 7}}
        """;
    model.answers(ScriptedModel.status(200, body));
    model.agent().run(AgentContract.request("hi"), sink);
    assertThat(sink.reasoning()).isEqualTo("hm");
    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(sink.usage()).isEqualTo(new Turn.Usage(11, 0, 7, 0));
  }

  @Test
  void anAnswerEndsWithItsEndAlthoughTheConnectionStaysOpen() throws Exception {
    model.holds(Held.silentAfter(say("a"), STOP)).agent().run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("a");
  }

  @Test
  void commentsDoNotKeepAnAnswerGoingThatIsOver() throws Exception {
    var run = runInBackground(model.holds(Held.after(say("a"), STOP)).agent());
    run.get(20, TimeUnit.SECONDS);
    assertThat(sink.text()).isEqualTo("a");
  }

  /** As gateways to Gemini do it: every piece with a finish reason, and usage beside it. */
  @Test
  void anEndThatIsSaidWithEveryPieceIsNone() throws Exception {
    model.streams(event(lastPiece("Hel")), event(lastPiece("lo")), DONE);
    model.agent().run(AgentContract.request("hi"), sink);
    assertThat(sink.texts()).containsExactly("Hel", "lo");
    assertThat(sink.usage()).isEqualTo(new Turn.Usage(11, 0, 7, 0));

    var reply = new Reply(sink, "gpt-test");
    var reader = new ChunkReader(reply, "origin");
    for (var piece : List.of("Hel", "lo")) {
      reader.event(lastPiece(piece));
      assertThat(reply.over()).as("the next piece may take its time").isFalse();
    }
    reader.event("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
    assertThat(reply.over()).isTrue();
  }

  private static String lastPiece(String text) {
    return "{\"choices\":[{\"delta\":{\"content\":\"%s\"},\"finish_reason\":\"stop\"}],"
            .formatted(text)
        + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}";
  }

  @Test
  void theEndMayBeSaidByFinishReasonOrDoneAlone() {
    model.streams(say("a"), STOP).streams(say("b"), DONE);
    var agent = model.agent();
    agent.run(AgentContract.request("hi"), sink);
    agent.run(AgentContract.request("hi"), sink);
    assertThat(sink.texts()).containsExactly("a", "b");
  }

  @Test
  void aConnectionThatBreaksAfterTheEndWasSaidDoesNoHarm() {
    model.breaksOffAfter(say("a"), STOP).agent().run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("a");
  }

  @Test
  void contentMayBeAListOfTextsAndThoughts() {
    var thinking = "{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"%s\"}]}";
    var said = "{\"type\":\"text\",\"text\":\"%s\"}";
    model
        .streams(
            chunk("{\"content\":[" + thinking.formatted("h") + "]}", "null"),
            chunk(
                "{\"content\":[" + thinking.formatted("m") + "," + said.formatted("He") + "]}",
                "null"),
            chunk(
                "{\"content\":[" + said.formatted("l") + "," + said.formatted("l") + "]}", "null"),
            say("o"),
            STOP,
            DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.reasoning()).isEqualTo("hm");
    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void reasoningComesBeforeTextAndOnlyOnce() {
    model
        .streams(
            chunk("{\"reasoning_content\":\"hm\",\"reasoning\":\"hm\"}", "null"),
            chunk("{\"content\":\"ok\",\"reasoning\":\", so\"}", "null"),
            STOP,
            DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.reasoning()).isEqualTo("hm, so");
    assertThat(sink.text()).isEqualTo("ok");
  }

  @Test
  void aRefusalIsText() {
    model
        .streams(chunk("{\"content\":null,\"refusal\":\"I can't.\"}", "null"), STOP, DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("I can't.");
  }

  @Test
  void citationsAreSources() {
    model
        .streams(
            say("Grüße 🌍"),
            chunk(
                "{\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":"
                    + "{\"url\":\"https://example.org\",\"end_index\":7}}]}",
                "null"),
            STOP,
            DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.sources())
        .singleElement()
        .satisfies(
            source -> {
              assertThat(source.index()).isEqualTo("Grüße 🌍".length());
              assertThat(source.source().title()).isEqualTo("https://example.org");
            });
  }

  @Test
  void anEndpointThatTakesNoStreamOptionsIsAskedWithout() throws Exception {
    var refusal = "{\"error\":\"unknown field: stream_options\"}";
    model
        .answers(ScriptedModel.status(400, refusal))
        .streams(say("ok"), STOP, DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("ok");
    assertThat(model.takeBody()).contains("stream_options");
    assertThat(model.takeBody()).doesNotContain("stream_options").contains("\"stream\":true");
  }

  @ParameterizedTest
  @CsvSource({"length,limit of length", "content_filter,content filter"})
  void anAnswerThatWasCutOffIsCompleteWithANotice(String reason, String words) {
    model
        .streams(say("so far"), finish(reason), used(USAGE), DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("so far");
    assertThat(sink.usage()).isEqualTo(USAGE);
    assertThat(sink.told())
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told).isInstanceOf(Notice.class);
              assertThat(((Notice) told).message()).contains(words);
            });
  }

  @Test
  void usageThatIsToldWithEveryChunkCountsOnce() {
    model
        .streams(
            used(new Turn.Usage(11, 0, 1, 0)),
            say("a"),
            used(new Turn.Usage(11, 0, 2, 0)),
            STOP,
            event("{\"choices\":[],\"usage\":{}}"),
            used(USAGE),
            DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.usage()).isEqualTo(USAGE);
  }

  @Test
  void charactersThatNoStoreTakesArePassedOn() {
    model
        .streams(
            event("{\"choices\":[{\"delta\":{\"content\":\"a\\u0000\\ud83d\"}}]}"),
            event("{\"choices\":[{\"delta\":{\"content\":\"\\ude00\"}}]}"),
            STOP,
            DONE)
        .agent()
        .run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("a\0😀");
  }

  @Test
  void bytesThatAreNotUtf8BecomeReplacementCharacters() {
    var bytes = (say("a?b") + STOP + DONE).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) if (bytes[i] == '?') bytes[i] = (byte) 0xC3;
    model.endsAfter(bytes).agent().run(AgentContract.request("hi"), sink);
    assertThat(sink.text()).isEqualTo("a\uFFFDb");
  }

  @Test
  void oneConnectionServesOneAnswerAfterAnother() throws Exception {
    model.streams(say("a"), STOP, DONE);
    var agent = model.agent();
    for (int i = 0; i < 3; i++) agent.run(AgentContract.request("hi"), sink);
    assertThat(model.takeRequest().getConnectionIndex()).isZero();
    assertThat(model.takeRequest().getConnectionIndex()).isZero();
    assertThat(model.takeRequest().getConnectionIndex()).isZero();
  }

  @Test
  void requestsAreSentAtOnce() throws Exception {
    try (var socket = new PromptSockets().createSocket()) {
      assertThat(socket.getTcpNoDelay()).isTrue();
    }
  }

  @Test
  void whatAModelUsedIsToldAlthoughTheTurnIsOver() throws Exception {
    var held = Held.silentAfter(used(USAGE), say("Hel"));
    var run = runInBackground(model.holds(held).agent());
    await().until(() -> sink.text().equals("Hel"));
    sink.refuse();
    held.goOn(say("lo"), STOP, DONE);
    assertThat(catchThrowable(() -> run.get(20, TimeUnit.SECONDS)))
        .hasCauseInstanceOf(RecordingSink.Stopped.class);
    assertThat(sink.usage()).isEqualTo(USAGE);
  }

  private CompletableFuture<Void> runInBackground(OpenAiAgent agent) {
    return CompletableFuture.runAsync(
        () -> agent.run(AgentContract.request("hi"), sink), Thread::startVirtualThread);
  }
}
