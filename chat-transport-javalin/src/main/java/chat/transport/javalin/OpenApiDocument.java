package chat.transport.javalin;

import chat.transport.javalin.http.Exchange;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;

/** Serves the contract in writing, {@code openapi.yaml} beside this class, as it is. */
final class OpenApiDocument {
  private static final String NAME = "openapi.yaml";
  private final byte[] document = read();
  private final String tag = tag(document);

  void mount(RoutesConfig routes) {
    RestRoutes.read(routes, "/" + NAME, this::give);
  }

  private void give(Context ctx) {
    Params.onlyQuery(ctx);
    ctx.header("ETag", tag).header("Cache-Control", "no-cache");
    boolean known =
        Stream.of(tag, "W/" + tag, "*").anyMatch(it -> Params.lists(ctx, "If-None-Match", it));
    if (known) Exchange.nothing(ctx, 304);
    else ctx.contentType("application/yaml").result(document);
  }

  private static byte[] read() {
    try (var in = OpenApiDocument.class.getResourceAsStream(NAME)) {
      if (in == null) throw new IllegalStateException(NAME + " is missing");
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(byte[] document) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(document);
      return '"' + HexFormat.of().formatHex(Arrays.copyOf(hash, 16)) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
