package example;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Feedback;
import chat.model.UserId;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The program of {@code docs/chatkit.md}, run, and that the page shows it as it is. */
final class ShopTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

  @Test
  void aServiceHasAChatKitFrontEndInAFewLines() throws Exception {
    try (var client = HttpClient.newHttpClient();
        var shop =
            new Shop(
                new InMemoryStore().with(new ShopFiles()),
                token -> new Caller(new UserId(token), token, null),
                (request, sink) -> {
                  var unused = sink.show(Shop.card("Buy?"));
                })) {
      var created =
          ask(
              client,
              shop,
              "threads.create",
              "{\"input\":{\"content\":[{\"type\":\"input_text\",\"text\":\"Hi\"}],\"attachments\":[],\"inference_options\":{}}}");
      var widget = item(created, "widget");
      var sender =
          "\"thread_id\":%s,\"item_id\":%s".formatted(widget.path("thread_id"), widget.path("id"));

      var preview =
          ask(
              client,
              shop,
              "threads.sync_custom_action",
              "{" + sender + ",\"action\":{\"type\":\"look\",\"payload\":7}}");
      assertThat(MAPPER.readTree(preview).at("/updated_item/widget/children/0/value").asText())
          .isEqualTo("looking at 7");
      var ordered =
          ask(
              client,
              shop,
              "threads.custom_action",
              "{" + sender + ",\"action\":{\"type\":\"buy\"}}");
      assertThat(item(ordered, "widget").path("copy_text").asText()).isEqualTo("ordered");
      assertThat(ordered).contains("Thank you.");
      var rated =
          "{\"thread_id\":%s,\"item_ids\":[%s],\"kind\":\"positive\"}"
              .formatted(widget.path("thread_id"), widget.path("id"));
      assertThat(ask(client, shop, "items.feedback", rated)).isEqualTo("{}");
      assertThat(shop.heard()).containsExactly(Feedback.POSITIVE);
      var speech = "{\"audio_base64\":\"AAAA\",\"mime_type\":\"audio/mp4\"}";
      assertThat(ask(client, shop, "input.transcribe", speech)).isEqualTo("{\"text\":\"3 bytes\"}");
      var announced =
          ask(
              client,
              shop,
              "attachments.create",
              "{\"name\":\"a.txt\",\"size\":2,\"mime_type\":\"text/plain\"}");
      assertThat(MAPPER.readTree(announced).at("/upload_descriptor/url").asText())
          .startsWith("https://shop.example/");
      var forged = URI.create("http://127.0.0.1:" + shop.port() + "/attachments/x.y");
      var nobody = HttpRequest.newBuilder(forged).build();
      assertThat(client.send(nobody, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(404);
    }
  }

  private static String ask(HttpClient client, Shop shop, String type, String params)
      throws IOException, InterruptedException {
    var body = "{\"type\":\"%s\",\"params\":%s}".formatted(type, params);
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shop.port() + "/chatkit"))
            .header("Authorization", "Bearer alice")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var response = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private static JsonNode item(String stream, String type) throws IOException {
    for (var line : stream.lines().filter(it -> it.startsWith("data: ")).toList()) {
      var item = MAPPER.readTree(line.substring("data: ".length())).path("item");
      if (item.path("type").asText().equals(type)) return item;
    }
    throw new AssertionError("no " + type + " in " + stream);
  }

  @Test
  void thePageShowsTheProgramAsItIs() throws IOException {
    var page = Files.readString(Path.of("..", "docs", "chatkit.md"));
    var program = unindented(Files.readString(Path.of("src/test/java/example/Shop.java")));

    var blocks = JAVA.matcher(page).results().map(block -> unindented(block.group(1))).toList();
    assertThat(blocks).isNotEmpty().allSatisfy(block -> assertThat(program).contains(block));
    assertThat(blocks).allSatisfy(block -> assertThat(block.lines()).hasSizeLessThan(20));
  }

  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(joining("\n"));
  }
}
