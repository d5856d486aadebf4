package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import chat.app.folder.DataFolder;
import chat.app.todo.TodoServer;
import chat.model.Caller;
import chat.model.UserId;
import chat.tools.mcp.McpFile;
import chat.tools.mcp.McpToolset;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Users of one server at once, whose turns call the example's tools with their forwarded tokens.
 */
@Timeout(120)
final class ToolsOfUsersTest {
  private static final Map<String, ?> APPROVE = Map.of("decision", "approve");

  @TempDir private Path folder;

  /** Is no word of any message, so that wherever it is found a token was let through. */
  private final String canary = "canary" + UUID.randomUUID().toString().replace("-", "");

  private final String ada = "ada-" + UUID.randomUUID();
  private final String bob = "bob-" + UUID.randomUUID();
  private final Words logged = new Words();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger sdk = (Logger) LoggerFactory.getLogger("io.modelcontextprotocol");
  private Level level;
  private Level levelOfSdk;
  private TodoServer todo;
  private McpToolset tools;
  private Instance instance;

  /** Keeps whatever is logged, exceptions included. */
  private static final class Words extends AppenderBase<ILoggingEvent> {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
      if (event.getThrowableProxy() != null) {
        lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
  }

  @BeforeEach
  void start() {
    level = root.getLevel();
    levelOfSdk = sdk.getLevel();
    root.setLevel(Level.DEBUG);
    // It quotes every message.
    sdk.setLevel(Level.DEBUG);
    logged.start();
    root.addAppender(logged);
    todo =
        TodoServer.start(
            DataFolder.open(folder),
            token -> new Caller(new UserId(token.split("~", 2)[0]), token, null),
            0);
    tools =
        new McpToolset(
            McpFile.read(
                """
                {"mcpServers": {"todo": {"url": "%s", "identity": "forward"}}}
                """
                    .formatted(todo.url()),
                name -> null));
    instance = Instance.start(SharedDatabase.inThisJvm().database(), new DemoAgent(), tools);
  }

  @AfterEach
  void stop() {
    instance.close();
    tools.close();
    todo.close();
    root.detachAppender(logged);
    root.setLevel(level);
    sdk.setLevel(levelOfSdk);
  }

  private String token(String user) {
    return user + "~" + canary;
  }

  /** Says something, approves whatever that asks for, and returns the messages that come of it. */
  private JsonNode say(String user, String words) throws Exception {
    var client = instance.client;
    var reply = client.post(token(user), "/api/" + user + "/chat", Map.of("message", words));
    assertThat(reply.status()).isEqualTo(200);
    var conversation = "/api/" + user + "/conversations/" + reply.text("conversation_id");
    var turn = conversation + "/turns/" + reply.text("turn_id");
    if (reply.text("status").equals("awaiting")) {
      for (var call : reply.body().get("tool_calls")) {
        var answer = turn + "/answers/" + call.get("message_id").textValue();
        assertThat(client.post(token(user), answer, APPROVE).status()).isEqualTo(202);
      }
    }
    try (var stream = client.follow(token(user), turn, 0)) {
      assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
    }
    return client.get(token(user), conversation).body().get("messages");
  }

  private static JsonNode call(JsonNode messages) {
    return messages.get(1).get("tool_call");
  }

  private List<String> items(String user) throws Exception {
    var items = new ArrayList<String>();
    var list = call(say(user, "/tool todo__list {}"));
    assertThat(list.get("state").textValue()).isEqualTo("succeeded");
    for (var item : list.at("/result/structured_content/items"))
      items.add(item.get("text").textValue());
    return items;
  }

  @Test
  void usersAtOnceSeeTheirOwnItemsOnlyAndCannotTouchAnothers() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var deeds = new ArrayList<Callable<JsonNode>>();
      for (int i = 0; i < 5; i++) {
        int number = i;
        for (var user : List.of(ada, bob)) {
          deeds.add(() -> say(user, "/tool todo__add {\"text\": \"" + user + " " + number + "\"}"));
        }
      }
      for (var done : threads.invokeAll(deeds)) {
        assertThat(call(done.get()).get("state").textValue()).isEqualTo("succeeded");
      }
    }

    for (var user : List.of(ada, bob)) {
      assertThat(items(user)).hasSize(5).allMatch(text -> text.startsWith(user));
    }
    say(ada, "/tool todo__add {\"text\": \"a sixth\"}");
    for (var tool : List.of("complete", "delete")) {
      var crossing = call(say(bob, "/tool todo__" + tool + " {\"id\": 6}"));
      assertThat(crossing.get("state").textValue()).isEqualTo("failed");
      assertThat(crossing.at("/result/content/0/text").textValue()).contains("no item 6");
    }
    assertThat(items(ada)).hasSize(6);
  }

  @Test
  void noTokenStaysInTheDatabaseOrALog() throws Exception {
    say(ada, "/tool todo__add {\"text\": \"milk\"}");
    assertThat(items(ada)).containsExactly("milk");

    var all = SharedDatabase.inThisJvm();
    try (var owner = all.owner()) {
      var tables = tables(owner);
      assertThat(tables).contains("message", "turn", "turn_segment_0");
      assertThat(rowsWith(owner, "turn", ada)).isPositive();
      for (var table : tables) assertThat(rowsWith(owner, table, canary)).as(table).isZero();
    }
    assertThat(logged.lines)
        .anyMatch(line -> line.contains("milk"))
        .noneMatch(line -> line.contains(canary));
  }

  private static List<String> tables(Connection owner) throws SQLException {
    var names = new ArrayList<String>();
    try (var rows =
        owner
            .createStatement()
            .executeQuery("select tablename from pg_tables where schemaname = 'public'")) {
      while (rows.next()) names.add(rows.getString(1));
    }
    return names;
  }

  private static long rowsWith(Connection owner, String table, String word) throws SQLException {
    var sql = "select count(*) from " + table + " t where t::text like ?";
    try (var query = owner.prepareStatement(sql)) {
      query.setString(1, "%" + word + "%");
      try (var row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  @Test
  void whatWasAskedIsShownAsItWasDecided() throws Exception {
    var call = call(say(ada, "/tool todo__add {\"text\": \"milk\"}"));

    assertThat(call.get("name").textValue()).isEqualTo("todo__add");
    assertThat(call.get("server").textValue()).isEqualTo("todo");
    assertThat(call.at("/arguments/text").textValue()).isEqualTo("milk");
    assertThat(call.at("/result/structured_content/text").textValue()).isEqualTo("milk");
    assertThat(call.get("duration_ms").isNumber()).isTrue();
  }
}
