package chat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import chat.ChatService;
import chat.engine.Reply;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.Agent;
import chat.port.AttachmentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The life of a file, from its announcement to its end. */
class AttachmentScenarioTest {
  private static final Caller ALICE = Caller.withoutToken(new UserId("alice"));

  private volatile Duration passed = Duration.ZERO;
  private final InMemoryStore store = new InMemoryStore(() -> Instant.now().plus(passed));

  /** Reads aloud what came with the last question. */
  private static void readAloud(Agent.Request request, Agent.Sink sink) {
    var last = request.history().get(request.history().size() - 1).content();
    for (var file : ((Content.UserInput) last).attachments()) {
      try (var bytes = request.files().open(file).orElseThrow()) {
        sink.text(file.name() + " says " + new String(bytes.readAllBytes(), UTF_8) + ". ");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static UUID uploaded(ChatService chat, String name, String text) {
    var bytes = text.getBytes(UTF_8);
    var announced = chat.attachments().create(ALICE, name, "text/plain", bytes.length);
    var id = announced.file().id();
    return chat.attachments()
        .upload(ALICE, id, new ByteArrayInputStream(bytes), bytes.length)
        .file()
        .id();
  }

  private static Reply asks(
      ChatService chat, Conversation.@Nullable Id conversation, List<UUID> files)
      throws InterruptedException {
    var send = new Turn.Input.Send(conversation, null, Samples.input("read", files), null);
    var follower = chat.begin(ALICE, send, Turn.OnBusy.REJECT, null);
    return Objects.requireNonNull(follower.reply(Duration.ofSeconds(10)));
  }

  @Test
  void anAgentReadsWhatAMessageBrought() throws InterruptedException {
    try (var chat = ChatService.start(store, AttachmentScenarioTest::readAloud)) {
      var one = uploaded(chat, "1.txt", "hello");
      var other = uploaded(chat, "2.txt", "there");

      assertThat(asks(chat, null, List.of(one, other)).text())
          .isEqualTo("1.txt says hello. 2.txt says there. ");

      assertThatThrownBy(() -> asks(chat, null, List.of(one))).isInstanceOf(InvalidInput.class);
      var bob = Caller.withoutToken(new UserId("bob"));
      assertThatThrownBy(() -> chat.attachments().open(bob, one)).isInstanceOf(NotFound.class);
      assertThatThrownBy(() -> chat.attachments().find(bob, one)).isInstanceOf(NotFound.class);
    }
  }

  @Test
  void anAnswerToBeRepeatedReadsTheSameFiles() throws InterruptedException {
    try (var chat = ChatService.start(store, AttachmentScenarioTest::readAloud)) {
      var file = uploaded(chat, "1.txt", "hello");
      asks(chat, null, List.of(file));
      var conversation =
          chat.list(ALICE, Conversation.Order.CREATED_DESC, null, 1).data().get(0).id();
      var question = chat.open(ALICE, conversation, 10).newest().messages().get(0);

      var retry = new Turn.Input.Retry(conversation, question.id(), Content.Options.NONE);
      var again = chat.begin(ALICE, retry, Turn.OnBusy.REJECT, null).reply(Duration.ofSeconds(10));

      assertThat(Objects.requireNonNull(again).text()).isEqualTo("1.txt says hello. ");
    }
  }

  /** Is an object store somewhere, by the looks of it. */
  private static final class Elsewhere implements AttachmentStore {
    final Map<UUID, byte[]> objects = new ConcurrentHashMap<>();

    @Override
    public void put(UserId owner, UUID id, InputStream bytes, long size) {
      try {
        objects.put(id, bytes.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Optional<InputStream> open(UserId owner, UUID id) {
      return Optional.ofNullable(objects.get(id)).map(ByteArrayInputStream::new);
    }

    @Override
    public void delete(UserId owner, UUID id) {
      objects.remove(id);
    }
  }

  @Test
  void theBytesMayBeElsewhereAndGoWithWhatIsKnownOfThem() throws InterruptedException {
    var elsewhere = new Elsewhere();
    var here = store.with(elsewhere);
    UUID unsent;
    UUID fresh;
    try (var chat = ChatService.start(here, AttachmentScenarioTest::readAloud)) {
      var sent = uploaded(chat, "1.txt", "hello");
      unsent = uploaded(chat, "2.txt", "never sent");
      asks(chat, null, List.of(sent));
      var conversation =
          chat.list(ALICE, Conversation.Order.CREATED_DESC, null, 1).data().get(0).id();
      assertThat(elsewhere.objects).containsOnlyKeys(sent, unsent);
      chat.delete(ALICE, conversation);
      passed = Duration.ofHours(25);
      fresh = uploaded(chat, "3.txt", "not yet sent");
    }

    // Whoever is there next sweeps: an engine does so when it starts, and every ten minutes.
    try (var next = ChatService.start(here, AttachmentScenarioTest::readAloud)) {
      await().until(() -> elsewhere.objects.size() == 1);
      assertThat(elsewhere.objects).containsOnlyKeys(fresh);
      assertThatThrownBy(() -> next.attachments().find(ALICE, unsent)).isInstanceOf(NotFound.class);
      await().until(() -> here.attachments().gone(10).isEmpty());
    }
  }
}
