package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an approval is worth across instances that die, and in a database that is tampered with. */
@Timeout(180)
final class ApprovalIT {
  private static final Map<String, ?> APPROVE = Map.of("decision", "approve");

  @TempDir private static Path folder;

  private final String user = "user-" + UUID.randomUUID();
  private final Path paid = folder.resolve(UUID.randomUUID() + ".txt");
  private final SharedDatabase shared = SharedDatabase.inThisJvm();
  private Instance here;

  @BeforeEach
  void start() {
    here = PayingServer.here(shared.database(), paid);
  }

  @AfterEach
  void stop() {
    here.close();
  }

  /** A turn that awaits, where its calls are answered, and their messages. */
  private record Asked(String turn, List<String> answers, List<String> messages) {}

  private Asked ask(Client client, String sums) throws Exception {
    var reply = client.post(user, "/api/" + user + "/chat", Map.of("message", sums));
    assertThat(reply.text("status")).isEqualTo("awaiting");
    var conversation = "/api/" + user + "/conversations/" + reply.text("conversation_id");
    var turn = conversation + "/turns/" + reply.text("turn_id");
    var messages = new ArrayList<String>();
    for (var call : reply.body().get("tool_calls")) {
      messages.add(call.get("message_id").textValue());
    }
    return new Asked(turn, messages.stream().map(id -> turn + "/answers/" + id).toList(), messages);
  }

  private JsonNode atTheEnd(Asked asked) throws Exception {
    try (var stream = here.client.follow(user, asked.turn(), 0)) {
      assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
    }
    var conversation = asked.turn().substring(0, asked.turn().indexOf("/turns/"));
    return here.client.get(user, conversation).body().get("messages");
  }

  private List<String> paid() throws Exception {
    return Files.exists(paid) ? Files.readAllLines(paid) : List.of();
  }

  @Test
  void anApprovalGivenAfterTheInstanceThatAskedWasKilledRunsTheToolOnce() throws Exception {
    Asked asked;
    try (var doomed = PayingServer.Elsewhere.start(shared.serverUrl(), paid)) {
      asked = ask(doomed.client(), "7");
      doomed.kill();
    }

    var hash = here.client.get(user, asked.turn()).body().at("/awaiting/0/call_hash").textValue();
    var sure = Map.of("decision", "approve", "call_hash", hash);
    assertThat(here.client.post(user, asked.answers().getFirst(), sure).status()).isEqualTo(202);
    var messages = atTheEnd(asked);
    assertThat(here.client.post(user, asked.answers().getFirst(), sure).status()).isEqualTo(202);
    assertThat(paid()).containsExactly("{\"sum\":7}");
    assertThat(atTheEnd(asked)).isEqualTo(messages);
    var call = messages.get(1).get("tool_call");
    assertThat(call.get("state").textValue()).isEqualTo("succeeded");
    assertThat(call.get("decided_by").textValue()).isEqualTo(user);
    assertThat(Instant.parse(call.get("decided_at").textValue()))
        .isBeforeOrEqualTo(Instant.parse(call.get("started_at").textValue()));
    assertThat(messages.get(2).get("content").textValue()).isEqualTo("paid {\"sum\":7}");
  }

  @Test
  void twoApprovalsAtTheSameMomentAtTwoInstancesRunTheToolOnce() throws Exception {
    try (var elsewhere = PayingServer.Elsewhere.start(shared.serverUrl(), paid)) {
      for (int round = 1; round <= 5; round++) {
        var asked = ask(here.client, "" + round);
        var path = asked.answers().getFirst();
        var statuses =
            atOnce(
                () -> here.client.post(user, path, APPROVE).status(),
                () -> elsewhere.client().post(user, path, APPROVE).status());
        assertThat(statuses).containsExactly(202, 202);
        atTheEnd(asked);
        assertThat(paid()).hasSize(round);
      }
    }
  }

  private static List<Integer> atOnce(Callable<Integer> one, Callable<Integer> other)
      throws Exception {
    var barrier = new CyclicBarrier(2);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var statuses = new ArrayList<Integer>();
      var futures =
          List.of(one, other).stream()
              .map(
                  deed ->
                      threads.submit(
                          () -> {
                            barrier.await();
                            return deed.call();
                          }))
              .toList();
      for (var future : futures) statuses.add(future.get());
      return statuses;
    }
  }

  @Test
  void argumentsThatAreSwappedInTheDatabaseAfterTheApprovalAreRefused() throws Exception {
    var asked = ask(here.client, "7 8");
    here.client.post(user, asked.answers().get(0), APPROVE);
    swap(asked.messages().get(0), "{\"sum\": 7000}");

    here.client.post(user, asked.answers().get(1), APPROVE);

    var messages = atTheEnd(asked);
    var call = messages.get(1).get("tool_call");
    assertThat(call.get("state").textValue()).isEqualTo("denied");
    assertThat(call.get("error").textValue()).isEqualTo("arguments_changed");
    assertThat(paid()).containsExactly("{\"sum\":8}");
  }

  @Test
  void aCallThatBecomesAnotherToolsAfterTheApprovalIsRefused() throws Exception {
    var asked = ask(here.client, "7");
    try (var connection = shared.owner();
        var update =
            connection.prepareStatement(
                "update message set content = jsonb_set(content, '{name}', '\"give\"')"
                    + " where id = ?::uuid")) {
      update.setString(1, asked.messages().getFirst());
      assertThat(update.executeUpdate()).isOne();
    }
    here.client.post(user, asked.answers().getFirst(), APPROVE);
    var call = atTheEnd(asked).get(1).get("tool_call");
    assertThat(call.get("error").textValue()).isEqualTo("arguments_changed");
    assertThat(paid()).isEmpty();
  }

  private void swap(String message, String arguments) throws Exception {
    try (var connection = shared.owner();
        var update =
            connection.prepareStatement(
                "update message set content = jsonb_set(content, '{arguments}', ?::jsonb)"
                    + " where id = ?::uuid")) {
      update.setString(1, arguments);
      update.setString(2, message);
      assertThat(update.executeUpdate()).isOne();
    }
  }

  @Test
  void anApprovalMayChangeTheArguments() throws Exception {
    var asked = ask(here.client, "7");
    var less = Map.of("decision", "approve", "arguments", Map.of("sum", 0.50));
    here.client.post(user, asked.answers().getFirst(), less);
    var call = atTheEnd(asked).get(1).get("tool_call");
    assertThat(call.at("/arguments/sum").decimalValue()).isEqualByComparingTo("0.5");
    assertThat(paid()).containsExactly("{\"sum\":0.5}");
  }

  @Test
  void anothersApprovalIsRefused() throws Exception {
    var asked = ask(here.client, "7");
    var eve = "eve-" + UUID.randomUUID();
    var path = asked.answers().getFirst();
    assertThat(here.client.post(eve, path, APPROVE).status()).isEqualTo(403);
    var hers = path.replace("/api/" + user, "/api/" + eve);
    assertThat(here.client.post(eve, hers, APPROVE).status()).isEqualTo(404);
    assertThat(here.client.get(user, asked.turn()).text("state")).isEqualTo("awaiting");
    assertThat(paid()).isEmpty();
  }
}
