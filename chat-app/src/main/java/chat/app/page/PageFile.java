package chat.app.page;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Is one file of the page, with the compressed forms that the build made of it. */
final class PageFile {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "webmanifest", "application/manifest+json",
          "txt", "text/plain;charset=utf-8");

  private final byte[] plain;
  private final byte @Nullable [] brotli;
  private final byte @Nullable [] gzip;
  private final String type;
  private final String tag;

  private PageFile(
      byte[] plain, byte @Nullable [] brotli, byte @Nullable [] gzip, String type, String tag) {
    this.plain = plain;
    this.brotli = brotli;
    this.gzip = gzip;
    this.type = type;
    this.tag = tag;
  }

  static PageFile of(String name, byte[] plain) {
    var ending = name.substring(name.lastIndexOf('.') + 1);
    var type = TYPES.getOrDefault(ending, "application/octet-stream");
    return new PageFile(plain, null, null, type, hash(plain));
  }

  /** Returns the same file with what the build made of it; null for a form that it did not make. */
  PageFile compressed(byte @Nullable [] brotli, byte @Nullable [] gzip) {
    return new PageFile(plain, brotli, gzip, type, tag);
  }

  /** Tells whether that is the compressed form of another file. */
  static boolean isEncoded(String name) {
    return name.endsWith(".br") || name.endsWith(".gz");
  }

  /** Is what is sent. */
  record Body(@Nullable String encoding, InputStream open) {}

  /** Returns it in the smallest form that is accepted. */
  Body encoded(Collection<String> accepted) {
    if (brotli != null && accepted.contains("br")) return body("br", brotli);
    if (gzip != null && accepted.contains("gzip")) return body("gzip", gzip);
    return body(null, plain);
  }

  private static Body body(@Nullable String encoding, byte[] bytes) {
    return new Body(encoding, new ByteArrayInputStream(bytes));
  }

  boolean isCompressed() {
    return brotli != null || gzip != null;
  }

  byte[] plain() {
    return plain.clone();
  }

  String type() {
    return type;
  }

  /** Returns its entity tag: weak, as that of all of its forms. */
  String tag() {
    return "W/\"" + tag + '"';
  }

  /** Tells whether a value of {@code If-None-Match} means it. */
  boolean isTagged(String value) {
    return value.equals("*") || value.replaceFirst("^W/", "").equals('"' + tag + '"');
  }

  private static String hash(byte[] bytes) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(Arrays.copyOf(hash, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
