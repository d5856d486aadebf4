package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows that who slept through the end of its lease does no harm when it wakes. */
@Timeout(180)
final class SuspendedIT {
  private static final Duration LEASE_AND_MORE = Duration.ofSeconds(40);
  private static final int MANY = 10_000;
  private static final Duration PACE = Duration.ofMillis(10);

  @TempDir private static Path folder;

  @Test
  void whoSleptThroughTheEndOfItsLeaseWritesNothingAnyMoreAndServesAgain() throws Exception {
    var talking = turn("talking", new Speech(MANY, PACE, Speech.Ending.STAYS_OPEN));
    var ending = turn("ending", new Speech(20, PACE, Speech.Ending.ENDS));
    try (var cluster = Cluster.start(folder);
        var asleep = cluster.start("asleep");
        var awake = cluster.start("awake")) {
      cluster.model.playsTo(
          request ->
              switch (ScriptedModel.lastQuestion(request)) {
                case "what talking asks" -> talking.speech;
                case "what ending asks" -> ending.speech;
                default -> ScriptedModel.says("well ", "rested");
              });
      talking.begin(asleep.client(), true);
      talking.speech.awaitSaid(20);
      // This one's last write is already on its way, and arrives when the turn is another's.
      var lateWrite = asleep.proxy.catchNext(flush -> flush.executes("rested as ("));
      ending.begin(asleep.client(), true);
      lateWrite.await();

      asleep.server.signal("STOP");
      for (var turn : List.of(talking, ending)) {
        Awaitility.await()
            .atMost(LEASE_AND_MORE)
            .until(() -> turn.state(awake.client()), "interrupted"::equals);
      }
      var talked = talking.repeat(awake.client());
      var ended = ending.repeat(awake.client());
      asleep.server.signal("CONT");
      lateWrite.pass();

      for (var turn : List.of(talking, ending)) {
        turn.awaitEnded();
        turn.awaitCut();
        DoomedTurn.requireSound(turn.seen);
        assertThat(turn.seen.getLast().name()).isEqualTo("turn.interrupted");
        requireUsable(asleep.client(), turn);
        try (var owner = cluster.postgres.owner()) {
          StoredTurns.of(owner, turn.user).requireSound(2);
        }
      }
      assertThat(talking.repeat(awake.client())).isEqualTo(talked);
      assertThat(ending.repeat(asleep.client())).isEqualTo(ended);
    }
  }

  private static DoomedTurn turn(String user, Speech speech) {
    return new DoomedTurn(user, null, speech);
  }

  private static void requireUsable(Client client, DoomedTurn turn) throws Exception {
    var conversation = DoomedTurn.data(turn.seen.getFirst()).get("conversation_id").textValue();
    var body = Map.of("message", "slept well?", "conversation_id", conversation);
    var reply = client.post(turn.token(), turn.path(), body);
    assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    assertThat(reply.text("message")).isEqualTo("well rested");
  }
}
