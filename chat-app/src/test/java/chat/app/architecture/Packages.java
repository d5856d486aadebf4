package chat.app.architecture;

import java.util.List;

/** Names what the system consists of, below its root; the empty name is the root itself. */
final class Packages {
  static final List<String> DOMAIN = List.of("", "engine", "memory", "model", "port");

  /** Where all words of one protocol stay. */
  static final String CHATKIT = "transport.javalin.chatkit";

  static final List<String> ADAPTERS =
      List.of(
          "agent.openai",
          "auth.jwt",
          "persistence.jpa",
          "testkit",
          "tools.mcp",
          "transport.javalin",
          CHATKIT,
          "transport.javalin.http");

  static final List<String> APP =
      List.of("app", "app.folder", "app.page", "app.postgres", "app.todo");

  private Packages() {}

  static String path(String root, String name) {
    return name.isEmpty() ? root : root + "." + name;
  }
}
