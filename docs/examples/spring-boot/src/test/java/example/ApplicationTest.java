package example;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.core.JdbcTemplate;

class ApplicationTest {
  private static final String STREAM =
      """
      data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Good "}}]}

      data: {"choices":[{"index":0,"delta":{"content":"morning"}}]}

      data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private static final String KEPT =
      """
      select owner || ': ' || coalesce(content #>> '{parts,0,text}', content ->> 'text')
      from message order by seq
      """;

  @Test
  void aMessageIsAnsweredAndKept() throws Exception {
    try (var postgres = EmbeddedPostgres.start();
        var model = new MockWebServer()) {
      model.start();
      model.enqueue(
          new MockResponse.Builder()
              .setHeader("Content-Type", "text/event-stream")
              .body(STREAM)
              .build());
      ChatService chat;
      try (var service =
          SpringApplication.run(
              Application.class,
              "--server.port=0",
              "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
              "--model.url=" + model.url("/v1"),
              "--model.name=scripted")) {
        chat = service.getBean(ChatService.class);
        var port = service.getEnvironment().getProperty("local.server.port");

        var answer = ask(port, "{\"message\": \"Hello\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"message\":\"Good morning\"");
        assertThat(service.getBean(JdbcTemplate.class).queryForList(KEPT, String.class))
            .containsExactly("ada: Hello", "ada: Good morning");
        assertThat(chat.ready()).isTrue();
      }
      assertThat(chat.ready()).as("closed with the service").isFalse();
    }
  }

  private static HttpResponse<String> ask(String port, String question) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/chat"))
              .timeout(Duration.ofSeconds(60))
              .header("Content-Type", "application/json")
              .header("X-User", "ada")
              .POST(HttpRequest.BodyPublishers.ofString(question))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
