package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills PostgreSQL under running turns and starts it again; the servers live on. */
@Timeout(240)
final class PostgresDiesIT {
  /** The pool tries again every 5 s at the least; the rest is for the machine. */
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  private static final Duration PACE = Duration.ofMillis(20);
  private static final int TURNS = 6;
  private static final int WORDS = 400;
  private static final int LIVES = 2;

  @TempDir private static Path folder;
  private final Map<String, Speech> speeches = new ConcurrentHashMap<>();

  @Test
  void turnsGoOnWhenPostgresIsKilledAndComesBackAndNothingThatWasSeenIsGone() throws Exception {
    try (var cluster = Cluster.start(folder);
        var member = cluster.start("any");
        var other = cluster.start("any")) {
      cluster.model.playsTo(
          request -> {
            var speech = speeches.get(ScriptedModel.lastQuestion(request));
            return speech == null ? ScriptedModel.says("ok") : speech;
          });
      var turns = new ArrayList<DoomedTurn>();
      for (int i = 0; i < TURNS; i++) turns.add(begun("streaming-" + i, member.client()));
      for (int life = 1; life <= LIVES; life++) {
        var last = turns.getLast();
        last.speech.awaitSaid(life * WORDS / (LIVES + 2));
        var accepted = ask("kept-" + life, other.client());
        assertThat(accepted.status()).isEqualTo(200);

        cluster.postgres.kill();
        var refused = ask("refused-" + life, other.client());
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text("code")).isEqualTo("storage_unavailable");
        cluster.postgres.startAgain();

        for (var each : List.of(member, other)) {
          var user = "refused-" + life;
          Awaitility.await().atMost(RECOVERY).until(() -> ask(user, each.client()).status() == 200);
          requireOnce(cluster, user);
          requireOnce(cluster, "kept-" + life);
        }
      }
      for (var turn : turns) {
        turn.awaitEnded();
        turn.awaitCut();
        DoomedTurn.requireSound(turn.seen);
        assertThat(turn.seen.getLast().name()).isEqualTo("turn.completed");
        assertThat(turn.repeat(other.client())).isEqualTo(turn.seen);
        requireOnce(cluster, turn.user);
      }
    }
  }

  private DoomedTurn begun(String user, Client client) throws InterruptedException {
    var turn = new DoomedTurn(user, null, new Speech(WORDS, PACE, Speech.Ending.ENDS));
    speeches.put(turn.question, turn.speech);
    turn.begin(client, true);
    turn.awaitStarted();
    return turn;
  }

  /** Asks with the same key every time. */
  private static Client.Reply ask(String user, Client client) throws IOException {
    var body = Map.of("message", "are you there?");
    return client.post(
        Cluster.token(user), "/api/" + user + "/chat", body, "Idempotency-Key", user);
  }

  private static void requireOnce(Cluster cluster, String user) throws Exception {
    try (var owner = cluster.postgres.owner()) {
      StoredTurns.of(owner, user).requireSound(1);
    }
  }
}
