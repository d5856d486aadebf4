package chat.persistence.jpa;

import chat.model.ChatException.Conflict;
import chat.model.ChatException.NotFound;
import chat.model.UserId;
import chat.port.AttachmentStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the bytes of files in rows of 256 KiB: neither side of the wire ever holds more of a file,
 * and a slow reader holds no connection. They go with the row of their file.
 */
final class JpaAttachmentStore implements AttachmentStore {
  private static final int PIECE = 256 << 10;

  private static final Sql LOCK =
      Sql.of("select uploaded from attachment where owner = :owner and id = :id for no key update");

  private static final Sql CLEAR =
      Sql.of("delete from attachment_piece where owner = :owner and attachment_id = :id");

  private static final Sql ADD =
      Sql.of(
          """
          insert into attachment_piece (owner, attachment_id, number, bytes)
          values (:owner, :id, :number, :bytes)
          """);

  private static final Sql READ =
      Sql.of(
          """
          select bytes from attachment_piece
          where owner = :owner and attachment_id = :id and number = :number
          """);

  private static final Sql LAST =
      Sql.of(
          """
          select max(number) from attachment_piece where owner = :owner and attachment_id = :id
          """);

  private final Transactions transactions;

  JpaAttachmentStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void put(UserId owner, UUID id, InputStream bytes, long size) {
    transactions.as(
        owner,
        session -> {
          session.doWork(
              connection -> {
                requireAnnounced(connection, owner, id);
                clear(connection, owner, id);
                add(connection, owner, id, bytes);
              });
          return true;
        });
  }

  private static void requireAnnounced(Connection connection, UserId owner, UUID id)
      throws SQLException {
    try (var run = LOCK.on(connection)) {
      var rows = run.set("owner", owner.value()).set("id", id).rows(0);
      if (!rows.next()) throw new NotFound("attachment");
      // Another upload came first, after this one was let in.
      if (rows.getBoolean(1)) throw new Conflict(Conflict.Reason.ALREADY_UPLOADED, null);
    }
  }

  private static int clear(Connection connection, UserId owner, UUID id) throws SQLException {
    try (var run = CLEAR.on(connection)) {
      return run.set("owner", owner.value()).set("id", id).written(0);
    }
  }

  private static void add(Connection connection, UserId owner, UUID id, InputStream bytes)
      throws SQLException {
    for (int number = 0; ; number++) {
      var piece = piece(bytes);
      if (piece.length == 0) return;
      try (var run = ADD.on(connection)) {
        run.set("owner", owner.value()).set("id", id).set("number", number).set("bytes", piece);
        run.written(0);
      }
    }
  }

  private static byte[] piece(InputStream bytes) {
    try {
      return bytes.readNBytes(PIECE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<InputStream> open(UserId owner, UUID id) {
    int last =
        transactions.as(
            owner, session -> session.doReturningWork(connection -> last(connection, owner, id)));
    return last < 0 ? Optional.empty() : Optional.of(new Pieces(owner, id, last));
  }

  private static int last(Connection connection, UserId owner, UUID id) throws SQLException {
    try (var run = LAST.on(connection)) {
      var rows = run.set("owner", owner.value()).set("id", id).rows(0);
      rows.next();
      int last = rows.getInt(1);
      return rows.wasNull() ? -1 : last;
    }
  }

  @Override
  public void delete(UserId owner, UUID id) {
    transactions.as(
        owner, session -> session.doReturningWork(connection -> clear(connection, owner, id)));
  }

  /** Reads one piece after another, each in a transaction of its own. */
  private final class Pieces extends InputStream {
    private final UserId owner;
    private final UUID id;
    private final int last;
    private byte[] piece = {};
    private int next;
    private int at;

    Pieces(UserId owner, UUID id, int last) {
      this.owner = owner;
      this.id = id;
      this.last = last;
    }

    @Override
    public int read() throws IOException {
      return hasMore() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      if (most == 0) return 0;
      if (!hasMore()) return -1;
      int count = Math.min(most, piece.length - at);
      System.arraycopy(piece, at, into, from, count);
      at += count;
      return count;
    }

    private boolean hasMore() throws IOException {
      if (at < piece.length) return true;
      if (next > last) return false;
      var bytes =
          transactions.as(
              owner, session -> Optional.ofNullable(session.doReturningWork(this::fetched)));
      piece = bytes.orElseThrow(() -> new IOException("the file " + id + " is gone"));
      at = 0;
      next++;
      return true;
    }

    private byte @Nullable [] fetched(Connection connection) throws SQLException {
      try (var run = READ.on(connection)) {
        run.set("owner", owner.value()).set("id", id).set("number", next);
        var rows = run.rows(0);
        return rows.next() ? rows.getBytes(1) : null;
      }
    }
  }
}
