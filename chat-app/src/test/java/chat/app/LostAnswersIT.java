package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Loses what the database answers, and its connections, while everything else lives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class LostAnswersIT {
  private static final Duration PACE = Duration.ofMillis(10);
  private static final String ACCEPTS = "insert into turn (";

  @TempDir private static Path folder;
  private Cluster cluster;
  private Cluster.Member member;

  @BeforeAll
  void start() throws Exception {
    cluster = Cluster.start(folder);
    member = cluster.start("any");
  }

  @AfterAll
  void stop() throws Exception {
    member.close();
    cluster.close();
  }

  private DoomedTurn turn(String user, int words) {
    var turn = new DoomedTurn(user, null, new Speech(words, PACE, Speech.Ending.ENDS));
    cluster.model.plays(turn.speech);
    return turn;
  }

  private void requireOnce(DoomedTurn turn) throws IOException, SQLException {
    turn.awaitCut();
    DoomedTurn.requireSound(turn.seen);
    assertThat(turn.seen.getLast().name()).isEqualTo("turn.completed");
    assertThat(turn.repeat(member.client())).isEqualTo(turn.seen);
    try (var owner = cluster.postgres.owner()) {
      StoredTurns.of(owner, turn.user).requireSound(1);
    }
  }

  @Test
  void anAcceptWhoseAnswerIsLostIsLookedUpAndItsTurnRunsOnce() throws Exception {
    var turn = turn("accepted", 10);
    var commit = member.proxy.catchNext(flush -> flush.commits(ACCEPTS));
    turn.begin(member.client(), true);
    commit.await();
    commit.passUnanswered();
    commit.cut();
    turn.awaitEnded();
    requireOnce(turn);
  }

  @Test
  void anAcceptThatNeverArrivedIsUnavailableAndTheSameRequestMakesTheOnlyTurn() throws Exception {
    var turn = turn("refused", 10);
    var commit = member.proxy.catchNext(flush -> flush.commits(ACCEPTS));
    var first = post(turn);
    commit.await();
    commit.cut();
    assertThat(first.get().status()).isEqualTo(503);
    assertThat(first.get().text("code")).isEqualTo("storage_unavailable");
    // The first one's model call was overtaken by the refusal, or was never made.
    cluster.model.plays(ScriptedModel.says("ok"));
    turn.begin(member.client(), true);
    turn.awaitEnded();
    requireOnce(turn);
  }

  private Future<Client.Reply> post(DoomedTurn turn) {
    Callable<Client.Reply> post =
        () ->
            member
                .client()
                .post(turn.token(), turn.path(), turn.body(), "Idempotency-Key", turn.user);
    var asked = new FutureTask<>(post);
    Thread.startVirtualThread(asked);
    return asked;
  }

  @Test
  void anEndWhoseAnswerIsLostIsStoredOnce() throws Exception {
    var turn = turn("ended", 10);
    var end = member.proxy.catchNext(flush -> flush.executes("rested as ("));
    turn.begin(member.client(), true);
    end.await();
    end.passUnanswered();
    end.cut();
    turn.awaitEnded();
    requireOnce(turn);
  }

  @Test
  void anEndThatNeverArrivedIsStoredAgain() throws Exception {
    var turn = turn("unended", 10);
    var end = member.proxy.catchNext(flush -> flush.executes("rested as ("));
    turn.begin(member.client(), true);
    end.await();
    end.cut();
    turn.awaitEnded();
    requireOnce(turn);
  }

  @Test
  void terminatedConnectionsCostNoTurnAndNoEvent() throws Exception {
    var turns = new ArrayList<DoomedTurn>();
    for (int i = 0; i < 8; i++) {
      var turn = turn("terminated-" + i, 100);
      turn.begin(member.client(), true);
      turn.speech.awaitAsked();
      turns.add(turn);
    }
    for (int words = 10; words < 100; words += 10) {
      turns.getLast().speech.awaitSaid(words);
      terminateAll();
    }
    for (var turn : turns) turn.awaitEnded();
    for (var turn : turns) requireOnce(turn);
  }

  private void terminateAll() throws SQLException {
    try (var owner = cluster.postgres.owner();
        var statement = owner.createStatement()) {
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chat'");
    }
  }

  @Test
  void requestsThatFindNoConnectionAreUnavailableWhileTurnsAreStored() throws Exception {
    int connections = 2 * Runtime.getRuntime().availableProcessors() + 1;
    cluster.model.plays(ScriptedModel.says("ok"));
    var opened =
        member.client().post(Cluster.token("busy"), "/api/busy/chat", Map.of("message", "hi"));
    var turn = turn("beside", 300);
    turn.begin(member.client(), true);
    turn.speech.awaitAsked();
    turn.awaitStarted();
    try (var owner = cluster.postgres.owner();
        var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      owner.setAutoCommit(false);
      try (var lock = owner.createStatement()) {
        lock.execute("select from conversation where owner = 'busy' for update");
      }
      var waiting = new ArrayList<Future<Client.Reply>>();
      cluster.model.plays(ScriptedModel.says("ok"));
      for (int i = 0; i < connections; i++) {
        waiting.add(requests.submit(() -> sendTo(opened.text("conversation_id"))));
      }
      awaitWaiting(connections);
      var refused = member.client().get(turn.token(), turn.turnPath());
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.text("code")).isEqualTo("storage_unavailable");
      turn.awaitEnded();
      owner.rollback();
      var statuses = new ArrayList<Integer>();
      for (var each : waiting) statuses.add(each.get().status());
      assertThat(statuses).contains(200).isSubsetOf(List.of(200, 409));
    }
    requireOnce(turn);
  }

  private Client.Reply sendTo(String conversation) throws IOException {
    var body = Map.of("message", "me, too", "conversation_id", conversation);
    return member.client().post(Cluster.token("busy"), "/api/busy/chat", body);
  }

  private void awaitWaiting(int connections) {
    Awaitility.await()
        .until(
            () -> {
              try (var owner = cluster.postgres.owner();
                  var statement = owner.createStatement();
                  var row =
                      statement.executeQuery(
                          "select count(*) from pg_stat_activity where application_name = 'chat'"
                              + " and wait_event_type = 'Lock'")) {
                row.next();
                return row.getInt(1) == connections;
              }
            });
  }
}
