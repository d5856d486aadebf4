package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows that a clock which is ten minutes off is noticed by nothing but the expiry of tokens. */
@Timeout(240)
final class ClockIT {
  private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(17);
  private static final Duration END = Duration.ofSeconds(20);
  private static final Duration PACE = Duration.ofMillis(50);

  @TempDir private static Path folder;
  private final Map<String, Speech> speeches = new ConcurrentHashMap<>();

  @Test
  void aClockTenMinutesOffChangesNothingButWhichTokensAreGood() throws Exception {
    var library = library();
    try (var cluster = Cluster.start(folder);
        var right = cluster.start("right");
        var fast = cluster.start("fast", clock(library, "+10m"));
        var slow = cluster.start("slow", clock(library, "-10m"))) {
      cluster.model.playsTo(
          request -> {
            var speech = speeches.get(ScriptedModel.lastQuestion(request));
            return speech == null ? ScriptedModel.says("ok") : speech;
          });
      requireTokensByTheirClock(right, fast, slow);
      var lasting = new ArrayList<DoomedTurn>();
      for (var member : List.of(right, fast, slow)) {
        lasting.add(endless("lasting-" + lasting.size(), member));
      }
      requireOrder(List.of(right, fast, slow));
      requireQueue(right, fast);
      requireQueue(slow, right);

      // All of them keep their leases, whatever the others' clocks say.
      int words = (int) (LONGER_THAN_A_LEASE.toMillis() / PACE.toMillis());
      for (var turn : lasting) turn.speech.awaitSaid(words);
      for (var turn : lasting) assertThat(turn.state(right.client())).isEqualTo("running");

      fast.kill();
      right.kill();
      for (var turn : lasting.subList(0, 2)) {
        turn.awaitCut();
        Awaitility.await()
            .atMost(END)
            .until(() -> turn.state(slow.client()), "interrupted"::equals);
        DoomedTurn.requireSound(turn.repeat(slow.client()));
      }
      assertThat(lasting.getLast().state(slow.client())).isEqualTo("running");
      lasting.getLast().speech.over();
    }
  }

  private static Path library() throws IOException {
    var home = Path.of("/usr/lib");
    Path found = null;
    if (Files.isDirectory(home)) {
      try (var folders = Files.list(home)) {
        found =
            folders
                .map(architecture -> architecture.resolve("faketime/libfaketime.so.1"))
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
      }
    }
    Assumptions.assumeTrue(
        found != null, "SKIPPED: no libfaketime here; on Debian: apt-get install libfaketime");
    return Objects.requireNonNull(found);
  }

  private static Map<String, String> clock(Path library, String offset) {
    var settings = new HashMap<String, String>();
    settings.put("LD_PRELOAD", library.toString());
    settings.put("FAKETIME", offset);
    settings.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    // With its fix for other programs' waits a virtual machine takes minutes to start.
    settings.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    settings.put("FAKETIME_DISABLE_SHM", "1");
    return settings;
  }

  private static void requireTokensByTheirClock(
      Cluster.Member right, Cluster.Member fast, Cluster.Member slow) throws IOException {
    var now = Instant.now();
    var inFiveMinutes = Cluster.token("alice", now.minus(Duration.ofHours(12).minusMinutes(5)));
    var fiveMinutesAgo = Cluster.token("alice", now.minus(Duration.ofHours(12).plusMinutes(5)));
    assertThat(status(right, inFiveMinutes)).isEqualTo(200);
    assertThat(status(right, fiveMinutesAgo)).isEqualTo(401);
    assertThat(status(fast, inFiveMinutes)).isEqualTo(401);
    assertThat(status(slow, fiveMinutesAgo)).isEqualTo(200);
  }

  private static int status(Cluster.Member member, String token) throws IOException {
    return member.client().get(token, "/api/alice/conversations").status();
  }

  private DoomedTurn endless(String user, Cluster.Member member) throws InterruptedException {
    var turn = new DoomedTurn(user, null, new Speech(10_000, PACE, Speech.Ending.STAYS_OPEN));
    speeches.put(turn.question, turn.speech);
    turn.begin(member.client(), true);
    turn.awaitStarted();
    return turn;
  }

  /**
   * One conversation that goes round all instances has its messages in the order they were sent.
   */
  private static void requireOrder(List<Cluster.Member> members) throws IOException {
    var token = Cluster.token("round");
    var path = "/api/round/chat";
    var conversation =
        members
            .getFirst()
            .client()
            .post(token, path, Map.of("message", "0"))
            .text("conversation_id");
    for (int i = 1; i < 9; i++) {
      var body = Map.of("message", "" + i, "conversation_id", conversation);
      var reply = members.get(i % members.size()).client().post(token, path, body);
      assertThat(reply.status()).isEqualTo(200);
    }
    var messages =
        members.getFirst().client().get(token, "/api/round/conversations/" + conversation).body();
    var questions = new ArrayList<String>();
    var times = new ArrayList<Instant>();
    for (var message : messages.get("messages")) {
      times.add(Instant.parse(message.get("created_at").textValue()));
      if (message.get("role").textValue().equals("user")) {
        questions.add(message.get("content").textValue());
      }
    }
    assertThat(questions).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
    assertThat(times).isSorted().doesNotHaveDuplicates();
    assertThat(times.getLast()).isBetween(Instant.now().minusSeconds(60), Instant.now());
  }

  /** What waits at one instance for a turn of the other comes after it. */
  private void requireQueue(Cluster.Member running, Cluster.Member waiting) throws Exception {
    var user = "busy-" + running.server.port();
    var turn = new DoomedTurn(user, null, new Speech(40, PACE, Speech.Ending.ENDS));
    speeches.put(turn.question, turn.speech);
    turn.begin(running.client(), true);
    turn.awaitStarted();
    var conversation = DoomedTurn.data(turn.seen.getFirst()).get("conversation_id").textValue();
    var body =
        Map.of("message", "and then?", "conversation_id", conversation, "on_busy", "enqueue");
    var second = waiting.client().post(turn.token(), turn.path(), body);
    assertThat(second.status()).isEqualTo(200);
    turn.awaitEnded();
    turn.awaitCut();
    assertThat(turn.seen.getLast().name()).isEqualTo("turn.completed");
  }
}
