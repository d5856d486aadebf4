package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ServerSentEvents;
import chat.model.Content;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Cuts the reader of a turn off after every byte, and lets it go on at the same instance and at
 * another: after the turn's end, and when only its messages are left; while it runs, after every
 * seventh byte ({@code -Dchat.cut=1} for every byte there, too). Both readings joined are the
 * undisturbed one.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class CutReaderTest {
  private static final String ALICE = "alice";
  private static final int STRIDE = Integer.getInteger("chat.cut", 7);

  private final SharedDatabase shared = SharedDatabase.inThisJvm();
  private final List<Instance> instances = new ArrayList<>();

  /** Lets the agent go on from where it stands. */
  private final Semaphore go = new Semaphore(0);

  private String turn = "";

  /** What somebody read from begin to end whom nobody disturbed, and its bytes. */
  private final Reading undisturbed = new Reading();

  private byte[] recorded = {};

  @BeforeAll
  void playATurnAndCutItsReaderAfterEveryByte() throws Exception {
    for (int i = 0; i < 2; i++) {
      instances.add(Instance.start(shared.database(), this::answer, tools()));
    }
    var begun =
        first()
            .client
            .post(ALICE, "/api/alice/chat", Map.of("message", "pay"), "Prefer", "respond-async");
    turn = begun.header("Location");
    readWhileItRuns();
  }

  @AfterAll
  void stop() {
    go.release(100);
    for (var instance : instances) instance.close();
  }

  private Instance first() {
    return instances.get(0);
  }

  /** Thinks, talks, looks something up, asks, and when it was answered ends; halts in between. */
  private void answer(Agent.Request request, Agent.Sink sink) {
    var last = request.history().get(request.history().size() - 1).content();
    if (last instanceof Content.ToolCall answered) {
      halt(sink::tell);
      sink.text("It said " + Objects.requireNonNull(answered.result()).text());
      halt(sink::tell);
      sink.text(", “ä😀”.");
      return;
    }
    sink.reasoning("What does ");
    halt(sink::tell);
    sink.reasoning("it cost?");
    sink.text("Let me ");
    halt(sink::tell);
    sink.text("see.");
    sink.arguments(0, "look", "{\"at\":");
    sink.arguments(0, "look", "1}");
    halt(sink::tell);
    sink.call(List.of(new Agent.Call("look", new Json("{\"at\":1}"), null)));
    sink.call(List.of(new Agent.Call("pay", Json.EMPTY, null)));
  }

  private ScriptedToolset tools() {
    return new ScriptedToolset()
        .has(
            Samples.tool("look"),
            call -> {
              halt(call.progress());
              return ToolResult.text("7 €");
            })
        .has(Samples.tool("pay", Tool.Run.AFTER_APPROVAL), call -> ToolResult.text("paid"));
  }

  /** Says that it stands still, and does so until it is let go. */
  private void halt(Consumer<TurnEvent.Progress> tell) {
    tell.accept(new TurnEvent.Progress("halt", null));
    go.acquireUninterruptibly();
  }

  /** One reader is let alone; wherever the turn stands still, another catches up, cut by cut. */
  private void readWhileItRuns() throws Exception {
    var bytes = new ByteArrayOutputStream();
    var cut = new Reading();
    try (var stream = RawStream.follow(first().port(), ALICE, turn, "", 0)) {
      while (!undisturbed.ended()) {
        readUntilItStands(stream, bytes);
        while (!cut.lastEventId().equals(undisturbed.lastEventId())) readNextEventInPieces(cut);
        assertThat(cut.messages()).isEqualTo(undisturbed.messages());
        if (undisturbed.lastName().equals("turn.awaiting")) approve();
        else go.release();
      }
    }
    undisturbed.requireContract();
    assertThat(cut.events()).isEqualTo(undisturbed.events());
    assertThat(cut.messages()).isEqualTo(undisturbed.messages());
    recorded = bytes.toByteArray();
  }

  private void readUntilItStands(RawStream stream, ByteArrayOutputStream bytes) throws IOException {
    var before = undisturbed.lastEventId();
    while (!undisturbed.ended()) {
      boolean more = !undisturbed.lastEventId().equals(before);
      if (more && List.of("progress", "turn.awaiting").contains(undisturbed.lastName())) return;
      int next = stream.read();
      assertThat(next).as("the stream goes on behind %s", undisturbed.lastName()).isNotNegative();
      bytes.write(next);
      undisturbed.take(next);
    }
  }

  /** Reads a little more each time, twice at each instance, until the event is complete. */
  private void readNextEventInPieces(Reading cut) throws IOException {
    var before = cut.lastEventId();
    for (int i = 0; cut.lastEventId().equals(before); i++) {
      var instance = instances.get(i / 2 % instances.size());
      var stream = RawStream.follow(instance.port(), ALICE, turn, before, 0);
      int left = 1 + i * STRIDE;
      for (; left > 0 && cut.lastEventId().equals(before); left--) cut.take(stream.read());
      cut.cut();
      stream.reset();
    }
  }

  /** On the instance where it did not run so far. */
  private void approve() throws IOException {
    var pending = first().client.get(ALICE, turn).body().at("/awaiting/0/message_id").asText();
    var answer = Map.of("decision", "approve");
    var reply = instances.get(1).client.post(ALICE, turn + "/answers/" + pending, answer);
    assertThat(reply.status()).isEqualTo(202);
  }

  @Test
  @Order(1)
  void theStreamHoldsWhatAStreamCanHold() {
    var names = undisturbed.events().stream().map(event -> event.name()).distinct();
    assertThat(names)
        .contains("reasoning.delta", "message.delta", "tool.arguments.delta", "tool.finished")
        .contains("tool.awaiting", "turn.awaiting", "turn.resumed", "turn.completed");
    var ids = undisturbed.events().stream().map(event -> event.id()).toList();
    var numbers = IntStream.rangeClosed(1, ids.size()).mapToObj(Integer::toString);
    assertThat(ids).containsExactlyElementsOf(numbers.toList());
  }

  @Test
  @Order(2)
  void aReaderCutAfterAnyByteReadsTheRestAfterTheEnd() throws Exception {
    for (var instance : instances) {
      for (var joined : joinedAfterEveryByte(instance)) {
        assertThat(joined.events()).isEqualTo(undisturbed.events());
      }
    }
  }

  @Test
  @Order(3)
  void aReaderCutAfterAnyByteKnowsTheSameWhenOnlyTheMessagesAreLeft() throws Exception {
    try (var owner = shared.owner();
        var statement = owner.createStatement()) {
      assertThat(statement.executeUpdate("delete from turn_segment")).isPositive();
    }
    for (var instance : instances) {
      var seen = new HashSet<List<ServerSentEvents.Event>>();
      for (var joined : joinedAfterEveryByte(instance)) {
        if (!seen.add(joined.events())) continue;
        assertThat(joined.messages()).containsExactlyInAnyOrderElementsOf(undisturbed.messages());
        assertThat(joined.ended()).isTrue();
        assertThat(joined.lastEventId()).isEqualTo(undisturbed.lastEventId());
      }
      assertThat(seen).as("cut at every event").hasSize(undisturbed.events().size() + 1);
    }
  }

  /** Joins what was read before each cut to what an instance then says of where that ended. */
  private List<Reading> joinedAfterEveryByte(Instance instance) throws IOException {
    var rests = new LinkedHashMap<String, List<ServerSentEvents.Event>>();
    rests.put("", rest(instance, ""));
    for (var event : undisturbed.events()) {
      var id = String.valueOf(event.id());
      rests.put(id, rest(instance, id));
    }
    var all = new ArrayList<Reading>();
    var reading = new Reading();
    for (int length = 0; length <= recorded.length; length++) {
      if (length > 0) reading.take(recorded[length - 1]);
      var rest = Objects.requireNonNull(rests.get(reading.lastEventId()));
      all.add(reading.cutAndJoinedTo(rest));
    }
    return all;
  }

  private List<ServerSentEvents.Event> rest(Instance instance, String lastEventId)
      throws IOException {
    try (var stream = RawStream.follow(instance.port(), ALICE, turn, lastEventId, 0)) {
      return ServerSentEvents.parse(new String(stream.rest(), UTF_8));
    }
  }
}
