package chat.app.page;

import chat.Attachments;
import chat.model.ChatException;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.QuotedQualityCSV;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page at {@code /dashboard/chat}: the same document for every conversation, the files
 * it is made of, and what it has to know of this server. Nothing of it needs a token; what the page
 * shows it asks of the API, as its user.
 */
public final class Page implements Consumer<JavalinConfig> {
  public static final String PATH = "/dashboard/chat";

  private static final Pattern CONVERSATION =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4,12}){4}");
  private static final String FOR_A_YEAR = "public, max-age=31536000, immutable";

  private final PageFiles files;
  private final PageHeaders headers;
  private final String prefix;
  private final byte[] config;
  private final @Nullable PageFile document;

  /**
   * Is what else the page depends on.
   *
   * @param developmentLogin whether the server gives a token to anyone
   * @param publicUrl where browsers reach the server, with the path of a proxy; null if they reach
   *     it as it listens
   * @param models those that may be asked for, the usual one first; empty for any
   */
  public record Surroundings(
      boolean developmentLogin,
      @Nullable URI publicUrl,
      Attachments.Policy attachments,
      List<String> models) {
    public Surroundings {
      models = List.copyOf(models);
    }
  }

  public Page(PageSettings settings, Surroundings around) {
    this(settings, around, PageFiles.built());
  }

  Page(PageSettings settings, Surroundings around, PageFiles files) {
    this.files = files;
    headers = new PageHeaders(settings);
    prefix = prefix(around.publicUrl());
    config = PageConfig.of(settings, around).json();
    document = files.find("index.html").map(this::placed).orElse(null);
  }

  /** Tells whether there is one: it is missing where nobody could build it. */
  public static boolean isBuilt() {
    return PageFiles.built().find("index.html").isPresent();
  }

  @Override
  public void accept(JavalinConfig javalin) {
    read(javalin.routes, "/", ctx -> ctx.redirect(prefix + PATH, HttpStatus.FOUND));
    read(javalin.routes, PATH, this::document);
    read(javalin.routes, PATH + "/config.json", this::config);
    read(javalin.routes, PATH + "/assets/{name}", this::asset);
    read(javalin.routes, PATH + "/{name}", this::conversationOrFile);
  }

  private void read(RoutesConfig routes, String path, Handler handler) {
    Handler guarded =
        ctx -> {
          headers.set(ctx);
          handler.handle(ctx);
        };
    routes.get(path, guarded);
    routes.head(path, guarded);
  }

  private void document(Context ctx) {
    if (document == null) {
      ctx.status(HttpStatus.NOT_FOUND)
          .contentType("text/plain;charset=utf-8")
          .header("Cache-Control", "no-store")
          .result("The page was not built, for want of npm: install Node.js and build again.\n");
    } else {
      give(ctx, document, "no-cache");
    }
  }

  private void config(Context ctx) {
    ctx.header("Cache-Control", "no-store").contentType("application/json").result(config);
  }

  private void asset(Context ctx) {
    give(ctx, file("assets/" + ctx.pathParam("name")), FOR_A_YEAR);
  }

  private void conversationOrFile(Context ctx) {
    var name = ctx.pathParam("name");
    if (CONVERSATION.matcher(name).matches()) document(ctx);
    else give(ctx, file(name), "no-cache");
  }

  private PageFile file(String name) {
    return files.find(name).orElseThrow(() -> new ChatException.NotFound("file"));
  }

  private static void give(Context ctx, PageFile file, String caching) {
    ctx.header("Cache-Control", caching).header("ETag", file.tag());
    if (file.isCompressed()) ctx.header("Vary", "Accept-Encoding");
    if (isKnown(ctx, file)) {
      ctx.status(HttpStatus.NOT_MODIFIED).res().setContentType(null);
      return;
    }
    var accepted = new QuotedQualityCSV();
    for (var line : lines(ctx, "Accept-Encoding")) accepted.addValue(line);
    var body = file.encoded(accepted.getValues());
    if (body.encoding() != null) ctx.header("Content-Encoding", body.encoding());
    ctx.contentType(file.type()).result(body.open());
  }

  private static boolean isKnown(Context ctx, PageFile file) {
    return lines(ctx, "If-None-Match").stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .anyMatch(tag -> file.isTagged(tag.strip()));
  }

  private static List<String> lines(Context ctx, String header) {
    return Collections.list(ctx.req().getHeaders(header));
  }

  /** The files are named relative to the document, which is given under several paths. */
  private PageFile placed(PageFile built) {
    var html = new String(built.plain(), StandardCharsets.UTF_8);
    var placed = html.replace("=\"./", "=\"" + prefix + PATH + "/");
    return PageFile.of("index.html", placed.getBytes(StandardCharsets.UTF_8));
  }

  private static String prefix(@Nullable URI publicUrl) {
    return publicUrl == null ? "" : publicUrl.getRawPath().replaceAll("/+$", "");
  }
}
