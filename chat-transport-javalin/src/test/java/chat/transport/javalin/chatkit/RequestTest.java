package chat.transport.javalin.chatkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Json;
import chat.model.Question;
import chat.transport.javalin.chatkit.Request.ListThreads;
import chat.transport.javalin.chatkit.Request.Order;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestTest {

  private static Request read(String type, String params) {
    var body = "{\"type\":\"" + type + "\",\"params\":" + params + ",\"x\":1}";
    return Request.read(ChatKitJson.read(body.getBytes(UTF_8)));
  }

  @Test
  void aUsersMessageIsReadWithItsTagsOptionsAndWhateverElse() {
    var request =
        read(
            "threads.create",
            """
            {"input":{"content":[{"type":"input_text","text":"Hi ","more":1},
              {"type":"input_tag","id":"t","text":"Oslo","data":{"a":null},"group":null,"interactive":true}],
              "attachments":["atc_1"],"quoted_text":"","inference_options":{"tool_choice":{"id":"w","x":1},"model":"m"}}}
            """);

    List<Content.Part> content =
        List.of(
            new Content.Part.Text("Hi "),
            new Content.Part.Tag("t", "Oslo", new Json("{\"a\":null}"), null, true));
    var options = new Content.Options("m", new Json("{\"id\":\"w\"}"));
    assertThat(request)
        .isEqualTo(
            new Request.Create(new Request.UserMessage(content, List.of("atc_1"), "", options)));
  }

  @Test
  void numbersAreTakenAsTheReferenceTakesThem() {
    assertThat(read("threads.list", "{\"limit\":\"3\",\"order\":\"asc\"}"))
        .isEqualTo(new ListThreads(3, Order.ASC, null));
    assertThat(read("threads.list", "{\"limit\":0,\"after\":null}"))
        .isEqualTo(new ListThreads(20, Order.DESC, null));
    assertThat(read("threads.list", "{\"limit\":9999.0}"))
        .isEqualTo(new ListThreads(9999, Order.DESC, null));
  }

  @Test
  void answersMayLeaveOutAlmostEverything() {
    assertThat(
            read(
                "threads.add_structured_input",
                "{\"thread_id\":\"t\",\"item_id\":\"i\",\"input\":{\"answers\":{\"a\":{},\"b\":{\"values\":[\"x\"],\"skipped\":false}}}}"))
        .isEqualTo(
            new Request.AddStructuredInput(
                "t",
                "i",
                Map.of("a", new Question.Given(List.of(), false), "b", Question.Given.of("x")),
                false));
  }

  @Test
  void aResultMayBeNullButMustBeThere() {
    assertThat(read("threads.add_client_tool_output", "{\"thread_id\":\"t\",\"result\":null}"))
        .isEqualTo(new Request.AddClientToolOutput("t", Json.NULL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "threads.list | {\"limit\":2.5} | limit",
        "threads.list | {\"limit\":-1} | limit",
        "threads.list | {\"limit\":true} | limit",
        "threads.list | {\"limit\":1e99} | limit",
        "threads.list | {\"order\":null} | order",
        "threads.list | {\"order\":\"up\"} | order",
        "threads.update | {\"thread_id\":\"t\",\"title\":null} | title",
        "threads.add_client_tool_output | {\"thread_id\":\"t\"} | result",
        "threads.custom_action | {\"thread_id\":\"t\",\"action\":{\"payload\":1}} | action.type",
        "items.feedback | {\"thread_id\":\"t\",\"item_ids\":[1],\"kind\":\"positive\"} |"
            + " item_ids[0]",
        "items.feedback | {\"thread_id\":\"t\",\"item_ids\":[],\"kind\":\"good\"} | kind",
        "threads.create |"
            + " {\"input\":{\"content\":[{\"type\":\"input_x\"}],\"attachments\":[],\"inference_options\":{}}}"
            + " | input.content[0].type",
        "threads.create |"
            + " {\"input\":{\"content\":[],\"attachments\":null,\"inference_options\":{}}} |"
            + " input.attachments",
        "threads.create |"
            + " {\"input\":{\"content\":[],\"attachments\":[],\"inference_options\":null}} |"
            + " input.inference_options",
        "threads.create |"
            + " {\"input\":{\"content\":[{\"type\":\"input_text\",\"text\":\"\\u0000\"}],\"attachments\":[],\"inference_options\":{}}}"
            + " | input.content[0].text",
        "threads.stop | {} | type",
      })
  void whatIsNoRequestIsRefusedByTheNameOfWhatIsWrong(String type, String params, String field) {
    var path = field.equals("type") ? field : "params." + field;
    assertThatThrownBy(() -> read(type, params))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.field()).isEqualTo(path));
  }
}
