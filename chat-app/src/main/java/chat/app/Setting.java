package chat.app;

import chat.Attachments;
import chat.engine.EngineSettings;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Is one thing that whoever runs the server may set, by an option or in the environment; the option
 * wins. What its values mean, {@link Settings} knows.
 */
enum Setting {
  CHAT_HOST("ADDRESS", "127.0.0.1", "Address to listen on."),
  CHAT_PORT("PORT", "8080", "Port to listen on; 0 takes a free one."),
  CHAT_DATABASE_URL(
      "URL",
      null,
      "PostgreSQL 14 or newer: jdbc:postgresql://HOST/DB?user=USER&password=PASSWORD, or"
          + " postgresql://USER:PASSWORD@HOST/DB?sslmode=require. May be a transaction pooler."
          + " Without it the server runs a PostgreSQL of its own in the data folder."),
  CHAT_DATABASE_DIRECT_URL(
      "URL",
      null,
      "The same database past the pooler, as the user that owns the tables: for migrations, and to"
          + " hear of other instances at once."),
  CHAT_MIGRATE("true|false", "true", "Whether serve brings the database's schema up to date."),
  CHAT_DATA_DIR(
      "FOLDER", null, "Folder for what this machine keeps; data in the project's folder if unset."),
  OPENAI_API_KEY("KEY", null, "Key for the model. Without key and base URL a demo answers."),
  OPENAI_BASE_URL(
      "URL",
      null,
      "Where an OpenAI-compatible API is, up to /v1; OpenAI's own if only the key is set."),
  OPENAI_API(
      "chat|responses",
      "chat",
      "How the model is spoken to: Chat Completions, or Responses, which keeps the reasoning of"
          + " OpenAI's models through a turn."),
  OPENAI_MODEL("NAME", null, "The model that answers; needed as soon as a model is configured."),
  CHAT_MODELS(
      "NAMES",
      null,
      "The models that a request may ask for by name, separated by commas, beside OPENAI_MODEL."),
  CHAT_LOCKED_TURNS(
      "refuse|allow", "refuse", "What becomes of a message to a locked or closed conversation."),
  OPENAI_TRANSCRIPTION_MODEL(
      "NAME",
      null,
      "The model that hears what users dictate, at the same API; without it they cannot."),
  CHAT_JWT_SECRET(
      "SECRET",
      null,
      "What tokens are signed with, at least 32 bytes. Without it and CHAT_JWT_JWKS_URL there is a"
          + " development login, on a loopback address only."),
  CHAT_JWT_JWKS_URL(
      "URL",
      null,
      "Where the issuer of the tokens publishes its keys, instead of a secret:"
          + " https://HOST/api/auth/jwks for Better Auth."),
  CHAT_JWT_ISSUER("TEXT", null, "What tokens must have as iss."),
  CHAT_JWT_AUDIENCE("TEXT", null, "What tokens must have in aud."),
  CHAT_SYSTEM_PROMPT(
      "TEXT",
      EngineSettings.DEFAULT.systemPrompt(),
      "What the model is told before anything else."),
  CHAT_CONTEXT_MESSAGES(
      "COUNT",
      "" + EngineSettings.DEFAULT.contextMessages(),
      "How many texts of the conversation the model sees."),
  CHAT_CONTEXT_TOKENS(
      "COUNT",
      "" + EngineSettings.DEFAULT.contextTokens(),
      "How many tokens of the conversation the model sees."),
  CHAT_TITLES(
      "model|first_message",
      "model",
      "What names a conversation that its user did not name: the model after the first turn, where"
          + " a model is configured, or only the beginning of the first message."),
  CHAT_MCP_CONFIG(
      "FILE",
      null,
      "JSON file that describes MCP servers, {\"mcpServers\": {...}}: the agent may call their"
          + " tools."),
  CHAT_CORS_ORIGINS(
      "ORIGINS", null, "Origins whose pages may call from a browser, separated by commas."),
  CHAT_PAGE("true|false", "true", "Whether there is a page at /dashboard/chat."),
  CHAT_PAGE_TOKEN_URL(
      "URL",
      null,
      "Where the page gets its user's token, with the user's cookies, such as Better Auth's"
          + " https://app.example/api/auth/token; a path is at the page's own origin."),
  CHAT_PAGE_SIGN_IN_URL(
      "URL", null, "Where the page sends a user for whom there is no token there."),
  CHAT_PAGE_ORIGINS(
      "ORIGINS",
      null,
      "Origins whose pages may frame the page and give it tokens, separated by commas."),
  CHAT_PAGE_IMAGE_ORIGINS(
      "ORIGINS",
      null,
      "Origins whose images the page shows when they stand in messages, separated by commas."),
  CHAT_CHATKIT_DISCONNECT(
      "continue|stop",
      "continue",
      "What becomes of a turn when the ChatKit client that follows it goes: it goes on, or it is"
          + " stopped, and clients then have a stop button."),
  CHAT_CHATKIT_KEEPALIVE(
      "SECONDS",
      "15",
      "How long a stream to a ChatKit client may be silent before it sends a comment; 0 for none."),
  CHAT_PUBLIC_URL(
      "URL",
      null,
      "Where browsers reach this server, such as https://chat.example: files are uploaded and shown"
          + " at addresses below it. Made of host and port if unset."),
  CHAT_ATTACHMENT_MAX("MIB", "20", "How large a file may be that a user sends, in MiB."),
  CHAT_ATTACHMENT_TYPES(
      "TYPES",
      String.join(",", new TreeSet<>(Attachments.Policy.DEFAULT.types())),
      "Types of files that users may send, separated by commas; text/* is every kind of text."),
  CHAT_APPROVAL_TTL(
      "SECONDS",
      "" + EngineSettings.Timing.DEFAULT.answer().toSeconds(),
      "How long a call of a tool waits for its user, and a turn with it."),
  CHAT_LOG_RETENTION(
      "HOURS", "24", "How long the events of a turn that is over can be replayed one by one."),
  CHAT_SHUTDOWN_GRACE(
      "SECONDS", "30", "How long turns may go on when the server is asked to stop.");

  private final String placeholder;
  private final @Nullable String standard;
  private final String description;

  Setting(String placeholder, @Nullable String standard, String description) {
    this.placeholder = placeholder;
    this.standard = standard;
    this.description = description;
  }

  /** Returns the option that sets it: {@code --port} for {@code CHAT_PORT}. */
  String option() {
    var words = name().startsWith("CHAT_") ? name().substring("CHAT_".length()) : name();
    return "--" + words.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Tells whether the environment may have a variable of that name. */
  static boolean isOne(String name) {
    return Arrays.stream(values()).anyMatch(setting -> setting.name().equals(name));
  }

  /** Returns the setting whose name takes the fewest changes of a letter to get to. */
  static Setting nearest(String name) {
    return Collections.min(
        List.of(values()), Comparator.comparingInt(setting -> distance(setting.name(), name)));
  }

  /** Levenshtein's. */
  private static int distance(String a, String b) {
    var row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  String placeholder() {
    return placeholder;
  }

  /** Returns the value it has when nobody sets it; null for none. */
  @Nullable String standard() {
    return standard;
  }

  /** Returns what the help says of it. */
  String description() {
    return description + " [" + name() + (standard == null ? "" : "; " + standard) + "]";
  }
}
