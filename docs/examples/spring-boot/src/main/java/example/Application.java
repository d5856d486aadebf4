package example;

import chat.ChatService;
import chat.agent.openai.OpenAiAgent;
import chat.agent.openai.OpenAiSettings;
import chat.persistence.jpa.JpaStore;
import java.net.URI;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A service with a chat in it, in two beans. Spring closes both, the chat before its store. */
@SpringBootApplication
public class Application {
  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }

  /** Keeps the chat's tables beside the service's own. */
  @Bean
  JpaStore store(DataSource database) {
    return JpaStore.migrated(database);
  }

  @Bean
  ChatService chat(
      JpaStore store,
      @Value("${model.url}") URI url,
      @Value("${model.key:#{null}}") String key,
      @Value("${model.name}") String model) {
    return ChatService.start(store, new OpenAiAgent(OpenAiSettings.of(url, key, model)));
  }
}
