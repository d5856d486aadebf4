package chat.testkit;

import static java.util.Objects.requireNonNull;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.UserId;
import chat.model.Window;
import chat.port.ConversationRepository;
import chat.port.ConversationRepository.Accepted;
import chat.port.Lease;
import chat.port.Store;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is a user of their own and an instance of their own on a store, so that a promise is a story. */
final class Scene {
  static final int TEXTS = 15;
  final ConversationRepository conversations;
  final TurnJournal journal;
  final UserId owner = Samples.user();
  final String instance = Samples.instance();

  Scene(Store store) {
    conversations = store.conversations();
    journal = store.journal();
    journal.renew(instance, Duration.ofHours(1));
  }

  /** Makes an empty conversation. */
  Conversation.Id conversation() {
    return conversations.create(owner, Conversation.Change.NONE, null, "00").id();
  }

  Conversation found(Conversation.Id id) {
    return conversations.find(owner, id).orElseThrow();
  }

  Message found(Conversation.Id id, Message.Id message) {
    return conversations.message(owner, id, message).orElseThrow();
  }

  Turn found(Turn turn) {
    return conversations.turn(owner, turn.conversation(), turn.id()).orElseThrow();
  }

  Accepted accepts(Turn.Request request) {
    return conversations.accept(owner, request, instance, TEXTS, ready -> {});
  }

  /** Starts a turn, which must run at once. */
  PlayedTurn begins(Turn.Request request) {
    return plays(accepts(request));
  }

  PlayedTurn begins(Conversation.@Nullable Id conversation, String text) {
    return begins(Samples.message(conversation, text));
  }

  /** Starts a turn in a new conversation. */
  PlayedTurn begins(String text) {
    return begins(null, text);
  }

  PlayedTurn plays(Accepted accepted) {
    return new PlayedTurn(this, requireNonNull(accepted.work(), "the turn was to run"));
  }

  /** Sends a message, behind the running turn. */
  Turn enqueues(Conversation.Id conversation, String text) {
    return accepts(Samples.onBusy(Samples.message(conversation, text), Turn.OnBusy.ENQUEUE)).turn();
  }

  /** Sends a message that interrupts the running turn. */
  Turn interrupts(Conversation.Id conversation, String text) {
    return accepts(Samples.onBusy(Samples.message(conversation, text), Turn.OnBusy.INTERRUPT))
        .turn();
  }

  /** Has a whole exchange; returns the turn, which is over. */
  PlayedTurn exchange(Conversation.@Nullable Id conversation, String question, String answer) {
    return begins(conversation, question).answers(answer);
  }

  /** Returns the active history. */
  List<Message> history(Conversation.Id conversation) {
    return conversations.window(owner, conversation, Window.Query.newest(200)).messages();
  }

  /** Returns the texts of the active history. */
  List<String> texts(Conversation.Id conversation) {
    return history(conversation).stream().map(Message::content).map(Content::text).toList();
  }

  /** Answers to a pending call, on this instance. */
  Accepted answers(PlayedTurn turn, Message call, Turn.Answer answer) {
    return conversations.answer(
        owner, turn.conversation(), turn.id(), call.id(), answer, null, instance, TEXTS);
  }

  /**
   * Claims for an instance and returns what is this owner's: the store may hold the turns of other
   * tests too.
   */
  List<Lease.Work> claims(String by, Duration validity, boolean alone) {
    return journal.claim(by, 10_000, TEXTS, validity, alone).stream()
        .filter(work -> work.lease().owner().equals(owner))
        .toList();
  }

  /** Claims for another living instance, on a store that has been up long enough. */
  List<Lease.Work> claims() {
    return claims(otherInstance(), Duration.ZERO, false);
  }

  /** Claims the only turn there is to claim. */
  Lease.Work claimsOne() {
    var works = claims();
    if (works.size() != 1) throw new AssertionError("claimed " + works);
    return works.get(0);
  }

  /** Returns another instance, alive. */
  String otherInstance() {
    var other = Samples.instance();
    journal.renew(other, Duration.ofHours(1));
    return other;
  }

  /** Lets the lease of this scene's instance run out. */
  void instanceDies() {
    journal.renew(instance, Duration.ZERO);
  }
}
