package chat.transport.javalin.http;

import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import chat.Attachments;
import chat.model.Caller;
import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.TooLarge;
import chat.model.ChatException.Unavailable;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Takes and gives the bytes of files at the addresses that {@link AttachmentUrls} makes: {@code
 * PUT} of the bytes, {@code POST} of a form with a field {@code file}, {@code GET}.
 *
 * <p>An upload goes to a temporary file first, so that a slow one holds neither memory nor a
 * connection to the database; only so many are under way at once. What is given is given as what it
 * was announced as, and nothing in it can run: browsers show raster images, and download all else.
 */
public final class FileRoutes {
  private static final int UPLOADS = 64;

  /** How long an upload may take, besides a second for every {@link #PER_SECOND} bytes. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private static final int PER_SECOND = 32 << 10;
  private static final int BUFFER = 64 << 10;
  private static final String CAPABILITY = "capability";
  private static final String ONE = AttachmentUrls.PATH + "{" + CAPABILITY + "}";

  /** What a form may have around its file, in bytes. */
  private static final int FORM = 64 << 10;

  private final Attachments attachments;
  private final AttachmentUrls urls;
  private final Semaphore uploads;
  private final Duration grace;

  public FileRoutes(Attachments attachments, AttachmentUrls urls) {
    this(attachments, urls, UPLOADS, GRACE);
  }

  /**
   * @param uploads how many may be under way at once
   */
  FileRoutes(Attachments attachments, AttachmentUrls urls, int uploads, Duration grace) {
    this.attachments = attachments;
    this.urls = urls;
    this.uploads = new Semaphore(uploads);
    this.grace = grace;
  }

  public void mount(RoutesConfig routes, Door door) {
    routes.before(AttachmentUrls.PATH + "*", door::crossOrigin);
    routes.put(ONE, this::put);
    routes.post(ONE, this::post);
    routes.get(ONE, this::get);
    routes.head(ONE, this::get);
  }

  private void put(Context ctx) throws IOException {
    if (FormFile.isOne(ctx.req().getContentType())) post(ctx);
    else take(ctx, 0, (in, out) -> in.transferTo(out));
  }

  private void post(Context ctx) throws IOException {
    take(ctx, FORM, (in, out) -> FormFile.copy(ctx.req().getContentType(), in, out));
  }

  /** Finds the bytes of a file in a body. */
  @FunctionalInterface
  private interface Extraction {
    void copy(InputStream body, OutputStream file) throws IOException;
  }

  private void take(Context ctx, int around, Extraction extraction) throws IOException {
    var grant = urls.read(ctx.pathParam(CAPABILITY));
    if (grant.use() != AttachmentUrls.Use.UPLOAD) throw AttachmentUrls.unknown();
    var caller = Caller.withoutToken(grant.owner());
    var entry = attachments.find(caller, grant.id());
    if (entry.uploaded()) throw new Conflict(Conflict.Reason.ALREADY_UPLOADED, null);
    long announced = entry.file().size();
    if (ctx.req().getContentLengthLong() > announced + around) throw larger(announced + around);
    if (!uploads.tryAcquire()) {
      throw new Unavailable(Unavailable.Reason.OVERLOADED, Duration.ofSeconds(1));
    }
    try {
      // Its name is gone as soon as it is open: whatever happens, nothing is left of it.
      var name = Files.createTempFile("chat-upload-", null);
      try (var spool = FileChannel.open(name, READ, WRITE, DELETE_ON_CLOSE)) {
        var file = new BufferedOutputStream(Channels.newOutputStream(spool), BUFFER);
        var patience = grace.plusSeconds(announced / PER_SECOND);
        var body = new Body(ctx.req().getInputStream(), announced + around, patience);
        extraction.copy(body, file);
        file.flush();
        var bytes = new BufferedInputStream(Channels.newInputStream(spool.position(0)), BUFFER);
        attachments.upload(caller, grant.id(), bytes, spool.size());
      }
    } finally {
      uploads.release();
    }
    // What any client can parse, without anything that it could take for news.
    ctx.status(200)
        .contentType("application/json")
        .header("Cache-Control", "no-store")
        .result("{\"uploaded\":true}");
  }

  /** Is what a client sends: too much of it, too slow, and a client that goes, are refusals. */
  private static final class Body extends FilterInputStream {
    private final long limit;
    private final long deadline;
    private long left;

    Body(InputStream in, long limit, Duration patience) {
      super(in);
      this.limit = limit;
      this.left = limit;
      this.deadline = System.nanoTime() + patience.toNanos();
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) {
      int count;
      try {
        count = in.read(into, from, most);
      } catch (IOException e) {
        throw new InvalidInput("file", "the file cannot be read to its end");
      }
      left -= Math.max(0, count);
      if (left < 0) throw larger(limit);
      if (System.nanoTime() - deadline > 0) {
        throw new InvalidInput("file", "the upload takes too long");
      }
      return count;
    }
  }

  private static TooLarge larger(long limit) {
    return new TooLarge("this upload has at most %d bytes".formatted(limit));
  }

  private void get(Context ctx) throws IOException {
    var grant = urls.read(ctx.pathParam(CAPABILITY));
    if (grant.use() == AttachmentUrls.Use.UPLOAD) throw AttachmentUrls.unknown();
    var caller = Caller.withoutToken(grant.owner());
    var entry = attachments.find(caller, grant.id());
    if (!entry.uploaded()) throw AttachmentUrls.unknown();
    // Before anything is said of it: it may go meanwhile.
    boolean asked = !ctx.method().equals(HandlerType.HEAD);
    var bytes = asked ? attachments.open(caller, grant.id()) : InputStream.nullInputStream();
    var file = entry.file();
    boolean shown = file.isImage() && grant.use() == AttachmentUrls.Use.PREVIEW;
    ctx.status(200)
        .contentType(file.mimeType())
        .header("Content-Disposition", disposition(shown ? "inline" : "attachment", file.name()))
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'")
        .header("Cache-Control", "private, max-age=3600, immutable")
        .header("Content-Length", String.valueOf(file.size()));
    if (asked) ctx.result(bytes);
  }

  /** Says what to do with it, and its name (RFC 6266), for old readers in ASCII. */
  static String disposition(String type, String name) {
    var plain = name.replaceAll("[^ -~]|[\"\\\\%]", "_");
    var full = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean free = b > 0 && (Character.isLetterOrDigit(b) || "!#$&+-.^_`|~".indexOf(b) >= 0);
      full.append(free ? String.valueOf((char) b) : "%%%02X".formatted(b));
    }
    return "%s; filename=\"%s\"; filename*=UTF-8''%s".formatted(type, plain, full);
  }
}
