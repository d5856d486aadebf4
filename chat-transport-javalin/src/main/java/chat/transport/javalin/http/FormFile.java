package chat.transport.javalin.http;

import chat.model.ChatException.InvalidInput;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a form ({@code multipart/form-data}, RFC 7578 and RFC 2046) as it comes and passes on the
 * bytes of its field {@code file}, whatever that is called there. Of everything else it holds one
 * line at most, so that a form needs no place of its own, on disk or in memory.
 *
 * <p>A part ends at the first {@code CRLF--boundary}. What has been read of that and turns out to
 * be part of the file is passed on after all (Knuth, Morris and Pratt).
 */
final class FormFile {
  private static final String FIELD = "file";
  private static final int LINE_END = 2;
  private static final int LONGEST_HEADERS = 8192;
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "multipart/form-data\\s*;(?:.*;)?\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70})).*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME =
      Pattern.compile(
          "content-disposition:\\s*form-data\\s*;(?:.*;)?\\s*name=\"?file\"?\\s*(?:;.*)?",
          Pattern.CASE_INSENSITIVE);

  private final InputStream in;
  private final byte[] delimiter;
  private final int[] fallback;

  /** How much of the delimiter has been read; a form begins as if a line had ended. */
  private int matched = LINE_END;

  /** How much of that was never there, or is not the file's. */
  private int imagined = LINE_END;

  private FormFile(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.fallback = new int[delimiter.length];
    for (int i = 1, k = 0; i < delimiter.length; i++) {
      while (k > 0 && delimiter[i] != delimiter[k]) k = fallback[k - 1];
      if (delimiter[i] == delimiter[k]) k++;
      fallback[i] = k;
    }
  }

  /** Tells whether a body of this type is a form. */
  static boolean isOne(@Nullable String contentType) {
    return BOUNDARY.matcher(String.valueOf(contentType)).matches();
  }

  /**
   * Passes on the file of a form.
   *
   * @throws InvalidInput if it is no form, or one without that field, or with two
   * @throws IOException if the form or {@code out} breaks off
   */
  static void copy(@Nullable String contentType, InputStream form, OutputStream out)
      throws IOException {
    var type = BOUNDARY.matcher(String.valueOf(contentType));
    if (!type.matches()) {
      throw new InvalidInput("Content-Type", "multipart/form-data, or PUT the bytes alone");
    }
    var boundary = type.group(1) == null ? type.group(2) : type.group(1);
    new FormFile(new BufferedInputStream(form, 16 << 10), boundary).copy(out);
  }

  private void copy(OutputStream out) throws IOException {
    boolean found = false;
    part(OutputStream.nullOutputStream());
    while (!isLast()) {
      boolean file = isFile();
      if (file && found) throw new InvalidInput(FIELD, "said more than once");
      found |= file;
      part(file ? out : OutputStream.nullOutputStream());
    }
    if (!found) throw new InvalidInput(FIELD, "a form with a field of that name");
  }

  /** Passes on what comes before the next delimiter. */
  private void part(OutputStream out) throws IOException {
    while (matched < delimiter.length) {
      int b = next();
      while (matched > 0 && (byte) b != delimiter[matched]) {
        int less = fallback[matched - 1];
        int skipped = Math.min(imagined, matched - less);
        out.write(delimiter, skipped, matched - less - skipped);
        imagined -= skipped;
        matched = less;
      }
      if ((byte) b == delimiter[matched]) matched++;
      else out.write(b);
    }
    matched = 0;
  }

  /** Reads what stands behind a delimiter: two dashes behind the last one, else a line's end. */
  private boolean isLast() throws IOException {
    var line = new ByteArrayOutputStream();
    int b = next();
    while (b != '\n') {
      if (line.size() < 2) line.write(b);
      if (line.toString(StandardCharsets.ISO_8859_1).equals("--")) return true;
      if (" \t\r-".indexOf(b) < 0) throw unreadable();
      b = next();
    }
    return false;
  }

  private boolean isFile() throws IOException {
    boolean file = false;
    int left = LONGEST_HEADERS;
    while (true) {
      var line = new ByteArrayOutputStream();
      for (int b = next(); b != '\n'; b = next()) {
        if (left-- == 0) throw unreadable();
        line.write(b);
      }
      var header = line.toString(StandardCharsets.UTF_8).stripTrailing();
      if (header.isEmpty()) break;
      file |= NAME.matcher(header).matches();
    }
    // An empty part ends with the line that ends its headers.
    matched = LINE_END;
    imagined = LINE_END;
    return file;
  }

  private int next() throws IOException {
    int b = in.read();
    if (b < 0) throw unreadable();
    return b;
  }

  private static InvalidInput unreadable() {
    return new InvalidInput(FIELD, "a form that cannot be read to its end");
  }
}
