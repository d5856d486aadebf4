package chat.app;

import chat.auth.jwt.JwtSettings;
import chat.auth.jwt.TokenIssuer;
import chat.model.UserId;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Is a model and a PostgreSQL, and starts servers that share both: what faults are tried on. */
final class Cluster implements AutoCloseable {
  private static final String SECRET = "a secret that all instances share";

  final ScriptedModel model;
  final MortalPostgres postgres;
  private final Path folder;
  private final AtomicInteger members = new AtomicInteger();

  private Cluster(Path folder, ScriptedModel model, MortalPostgres postgres) {
    this.folder = folder;
    this.model = model;
    this.postgres = postgres;
  }

  static Cluster start(Path folder) throws IOException, SQLException {
    var model = new ScriptedModel(ScriptedModel.says("ok"));
    try {
      return new Cluster(folder, model, MortalPostgres.start(folder.resolve("database")));
    } catch (SQLException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** Is when an instance was killed, at the latest. */
  record Death(long nanoTime, Instant time) {}

  /** Is one instance in a process of its own, and its way to the database. */
  static final class Member implements AutoCloseable {
    final ServerProcess server;
    final PostgresProxy proxy;
    private @Nullable Death death;

    private Member(ServerProcess server, PostgresProxy proxy) {
      this.server = server;
      this.proxy = proxy;
    }

    Client client() {
      return server.client();
    }

    /** Ends it without a chance to do anything. */
    void kill() {
      death = new Death(System.nanoTime(), Instant.now());
      server.kill();
    }

    Death death() {
      return Objects.requireNonNull(death);
    }

    @Override
    public void close() throws IOException {
      server.close();
      proxy.close();
    }
  }

  /**
   * Starts an instance.
   *
   * @param model the name by which it asks the model, so that one can tell who asked
   */
  Member start(String model) throws Exception {
    return start(model, Map.of());
  }

  Member start(String model, Map<String, String> more) throws Exception {
    return start(ServerProcess.JAR, model, more);
  }

  /** Starts an instance of some build. */
  Member start(Path jar, String model, Map<String, String> more) throws Exception {
    var proxy = postgres.proxy();
    try {
      var home = folder.resolve("member-" + members.incrementAndGet());
      var settings = new HashMap<>(settings(model, proxy));
      settings.putAll(more);
      return new Member(ServerProcess.start(jar, home, settings), proxy);
    } catch (Exception | Error e) {
      proxy.close();
      throw e;
    }
  }

  private Map<String, String> settings(String model, PostgresProxy proxy) {
    var settings = new HashMap<>(postgres.settings(proxy));
    settings.put("CHAT_JWT_SECRET", SECRET);
    settings.put("CHAT_TITLES", "first_message");
    settings.put("OPENAI_BASE_URL", this.model.url());
    settings.put("OPENAI_MODEL", model);
    return settings;
  }

  /** Logs in; good at every instance. */
  static String token(String user) {
    return token(user, Instant.now());
  }

  /** Returns a token that is good for twelve hours from then on. */
  static String token(String user, Instant issued) {
    var issuer = new TokenIssuer(JwtSettings.secret(SECRET), InstantSource.fixed(issued));
    return issuer.issue(new UserId(user));
  }

  @Override
  public void close() {
    try (postgres;
        model) {
      // Both, whatever becomes of the one.
    }
  }
}
