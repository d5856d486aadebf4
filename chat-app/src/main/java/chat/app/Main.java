package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.app.folder.DataFolder;
import chat.app.folder.StartFailure;
import chat.app.page.Page;
import chat.app.page.PageSettings;
import chat.app.todo.TodoServer;
import chat.auth.jwt.JwtAuthenticator;
import chat.auth.jwt.JwtSettings;
import chat.auth.jwt.TokenIssuer;
import chat.model.UserId;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Is the command line: {@code serve} (also without a command), {@code migrate}, {@code token},
 * {@code todo}. Exits with 0 when all went well or the server was asked to stop, 1 when it cannot
 * start or go on, 2 when the command line is wrong.
 */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger("chat");
  private static final Set<Setting> DATABASE =
      EnumSet.of(
          Setting.CHAT_DATABASE_URL, Setting.CHAT_DATABASE_DIRECT_URL, Setting.CHAT_DATA_DIR);
  private static final Set<Setting> TOKENS =
      EnumSet.of(
          Setting.CHAT_DATA_DIR,
          Setting.CHAT_JWT_SECRET,
          Setting.CHAT_JWT_JWKS_URL,
          Setting.CHAT_JWT_ISSUER,
          Setting.CHAT_JWT_AUDIENCE);
  private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");
  private static final String USER = "--user";
  private static final String PORT = "--port";
  private static final int TODO_PORT = 3900;
  private static final String STDIO = "--stdio";
  private static final int VIRTUAL_THREADS_SINCE = 24;

  private final Map<String, String> environment;
  private final PrintWriter out;

  private Main(Map<String, String> environment, PrintWriter out) {
    this.environment = environment;
    this.out = out;
  }

  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out, true, UTF_8);
    var err = new PrintWriter(System.err, true, UTF_8);
    System.exit(run(System.getenv(), out, err, arguments));
  }

  /** Runs a command; returns the exit code. */
  static int run(
      Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
    var line = new CommandLine(root()).setOut(out).setErr(err).setUsageHelpAutoWidth(true);
    try {
      var parsed = line.parseArgs(withCommand(arguments));
      if (CommandLine.printHelpIfRequested(parsed)) return 0;
      new Main(environment, out).execute(parsed.subcommand());
      return 0;
    } catch (ParameterException e) {
      err.println(e.getMessage() + "; see ./chat --help");
      return 2;
    } catch (StartFailure e) {
      err.println(e.getMessage());
      return 1;
    } catch (RuntimeException e) {
      LOG.error("the server failed", e);
      return 1;
    }
  }

  /** Options alone are those of serve. */
  private static String[] withCommand(String... arguments) {
    if (arguments.length > 0
        && (!arguments[0].startsWith("-") || OWN_OPTIONS.contains(arguments[0]))) {
      return arguments;
    }
    var all = new ArrayList<>(List.of("serve"));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  private static CommandSpec root() {
    var root = command("./chat", "A conversation server, kept by PostgreSQL alone.", Set.of());
    root.version("chat " + version());
    root.addSubcommand(
        "serve",
        command(
            "serve",
            "Runs the server; also without a command. Each option can be set in the environment,"
                + " by the name in brackets; what follows it there is the value when unset.",
            EnumSet.allOf(Setting.class)));
    root.addSubcommand(
        "migrate", command("migrate", "Brings the database's schema up to date.", DATABASE));
    root.addSubcommand(
        "token",
        command("token", "Prints a token for a user, for development and scripts.", TOKENS)
            .addOption(
                OptionSpec.builder(USER)
                    .type(String.class)
                    .paramLabel("USER")
                    .required(true)
                    .description("Whom it is for: the token's subject.")
                    .build()));
    root.addSubcommand(
        "todo",
        command(
                "todo",
                "Runs an example MCP server on the loopback interface: to-do items, for each user"
                    + " their own. Callers bring a token that serve would take.",
                TOKENS)
            .addOption(
                OptionSpec.builder(PORT)
                    .type(int.class)
                    .paramLabel("PORT")
                    .defaultValue("" + TODO_PORT)
                    .description("Port to listen on; 0 takes a free one. [${DEFAULT-VALUE}]")
                    .build())
            .addOption(
                OptionSpec.builder(STDIO)
                    .type(boolean.class)
                    .description(
                        "Speaks over standard input and output instead, for the one user whom"
                            + " TODO_USER in the environment names.")
                    .build()));
    return root;
  }

  private static CommandSpec command(String name, String description, Set<Setting> settings) {
    var command = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
    command.usageMessage().description(description).sortOptions(false);
    for (var setting : settings) {
      command.addOption(
          OptionSpec.builder(setting.option())
              .type(String.class)
              .paramLabel(setting.placeholder())
              .description(setting.description())
              .build());
    }
    return command;
  }

  private static String version() {
    var version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  private void execute(@Nullable ParseResult command) {
    if (command == null) throw new IllegalStateException("no command");
    requireKnownNames();
    var values = values(command);
    switch (command.commandSpec().name()) {
      case "serve" -> serve(Settings.read(values));
      case "migrate" -> migrate(values);
      case "token" -> token(command.matchedOptionValue(USER, ""), values);
      case "todo" -> todo(command, Settings.read(values));
      default -> throw new IllegalStateException(command.commandSpec().name());
    }
  }

  /** A name that is mistyped would be ignored, and the server open to what it was to shut out. */
  private void requireKnownNames() {
    for (var variable : environment.entrySet()) {
      var name = variable.getKey();
      if (name.startsWith("CHAT_") && !variable.getValue().isBlank() && !Setting.isOne(name)) {
        throw new StartFailure(
            name + " is no setting: unset it, or did you mean " + Setting.nearest(name) + "?");
      }
    }
  }

  /** The option, else the environment; nothing for what is no setting of this command. */
  private Function<Setting, @Nullable String> values(ParseResult command) {
    return setting -> {
      var option = command.commandSpec().findOption(setting.option());
      // An option of the same name that is no setting has a type of its own.
      if (option == null || option.type() != String.class) return null;
      String value = option.getValue();
      return value == null ? environment.get(setting.name()) : value;
    };
  }

  private void serve(Settings settings) {
    if (Runtime.version().feature() < VIRTUAL_THREADS_SINCE) {
      LOG.warn(
          "Java {}: every request and turn takes a platform thread; Java 24 or newer serves more",
          Runtime.version().feature());
    }
    Server.run(
        resources -> Wiring.serve(settings, resources),
        url -> {
          out.println("chat is ready at " + url);
          if (settings.model() == null) {
            out.println("NO MODEL IS CONFIGURED: a demo answers. For real answers set");
            out.println("OPENAI_API_KEY or OPENAI_BASE_URL, and OPENAI_MODEL.");
          }
          var jwt = settings.jwt();
          if (jwt == null) {
            out.println("Log in with: ./chat token --user alice");
          } else if (isPublished(jwt) && jwt.issuer() == null && jwt.audience() == null) {
            out.println(
                "ANY TOKEN OF CHAT_JWT_JWKS_URL IS GOOD, whatever it was made for. To take");
            out.println("only those for this server set CHAT_JWT_AUDIENCE, or CHAT_JWT_ISSUER.");
          }
          var page = settings.page();
          if (page != null) tellOfPage(page, url, jwt == null);
        },
        "stopping: turns may end first, for " + settings.grace().toSeconds() + " s at most");
  }

  private void tellOfPage(PageSettings page, String url, boolean developmentLogin) {
    if (!Page.isBuilt()) {
      out.println("THERE IS NO PAGE: npm was missing when this was built. Install Node.js with");
      out.println("npm and build again, or set CHAT_PAGE=false.");
    } else if (!developmentLogin && page.tokenUrl() == null && page.hosts().isEmpty()) {
      out.println("NOBODY CAN SIGN IN AT " + url + Page.PATH + ": set");
      out.println("CHAT_PAGE_TOKEN_URL or CHAT_PAGE_ORIGINS, or CHAT_PAGE=false.");
    } else {
      out.println("The page is at " + url + Page.PATH);
    }
  }

  private void migrate(Function<Setting, @Nullable String> values) {
    try (var resources = new Resources()) {
      Database.open(Settings.read(values), resources).migrate();
    }
    out.println("the database is up to date");
  }

  private void token(String user, Function<Setting, @Nullable String> values) {
    var settings = Settings.read(values);
    if (settings.jwt() != null && isPublished(settings.jwt())) {
      throw new StartFailure(
          "CHAT_JWT_JWKS_URL is set: only the issuer behind it can make a token; get one there");
    }
    try {
      var issuer = new TokenIssuer(Wiring.keys(settings), InstantSource.system());
      out.println(issuer.issue(new UserId(user)));
    } catch (IllegalArgumentException e) {
      throw new StartFailure("--user: " + e.getMessage(), e);
    }
  }

  private void todo(ParseResult command, Settings settings) {
    var data = DataFolder.open(settings.dataDir());
    if (command.hasMatchedOption(STDIO)) {
      todoOverStdio(data);
      return;
    }
    var authenticator = new JwtAuthenticator(Wiring.keys(settings), InstantSource.system());
    int port = command.matchedOptionValue(PORT, TODO_PORT);
    Server.run(
        resources -> resources.add(TodoServer.start(data, authenticator, port)).url(),
        url -> out.println("todo is ready at " + url),
        "stopping");
  }

  /** What a library might print must not get into the protocol. */
  private void todoOverStdio(DataFolder data) {
    var protocol = System.out;
    System.setOut(System.err);
    try {
      TodoServer.run(data, todoUser(), System.in, protocol);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      System.setOut(protocol);
    }
  }

  private UserId todoUser() {
    try {
      return new UserId(environment.getOrDefault("TODO_USER", ""));
    } catch (IllegalArgumentException e) {
      throw new StartFailure("TODO_USER: " + e.getMessage(), e);
    }
  }

  /** Tells whether somebody else signs the tokens. */
  private static boolean isPublished(JwtSettings jwt) {
    return jwt.keys() instanceof JwtSettings.PublishedKeys;
  }
}
