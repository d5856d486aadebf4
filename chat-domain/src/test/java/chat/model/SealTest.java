package chat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SealTest {
  private static final UserId ADA = new UserId("ada");
  private static final Content.ToolCall CALL =
      Content.ToolCall.pending("pay", "bank", new Json("{\"sum\": 1.0, \"to\": \"bob\"}"));

  private static Message message() {
    return new Message(
        Message.Id.next(),
        Conversation.Id.next(),
        1,
        Turn.Id.next(),
        1,
        null,
        Message.Siblings.ONLY,
        CALL,
        false,
        0,
        null,
        Instant.EPOCH);
  }

  private static Tool tool(String revision) {
    return new Tool(
        "pay",
        "bank",
        "pays",
        Json.EMPTY,
        Tool.Run.AFTER_APPROVAL,
        false,
        Duration.ofSeconds(1),
        revision);
  }

  @Test
  void itCoversTheCallAsAnyStoreKeepsIt() {
    var message = message();
    var seal = Seal.of(ADA, message, CALL, tool("1"));

    assertThat(seal.covers(ADA, message, CALL)).isTrue();
    var kept = CALL.with(new Json("{\"to\":\"bob\",\"sum\":1.00}"));
    assertThat(seal.covers(ADA, message.with(kept, 7), kept.awaiting(false))).isTrue();
  }

  @Test
  void itCoversNothingElse() {
    var message = message();
    var seal = Seal.of(ADA, message, CALL, tool("1"));

    var more = CALL.with(new Json("{\"sum\": 1000, \"to\": \"bob\"}"));
    assertThat(seal.covers(ADA, message, more)).as("other arguments").isFalse();
    var other = Content.ToolCall.pending("give", "bank", CALL.arguments());
    assertThat(seal.covers(ADA, message, other)).as("another tool").isFalse();
    assertThat(seal.covers(new UserId("bob"), message, CALL)).as("another user").isFalse();
    assertThat(seal.covers(ADA, message(), CALL)).as("another call, of another turn").isFalse();
  }

  @Test
  void itsHashNamesTheToolsDefinitionToo() {
    var message = message();
    var hash = Seal.of(ADA, message, CALL, tool("1")).hash();

    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(Seal.of(ADA, message, CALL, tool("1")).hash()).isEqualTo(hash);
    assertThat(Seal.of(ADA, message, CALL, tool("2")).hash()).isNotEqualTo(hash);
  }
}
