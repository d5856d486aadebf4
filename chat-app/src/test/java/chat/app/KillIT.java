package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.app.Afterlife.Findings;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills an instance again and again in the middle of turns, at every stage that a turn has, while
 * another one lives and sees to what is left. Beside the turn that was brought to its stage another
 * one runs, and is hit wherever it happens to be.
 */
@Timeout(value = 5, unit = TimeUnit.HOURS)
final class KillIT {
  private static final int ROUNDS = Integer.getInteger("chat.chaos.rounds", 30);
  private static final long SEED = Long.getLong("chat.chaos.seed", System.nanoTime());
  private static final Map<String, String> READY_SCHEMA = Map.of("CHAT_MIGRATE", "false");
  private static final Duration MOST_LOST = Duration.ofMillis(150);
  private static final int ENDLESS = 10_000;

  @TempDir private static Path folder;

  private final Random random = new Random(SEED);
  private final Map<String, Speech> speeches = new ConcurrentHashMap<>();
  private final Map<KillStage, Integer> hits = new EnumMap<>(KillStage.class);
  private final ArrayDeque<KillStage> coming = new ArrayDeque<>();

  @Test
  void whateverATurnWasDoingWhenItsInstanceWasKilledItComesToOneEndAndNothingIsLost()
      throws Exception {
    System.out.printf("%d kills, -Dchat.chaos.seed=%d%n", ROUNDS, SEED);
    try (var cluster = Cluster.start(folder);
        var living = cluster.start("living");
        var starting = Executors.newSingleThreadExecutor();
        var watching = Executors.newCachedThreadPool()) {
      cluster.model.playsTo(this::answer);
      var afterlives = new ArrayList<Future<Findings>>();
      Callable<Cluster.Member> another = () -> cluster.start("doomed", READY_SCHEMA);
      var next = starting.submit(another);
      for (int round = 1; round <= ROUNDS; round++) {
        try (var doomed = next.get()) {
          if (round < ROUNDS) next = starting.submit(another);
          for (var afterlife : round(round, cluster, doomed, living)) {
            afterlives.add(watching.submit(afterlife));
          }
        }
      }
      var findings = new ArrayList<Findings>();
      var faults = new ArrayList<Throwable>();
      for (var afterlife : afterlives) {
        try {
          findings.add(afterlife.get());
        } catch (ExecutionException e) {
          faults.add(e.getCause());
        }
      }
      assertThat(faults).isEmpty();
      judge(findings);
    }
    assertThat(hits.keySet()).containsExactly(KillStage.values());
  }

  private ScriptedModel.Script answer(JsonNode request) {
    var prepared = speeches.get(ScriptedModel.lastQuestion(request));
    boolean living = request.get("model").textValue().equals("living");
    return living || prepared == null
        ? ScriptedModel.says(Afterlife.ANSWER.toArray(String[]::new))
        : prepared;
  }

  private List<Afterlife> round(
      int number, Cluster cluster, Cluster.Member doomed, Cluster.Member living) throws Exception {
    var stage = next();
    var beside = turn("beside-" + number, null, endless());
    beside.begin(doomed.client(), true);
    beside.awaitStarted();
    var user = "user-" + number;
    var before = random.nextBoolean() ? List.<JsonNode>of() : firstTurn(user, doomed.client());
    var conversation = before.isEmpty() ? null : conversation(user, doomed.client());
    var turn = turn(user, conversation, stage.speech(random));
    stage.kill(doomed, turn, random);
    hits.merge(stage, 1, Integer::sum);
    var death = doomed.death();
    return List.of(
        new Afterlife(cluster, living, turn, stage, death, before),
        new Afterlife(cluster, living, beside, KillStage.WORDS, death, List.of()));
  }

  /** Deals all stages, in another order each time. */
  private KillStage next() {
    if (coming.isEmpty()) {
      var stages = new ArrayList<>(List.of(KillStage.values()));
      Collections.shuffle(stages, random);
      coming.addAll(stages);
    }
    return coming.remove();
  }

  private Speech endless() {
    var pace = Duration.ofMillis(1 + random.nextInt(20));
    return new Speech(ENDLESS, pace, Speech.Ending.STAYS_OPEN);
  }

  private DoomedTurn turn(String user, @Nullable String conversation, Speech speech) {
    var turn = new DoomedTurn(user, conversation, speech);
    speeches.put(turn.question, speech);
    return turn;
  }

  private static List<JsonNode> firstTurn(String user, Client client) throws Exception {
    var body = Map.of("message", "who is there?");
    var reply = client.post(Cluster.token(user), "/api/" + user + "/chat", body);
    assertThat(reply.status()).isEqualTo(200);
    var path = "/api/" + user + "/conversations/" + reply.text("conversation_id");
    var messages = new ArrayList<JsonNode>();
    client.get(Cluster.token(user), path).body().get("messages").forEach(messages::add);
    return messages;
  }

  private static String conversation(String user, Client client) throws Exception {
    var list = client.get(Cluster.token(user), "/api/" + user + "/conversations").body();
    return list.at("/data/0/id").textValue();
  }

  /** Loses no more than 150 ms, unless the machine itself is late; half of the turns show that. */
  private void judge(List<Findings> findings) {
    var lost =
        findings.stream()
            .filter(found -> found.stage().isCutOff())
            .map(Findings::lost)
            .sorted()
            .toList();
    System.out.printf(
        "killed at %s; every end within %s; of %d turns that were cut off, %d lost words that had"
            + " been said for more than %s, for %s at most%n",
        hits,
        Collections.max(findings.stream().map(Findings::untilEnd).toList()),
        lost.size(),
        lost.stream().filter(each -> each.compareTo(MOST_LOST) > 0).count(),
        MOST_LOST,
        lost.getLast());
    assertThat(lost.get(lost.size() / 2)).isLessThanOrEqualTo(MOST_LOST);
  }
}
