package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ServerSentEvents.Event;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Looks at what becomes of a turn whose instance was killed: the client repeats its request at the
 * one that lives, and nothing may be missing or there twice.
 *
 * @param before the messages that the conversation had before this turn
 */
record Afterlife(
    Cluster cluster,
    Cluster.Member living,
    DoomedTurn turn,
    KillStage stage,
    Cluster.Death death,
    List<JsonNode> before)
    implements Callable<Afterlife.Findings> {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

  /** Even where the machine is busy with other things; {@link KillIT} has the usual. */
  private static final Duration MOST_LOST = Duration.ofSeconds(2);

  static final List<String> ANSWER = List.of("all", " is", " well");

  /**
   * Is what was measured.
   *
   * @param untilEnd from the kill until the turn had its end
   * @param lost for how long what was not kept had been said
   */
  record Findings(KillStage stage, Duration untilEnd, Duration lost) {}

  @Override
  public Findings call() throws Exception {
    try {
      return look();
    } catch (Exception | AssertionError e) {
      throw new AssertionError(turn.user + ", killed at " + stage + ": " + e.getMessage(), e);
    }
  }

  private Findings look() throws Exception {
    turn.awaitCut();
    var events = turn.repeat(living.client());
    DoomedTurn.requireSound(events);
    assertThat(events.getLast().name())
        .isEqualTo(stage.isCutOff() ? "turn.interrupted" : "turn.completed");
    var end = DoomedTurn.data(events.getLast());
    var path = "/api/" + turn.user + "/conversations/" + end.get("conversation_id").textValue();
    var id = end.get("turn_id").textValue();
    var messages = messages(path);
    var made = messages.subList(before.size(), messages.size());
    assertThat(messages.subList(0, before.size())).isEqualTo(before);
    requireWhatWasFinal(events, made);
    var kept = requireText(events, made);
    var untilEnd = storedEnd(id);
    requireNextTurn(path, messages);
    return new Findings(stage, untilEnd, lost(kept));
  }

  private List<JsonNode> messages(String path) throws IOException {
    var messages = new ArrayList<JsonNode>();
    living.client().get(turn.token(), path).body().get("messages").forEach(messages::add);
    return messages;
  }

  /**
   * Whatever the client was told to be done is in the history, and in the stream again; but for its
   * own message, which was there before its event, and may have been told just before the kill.
   */
  private void requireWhatWasFinal(List<Event> events, List<JsonNode> made) {
    if (stage.isFinished()) assertThat(events).containsAll(turn.seen);
    for (var event : turn.seen) {
      if (!event.name().equals("message.done")) continue;
      var message = DoomedTurn.data(event);
      assertThat(made).contains(message);
      boolean own = message.get("role").textValue().equals("user");
      if (!own) assertThat(events).contains(event);
    }
  }

  private String requireText(List<chat.contract.ServerSentEvents.Event> events, List<JsonNode> made)
      throws IOException {
    assertThat(made.getFirst().get("role").textValue()).isEqualTo("user");
    assertThat(made.getFirst().get("content").textValue()).isEqualTo(turn.question);
    assertThat(made.getFirst().get("status").textValue()).isEqualTo("complete");
    var kept = new StringBuilder();
    for (var message : made.subList(1, made.size())) {
      assertThat(message.get("role").textValue()).isEqualTo("assistant");
      if (message.get("kind").textValue().equals("text")) {
        kept.append(message.get("content").textValue());
      }
    }
    var told = new StringBuilder();
    for (var event : events) {
      if (!event.name().equals("message.delta")) continue;
      told.append(DoomedTurn.data(event).get("content").textValue());
    }
    assertThat(told.toString()).isEqualTo(kept.toString());
    var asked =
        cluster.model.asked().stream()
            .filter(request -> request.get("model").textValue().equals("living"))
            .filter(request -> ScriptedModel.lastQuestion(request).equals(turn.question));
    assertThat(asked).hasSize(stage.isAccepted() ? 0 : 1);
    if (!stage.isAccepted()) assertThat(kept.toString()).isEqualTo(String.join("", ANSWER));
    else if (stage.isFinished()) assertThat(kept.toString()).isEqualTo(turn.speech.text());
    else assertThat(turn.speech.text()).startsWith(kept);
    return kept.toString();
  }

  private Duration lost(String kept) {
    if (!stage.isCutOff()) return Duration.ZERO;
    var lost = turn.speech.lost(kept.length(), death.nanoTime());
    assertThat(lost).isLessThanOrEqualTo(MOST_LOST);
    return lost;
  }

  private Duration storedEnd(String id) throws Exception {
    try (var owner = cluster.postgres.owner()) {
      StoredTurns.of(owner, turn.user).requireSound(before.isEmpty() ? 1 : 2);
      var waited = Duration.between(death.time(), StoredTurns.end(owner, turn.user, id));
      if (stage.isFinished()) return Duration.ZERO;
      assertThat(waited).isLessThanOrEqualTo(LONGEST_WAIT);
      return waited;
    }
  }

  private void requireNextTurn(String path, List<JsonNode> messages) throws IOException {
    var conversation = path.substring(path.lastIndexOf('/') + 1);
    var body = Map.of("message", "and now?", "conversation_id", conversation);
    var reply = living.client().post(turn.token(), turn.path(), body);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text("message")).isEqualTo(String.join("", ANSWER));
    var after = messages(path);
    assertThat(after).hasSize(messages.size() + 2);
    assertThat(after.subList(0, messages.size())).isEqualTo(messages);
  }
}
