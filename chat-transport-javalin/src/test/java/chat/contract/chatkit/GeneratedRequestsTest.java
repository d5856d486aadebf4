package chat.contract.chatkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Turn;
import chat.model.UserId;
import chat.model.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Ten thousand requests drawn from seeds, by some users at once: well-formed ones that follow from
 * what was answered before, and others with one thing wrong. Each answer passes {@link
 * ChatKitCheck}.
 */
class GeneratedRequestsTest {
  private static final int REQUESTS = 10_000;
  private static final int USERS = 4;
  private static final long SEED = Long.getLong("chat.chatkit.seed", 20260519);

  @Test
  void noneFailsTheServerNorLeavesATurnBehind() throws Exception {
    var log = new ListAppender<ILoggingEvent>();
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try (var server = ChatKitServer.with(new ObedientAgent(GeneratedUser::orders));
        var users = Executors.newFixedThreadPool(USERS)) {
      var http = server.client.newBuilder();
      http.interceptors().clear();
      var client = new ChatKitClient(http.build(), server.url());
      var all = new ArrayList<GeneratedUser>();
      for (int i = 0; i < USERS; i++) all.add(new GeneratedUser(client, "user" + i, SEED + i));
      List<Callable<Void>> runs =
          all.stream().map(user -> (Callable<Void>) () -> user.run(REQUESTS / USERS)).toList();
      for (var run : users.invokeAll(runs)) run.get();

      assertThat(all.stream().mapToInt(GeneratedUser::asked).sum()).isEqualTo(REQUESTS);
      int accepted = all.stream().mapToInt(GeneratedUser::accepted).sum();
      assertThat(accepted).isBetween(REQUESTS / 3, REQUESTS * 9 / 10);
      for (var user : all) requireAtRest(server, user);
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list).filteredOn(event -> event.getThrowableProxy() != null).isEmpty();
  }

  /** Each conversation takes a last word; then no turn runs, and what waits, waits for somebody. */
  private static void requireAtRest(ChatKitServer server, GeneratedUser user) throws Exception {
    var caller = Caller.withoutToken(new UserId(user.name()));
    user.sayLastWords();
    String after = null;
    int conversations = 0;
    do {
      var page = server.service.list(caller, Conversation.Order.CREATED_ASC, after, 50);
      for (var conversation : page.data()) {
        conversations++;
        var detail = server.service.open(caller, conversation.id(), 1);
        var turn = detail.turn();
        if (turn == null) continue;
        boolean waits = turn.state() == Turn.State.AWAITING && !turn.awaiting().isEmpty();
        assertThat(turn.state().terminal() || waits).as("%s", turn).isTrue();
        assertThat(detail.queue()).isEmpty();
        requireOrder(server, caller, conversation.id());
      }
      after = page.after() == null ? null : page.after().encoded();
    } while (after != null);
    assertThat(conversations).isPositive();
  }

  private static void requireOrder(ChatKitServer server, Caller caller, Conversation.Id id) {
    var messages = server.service.window(caller, id, Window.Query.newest(100)).messages();
    for (int i = 1; i < messages.size(); i++) {
      assertThat(messages.get(i).createdAt()).isAfter(messages.get(i - 1).createdAt());
      boolean open =
          messages.get(i).content() instanceof Content.Workflow && messages.get(i).partial();
      assertThat(open).isFalse();
    }
  }
}
