package example;

import static org.assertj.core.api.Assertions.assertThat;

import chat.memory.InMemoryStore;
import chat.model.Conversation;
import chat.model.UserId;
import chat.port.Store;
import chat.testkit.ConversationRepositoryContract;
import chat.testkit.TurnJournalContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class MeteredStoreTest implements ConversationRepositoryContract, TurnJournalContract {
  private final Set<String> metered = ConcurrentHashMap.newKeySet();
  private Duration passed = Duration.ZERO;
  private final Store store =
      new MeteredStore(
          new InMemoryStore(() -> Instant.now().plus(passed)),
          (method, took) -> metered.add(method));

  @Override
  public Store store() {
    return store;
  }

  @Override
  public void age(UserId owner, int days) {
    passed = passed.plusDays(days);
  }

  @Test
  void itTellsOfEveryCall() {
    store.conversations().list(new UserId("ada"), Conversation.Order.ACTIVITY_DESC, null, 10);

    assertThat(metered).containsExactly("list");
  }
}
