package chat.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Is the whole server in this JVM, as {@link Wiring} puts it together, with a scripted model and
 * the database that all tests of this JVM share: each takes users of its own.
 */
public final class PageServer implements AfterAllCallback, AutoCloseable {
  private final ScriptedModel model;
  private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
  private Resources resources = new Resources();
  private String url;

  private PageServer(ScriptedModel model, Map<String, String> others) throws IOException {
    this.model = model;
    SharedDatabase.inThisJvm()
        .settings()
        .forEach((name, value) -> settings.put(Setting.valueOf(name), value));
    settings.put(Setting.CHAT_DATA_DIR, folder().toString());
    settings.put(Setting.CHAT_PORT, "0");
    settings.put(Setting.OPENAI_BASE_URL, model.url());
    settings.put(Setting.OPENAI_MODEL, "scripted");
    settings.put(Setting.CHAT_SHUTDOWN_GRACE, "0");
    others.forEach((name, value) -> settings.put(Setting.valueOf(name), value));
    this.url = serve();
  }

  /**
   * Starts one whose model says "ok" until it is told otherwise.
   *
   * @param settings others than those of most tests, by their names
   */
  public static PageServer start(Map<String, String> settings) {
    try {
      var model = new ScriptedModel(ScriptedModel.says("ok"));
      try {
        return new PageServer(model, settings);
      } catch (IOException | RuntimeException | Error e) {
        model.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() throws IOException {
    return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "page-");
  }

  private String serve() {
    try {
      return Wiring.serve(Settings.read(settings::get), resources);
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  /** Returns where the page is. */
  public String page() {
    return url + "/dashboard/chat";
  }

  public String url() {
    return url;
  }

  public ScriptedModel model() {
    return model;
  }

  /** Returns a user whom nobody knows yet. */
  public static String newUser() {
    return "user-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Opens a client for what a test arranges behind the page's back. */
  public Client client() {
    return new Client(url);
  }

  /** Makes a conversation of the user's with so many messages, see {@link LongConversation}. */
  public String longConversation(String user, int messages) throws IOException, SQLException {
    return LongConversation.make(SharedDatabase.inThisJvm(), client(), user, messages);
  }

  /** Is gone as after a crash of the network: nothing listens. */
  public void leave() {
    settings.put(Setting.CHAT_PORT, url.substring(url.lastIndexOf(':') + 1));
    resources.close();
  }

  /** Is back at the same address, as a new process would be. */
  public void comeBack() {
    comeBack(Map.of());
  }

  /**
   * Is back with settings changed.
   *
   * @param changed by their names
   */
  public void comeBack(Map<String, String> changed) {
    changed.forEach((name, value) -> settings.put(Setting.valueOf(name), value));
    resources = new Resources();
    url = serve();
  }

  /** Closes one that a class registers as a static extension. */
  @Override
  public void afterAll(ExtensionContext test) {
    close();
  }

  @Override
  public void close() {
    resources.close();
    model.close();
  }
}
