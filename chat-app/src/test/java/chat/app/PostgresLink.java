package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Is one connection through a {@link PostgresProxy}: reads the client's messages as "Message
 * Formats" in PostgreSQL's manual has them, and sends on each flush as a whole.
 */
final class PostgresLink {
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final byte[] READY_FOR_QUERY = {'Z', 0, 0, 0, 5};

  private final Socket client;
  private final Socket server;
  private final Function<Flush, @Nullable CaughtFlush> trap;
  private final Map<String, String> prepared = new HashMap<>();
  private final List<String> transaction = new ArrayList<>();
  private final List<String> statements = new ArrayList<>();
  private final Set<String> values = new HashSet<>();
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private volatile @Nullable CaughtFlush caught;

  /**
   * @param trap tells who waits for a flush
   */
  PostgresLink(Socket client, Socket server, Function<Flush, @Nullable CaughtFlush> trap)
      throws IOException {
    this.client = client;
    this.server = server;
    this.trap = trap;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  void start(Runnable ended) {
    start(this::carryRequests, ended);
    start(this::carryAnswers, ended);
  }

  private void start(Work work, Runnable ended) {
    Runnable untilCut =
        () -> {
          try {
            work.run();
          } catch (IOException | InterruptedException e) {
            // Cut off.
          } finally {
            close();
            ended.run();
          }
        };
    Thread.ofPlatform().daemon().name("proxy").start(untilCut);
  }

  /** Until the session begins, messages have no type. */
  private void carryRequests() throws IOException, InterruptedException {
    var in = new DataInputStream(client.getInputStream());
    int code;
    do {
      var first = new byte[in.readInt() - 4];
      in.readFully(first);
      new DataOutputStream(pending).writeInt(first.length + 4);
      pending.write(first);
      send();
      code = ByteBuffer.wrap(first).getInt();
    } while (code == SSL_REQUEST || code == GSS_REQUEST);
    while (true) carry(in);
  }

  private void carry(DataInputStream in) throws IOException, InterruptedException {
    int type = in.read();
    if (type < 0) throw new EOFException();
    var body = new byte[in.readInt() - 4];
    in.readFully(body);
    var out = new DataOutputStream(pending);
    out.writeByte(type);
    out.writeInt(body.length + 4);
    out.write(body);
    switch (type) {
      case 'P' -> prepared.put(text(body, 0), text(body, text(body, 0).length() + 1));
      case 'B' -> bind(body);
      case 'Q' -> execute(text(body, 0));
      default -> {}
    }
    // What belongs to a flush waits for its Sync; a BEGIN travels in front of it.
    boolean partOfOne = "PBDEC".indexOf(type) >= 0 || (type == 'Q' && Flush.isBegin(text(body, 0)));
    if (!partOfOne) flush();
  }

  private void bind(byte[] body) {
    var portal = text(body, 0);
    var statement = text(body, portal.length() + 1);
    execute(prepared.getOrDefault(statement, ""));
    var rest = ByteBuffer.wrap(body).position(portal.length() + statement.length() + 2);
    for (int formats = rest.getShort(); formats > 0; formats--) rest.getShort();
    for (int count = rest.getShort(); count > 0; count--) {
      int length = rest.getInt();
      if (length < 0) continue;
      var value = new byte[length];
      rest.get(value);
      values.add(new String(value, UTF_8));
    }
  }

  private void execute(String sql) {
    if (Flush.isBegin(sql)) transaction.clear();
    statements.add(sql);
  }

  private void flush() throws IOException, InterruptedException {
    var flush = new Flush(statements, transaction, values);
    transaction.addAll(statements);
    statements.clear();
    values.clear();
    var catching = trap.apply(flush);
    if (catching != null) {
      if (!catching.held(this::close)) throw new EOFException();
      caught = catching;
    }
    send();
  }

  private void send() throws IOException {
    pending.writeTo(server.getOutputStream());
    pending.reset();
  }

  private static String text(byte[] body, int from) {
    int end = from;
    while (body[end] != 0) end++;
    return new String(body, from, end - from, UTF_8);
  }

  private void carryAnswers() throws IOException {
    var in = server.getInputStream();
    var bytes = new byte[16384];
    for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
      var passed = caught;
      if (passed == null || !passed.losesTheAnswer()) {
        client.getOutputStream().write(bytes, 0, length);
      }
      if (passed != null && endsReady(bytes, length)) passed.answered();
    }
  }

  /** An answer is complete with a message that has one byte behind its length. */
  private static boolean endsReady(byte[] bytes, int length) {
    int from = length - READY_FOR_QUERY.length - 1;
    if (from < 0) return false;
    return ByteBuffer.wrap(bytes, from, READY_FOR_QUERY.length)
        .equals(ByteBuffer.wrap(READY_FOR_QUERY));
  }

  void close() {
    try (client;
        server) {
      // Both, whatever becomes of the one.
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}
