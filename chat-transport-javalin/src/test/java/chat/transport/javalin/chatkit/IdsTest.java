package chat.transport.javalin.chatkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdsTest {
  private static final UUID ID = UUID.fromString("01890000-0000-7000-8000-00000000000c");
  private static final String HEX = "0189000000007000800000000000000c";

  @Test
  void anIdIsAPrefixAndTheWholeOfOurs() {
    var message = new Message.Id(ID);

    assertThat(Ids.of(new Conversation.Id(ID))).isEqualTo("thr_" + HEX);
    assertThat(Ids.of(message, Content.UserInput.of("x"))).isEqualTo("msg_" + HEX);
    assertThat(Ids.of(message, Content.Kind.REASONING)).isEqualTo("wf_" + HEX);
    assertThat(Ids.attachment(ID)).isEqualTo("atc_" + HEX);
    assertThat(Ids.thread("thr_" + HEX).value()).isEqualTo(ID);
    assertThat(Ids.item("wf_" + HEX)).isEqualTo(message);
  }

  @Test
  void aCallKeepsItsIdWhateverIsShownOfIt() {
    var call = Content.ToolCall.pending("x", null, Json.EMPTY);
    var id = new Message.Id(ID);

    assertThat(Ids.of(id, call.awaiting(false))).isEqualTo(Ids.of(id, call));
    assertThat(Ids.of(id, call.awaiting(true))).isEqualTo("tc_" + HEX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "thr",
        "thr_",
        "msg_" + HEX,
        "thr_" + HEX + "0",
        "thr_0189000000007000800000000000000C",
        "thr_01890000-0000-7000-8000-00000000000c",
        "THR_" + HEX,
        " thr_" + HEX,
        "thr_" + HEX + "\n"
      })
  void anythingElseIsNobodysId(String text) {
    assertThatThrownBy(() -> Ids.thread(text)).isInstanceOf(NotFound.class);
    if (!text.startsWith("msg_")) {
      assertThatThrownBy(() -> Ids.item(text.replace("thr", "msg"))).isInstanceOf(NotFound.class);
    }
  }
}
