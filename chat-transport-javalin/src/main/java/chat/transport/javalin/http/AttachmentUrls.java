package chat.transport.javalin.http;

import chat.model.ChatException.NotFound;
import chat.model.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the URLs through which files come and go without a token, as an {@code <img>} or an upload
 * of a browser asks: each carries a capability, which says what may be done with which file of whom
 * until when, under an HMAC (SHA-256) that every instance can check. Whoever has such a URL may use
 * it; nobody can make one or turn it into another.
 */
public final class AttachmentUrls {
  /** Where the routes are that the URLs lead to, behind the base. */
  static final String PATH = "/attachments/";

  private static final Duration TO_UPLOAD = Duration.ofMinutes(15);
  private static final Duration TO_READ = Duration.ofHours(24);

  /** Within so long, a URL to read is the same each time it is made, so that browsers keep it. */
  private static final Duration SAME = Duration.ofHours(1);

  private static final int FIXED = 1 + Long.BYTES + 2 * Long.BYTES;
  private static final String ALGORITHM = "HmacSHA256";

  private final Supplier<byte[]> signingKey;
  private final Supplier<String> base;
  private final InstantSource clock;
  private volatile @Nullable SecretKeySpec key;

  /**
   * @param signingKey asked once, when a URL is first made or used
   * @param base where the server is reached from outside, such as {@code https://chat.example}
   */
  public AttachmentUrls(Supplier<byte[]> signingKey, Supplier<String> base, InstantSource clock) {
    this.signingKey = signingKey;
    this.base = base;
    this.clock = clock;
  }

  /** Says what may be done. */
  enum Use {
    UPLOAD('u'),
    PREVIEW('p'),
    DOWNLOAD('d');

    private final char letter;

    Use(char letter) {
      this.letter = letter;
    }

    private static Use of(byte letter) {
      for (var use : values()) if (use.letter == letter) return use;
      throw unknown();
    }
  }

  /** Is what a capability allows. */
  record Grant(Use use, UserId owner, UUID id) {}

  /** Returns where the bytes of a file are to be sent, by PUT or by POST, in the next minutes. */
  public String upload(UserId owner, UUID id) {
    return url(new Grant(Use.UPLOAD, owner, id), clock.instant().plus(TO_UPLOAD));
  }

  /** Returns where a file can be seen for a day: an image in its place, all else as a download. */
  public String preview(UserId owner, UUID id) {
    return url(new Grant(Use.PREVIEW, owner, id), readable());
  }

  /** Returns where a file can be downloaded for a day. */
  public String download(UserId owner, UUID id) {
    return url(new Grant(Use.DOWNLOAD, owner, id), readable());
  }

  private Instant readable() {
    long step = SAME.toSeconds();
    return Instant.ofEpochSecond((clock.instant().getEpochSecond() / step + 1) * step)
        .plus(TO_READ);
  }

  private String url(Grant grant, Instant until) {
    var owner = grant.owner().value().getBytes(StandardCharsets.UTF_8);
    var said =
        ByteBuffer.allocate(FIXED + owner.length)
            .put((byte) grant.use().letter)
            .putLong(until.getEpochSecond())
            .putLong(grant.id().getMostSignificantBits())
            .putLong(grant.id().getLeastSignificantBits())
            .put(owner)
            .array();
    return base.get() + PATH + encoded(said) + "." + encoded(signature(said));
  }

  /**
   * Reads a capability.
   *
   * @throws NotFound if it is forged or over, which are not told apart
   */
  Grant read(String capability) {
    var parts = capability.split("\\.", -1);
    if (parts.length != 2) throw unknown();
    var said = decoded(parts[0]);
    if (!MessageDigest.isEqual(signature(said), decoded(parts[1]))) throw unknown();
    var fields = ByteBuffer.wrap(said);
    var use = Use.of(fields.get());
    var until = Instant.ofEpochSecond(fields.getLong());
    if (!clock.instant().isBefore(until)) throw unknown();
    var id = new UUID(fields.getLong(), fields.getLong());
    var owner = new String(said, FIXED, said.length - FIXED, StandardCharsets.UTF_8);
    return new Grant(use, new UserId(owner), id);
  }

  static NotFound unknown() {
    return new NotFound("attachment, or no longer at this address");
  }

  private byte[] signature(byte[] said) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key());
      return mac.doFinal(said);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private SecretKeySpec key() {
    var known = key;
    if (known != null) return known;
    var asked = new SecretKeySpec(signingKey.get(), ALGORITHM);
    key = asked;
    return asked;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw unknown();
    }
  }
}
