package chat.testkit;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Seal;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.TurnEvent.Numbered;
import chat.port.Lease;
import chat.port.TurnJournal.Appended;
import chat.port.TurnJournal.Rest;
import chat.port.TurnJournal.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Plays the engine of one turn: numbers messages and events as the engine does. */
final class PlayedTurn {
  static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
  static final Instant FAR_AWAY = Instant.parse("2099-01-01T00:00:00Z");

  /** Is what its calls are awaited with. */
  static final Seal SEAL = new Seal(Samples.hash("a call"), "1");

  /** What each of its model calls uses. */
  static final Turn.Usage USAGE = new Turn.Usage(10, 4, 3, 1);

  final Lease.Work work;
  final Lease lease;
  private final Scene scene;
  private long seq;
  private long number;
  private int calls;

  PlayedTurn(Scene scene, Lease.Work work) {
    this.scene = scene;
    this.work = work;
    lease = work.lease();
    seq = lease.lastSeq();
    number = work.turn().lastEvent();
  }

  Conversation.Id conversation() {
    return lease.conversation();
  }

  Turn.Id id() {
    return lease.turn();
  }

  Message.Id question() {
    return Objects.requireNonNull(work.turn().userMessage());
  }

  /** Returns the turn as the store has it now. */
  Turn found() {
    return scene.found(work.turn());
  }

  /** Makes the turn's next message, stored by nobody yet. */
  Message message(Content content) {
    seq++;
    return new Message(
        Message.Id.next(),
        conversation(),
        seq,
        id(),
        1,
        question(),
        Message.Siblings.ONLY,
        content,
        false,
        0,
        null,
        lease.time().plusNanos(1000 * (seq - lease.lastSeq())));
  }

  Message text(String text) {
    return message(new Content.AssistantText(text, List.of()));
  }

  Message call(String tool) {
    return message(Content.ToolCall.pending(tool, null, Json.EMPTY));
  }

  /** Makes the turn's next model call. */
  ModelCall.Entry modelCall() {
    return modelCall(USAGE);
  }

  ModelCall.Entry modelCall(Turn.@Nullable Usage usage) {
    var outcome = usage == null ? ModelCall.Outcome.FAILED : ModelCall.Outcome.COMPLETED;
    var call = new ModelCall("model-" + ++calls, usage, Duration.ofMillis(calls), outcome);
    return new ModelCall.Entry(calls, lease.time().plusMillis(calls), call);
  }

  /** Numbers the turn's next events. */
  List<Numbered> events(TurnEvent... events) {
    var numbered = new ArrayList<Numbered>();
    for (var event : events) numbered.add(new Numbered(++number, event));
    return numbered;
  }

  /** Numbers so many deltas of one message. */
  Segment deltas(int count) {
    var message = Message.Id.next();
    var events = new TurnEvent[count];
    for (int i = 0; i < count; i++) events[i] = new TurnEvent.MessageDelta(message, "piece " + i);
    return Segment.of(events(events));
  }

  /** Appends events of this turn alone. */
  Appended appends(Segment segment) {
    return scene.journal.append(Map.of(lease, segment));
  }

  /** Stores messages without events. */
  void stores(Message... messages) {
    scene.journal.store(lease, List.of(messages), List.of(), Segment.EMPTY, 0);
  }

  void leaves(Rest rest) {
    scene.journal.leave(lease, rest);
  }

  /** Says one text and completes; the events are a start, the message and an end. */
  PlayedTurn answers(String text) {
    var message = text(text);
    var events =
        events(
            new TurnEvent.TurnStarted(question(), null),
            new TurnEvent.MessageDone(message),
            new TurnEvent.TurnEnded(Turn.State.COMPLETED, null, null, null, USAGE));
    leaves(
        new Rest(
            Turn.State.COMPLETED,
            null,
            null,
            List.of(modelCall()),
            1,
            List.of(),
            List.of(message),
            Segment.of(events),
            number));
    return this;
  }

  /** Completes without a word. */
  PlayedTurn completes() {
    leaves(rest(Turn.State.COMPLETED, null));
    return this;
  }

  /** Returns a terminal rest with its end as the only event. */
  Rest rest(Turn.State state, Turn.@Nullable EndReason reason) {
    var end = events(new TurnEvent.TurnEnded(state, reason, null, null, USAGE));
    var calls = List.of(modelCall());
    return new Rest(state, reason, null, calls, 1, List.of(), List.of(), Segment.of(end), number);
  }

  /** Stores the calls and awaits an answer to each of them until then. */
  PlayedTurn awaits(Instant until, Message... calls) {
    leaves(awaiting(until, calls));
    return this;
  }

  Rest awaiting(Instant until, Message... calls) {
    var pending = new ArrayList<Turn.Pending>();
    for (var call : calls) pending.add(new Turn.Pending(call.id(), until, SEAL));
    var events = events(new TurnEvent.TurnAwaiting(pending));
    return new Rest(
        Turn.State.AWAITING,
        null,
        null,
        List.of(modelCall()),
        1,
        pending,
        List.of(calls),
        Segment.of(events),
        number);
  }
}
