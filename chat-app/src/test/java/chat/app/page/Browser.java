package chat.app.page;

import chat.npm.NpmPackages;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Is a real Chromium for the tests of a class, which register it as a static extension. Each test
 * opens {@link Tab}s; they are closed behind it, and it fails when one of them complained. A
 * picture of each tab of a test that failed is in {@code target/browser}. Without Chromium or npm
 * the tests are skipped, and say so.
 */
final class Browser implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final Path PICTURES = Path.of("target", "browser").toAbsolutePath();
  private static final Path DRIVER = Path.of("target", "playwright").toAbsolutePath();
  private static final double PATIENCE_MILLIS = 20_000;

  /** It asks nobody for anything by itself, and no name leads off this machine. */
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-dev-shm-usage",
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");

  private final List<Tab> tabs = new ArrayList<>();
  private @Nullable Playwright playwright;
  private com.microsoft.playwright.@Nullable Browser chromium;

  @Override
  public void beforeAll(ExtensionContext test) throws IOException {
    var program = program();
    driver();
    var environment = Map.of("PLAYWRIGHT_NODEJS_PATH", NpmPackages.node());
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
    chromium =
        playwright
            .chromium()
            .launch(new LaunchOptions().setExecutablePath(program).setArgs(ARGUMENTS));
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
  }

  private static Path program() {
    var named = Optional.ofNullable(System.getenv("CHROMIUM_PATH")).map(Path::of);
    var found =
        named.or(
            () ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .flatMap(Browser::onPath)
                    .findFirst());
    if (found.isPresent()) return found.get();
    var line = "Chromium is not installed: NOT TESTED is the page in a browser";
    System.err.println(line);
    return Assumptions.abort(line);
  }

  private static Stream<Path> onPath(String name) {
    return Stream.of(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable);
  }

  /** Playwright looks for its driver in the folder {@code package} of the one that it is told. */
  private static void driver() throws IOException {
    var core = NpmPackages.installed().resolve("node_modules").resolve("playwright-core");
    Files.createDirectories(DRIVER);
    var link = DRIVER.resolve("package");
    if (!Files.isSymbolicLink(link)) Files.createSymbolicLink(link, core);
    System.setProperty("playwright.cli.dir", DRIVER.toString());
  }

  /** Opens a tab of a browser that knows nothing yet. */
  Tab open(String url) {
    return open(url, options -> options);
  }

  /**
   * Opens a tab of a browser that knows nothing yet, of 1280 by 800 pixels, dark, in English.
   *
   * @param wishes changes that
   */
  Tab open(String url, UnaryOperator<NewContextOptions> wishes) {
    var options =
        new NewContextOptions()
            .setViewportSize(1280, 800)
            .setColorScheme(ColorScheme.DARK)
            .setReducedMotion(ReducedMotion.REDUCE)
            .setLocale("en-US")
            .setTimezoneId("UTC");
    var context = Objects.requireNonNull(chromium).newContext(wishes.apply(options));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    context.addInitScript(Tab.WATCH);
    return open(url, Tab.of(context.newPage(), url));
  }

  /** Opens another tab of the same browser: it knows what that one's knows. */
  Tab beside(Tab tab, String url) {
    return open(url, Tab.of(tab.page().context().newPage(), url));
  }

  private Tab open(String url, Tab tab) {
    tabs.add(tab);
    tab.page().navigate(url);
    return tab;
  }

  @Override
  public void afterEach(ExtensionContext test) throws IOException {
    var open = List.copyOf(tabs);
    tabs.clear();
    try {
      if (test.getExecutionException().isPresent()) picture(test, open);
      else for (var tab : open) tab.assertQuiet();
    } finally {
      for (var tab : open) tab.page().context().close();
    }
  }

  private static void picture(ExtensionContext test, List<Tab> open) throws IOException {
    Files.createDirectories(PICTURES);
    var name =
        test.getRequiredTestClass().getSimpleName() + "." + test.getRequiredTestMethod().getName();
    for (int i = 0; i < open.size(); i++) {
      var file = PICTURES.resolve(name + "-" + (i + 1));
      open.get(i).picture(file.resolveSibling(file.getFileName() + ".png"));
      Files.write(file.resolveSibling(file.getFileName() + ".txt"), open.get(i).said());
    }
  }

  @Override
  public void afterAll(ExtensionContext test) {
    if (playwright != null) playwright.close();
  }
}
