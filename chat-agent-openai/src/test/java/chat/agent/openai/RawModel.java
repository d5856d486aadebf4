package chat.agent.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Is an endpoint on the loopback that sends bytes as they are, head and framing included, and hangs
 * up where it is told to. A thread for each connection; thousands of answers in a second.
 */
final class RawModel implements AutoCloseable {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n";

  /** Bytes in a piece of a chunked body; no piece ends with an event. */
  private static final int PIECE = 61;

  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Function<String, Answer> script;

  /** Is what is sent for one request, and whether the connection ends behind it. */
  record Answer(ByteString bytes, boolean hangsUp) {
    /** Frames a whole body so that the connection can be used again. */
    static Answer whole(byte[] body) {
      return new Answer(chunked(body, body.length), false);
    }

    /** Hangs up behind the first bytes of a body that only the connection's end delimits. */
    static Answer endingAfter(int cut, byte[] body) {
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes((HEAD + "Connection: close\r\n\r\n").getBytes(US_ASCII));
      bytes.write(body, 0, cut);
      return new Answer(ByteString.of(bytes.toByteArray()), true);
    }

    /** Hangs up behind the first bytes of a body that says where it ends. */
    static Answer breakingOffAfter(int cut, byte[] body) {
      return new Answer(chunked(body, cut), true);
    }

    /** Stays silent behind the first bytes of a body, until the client goes away. */
    static Answer silentAfter(int cut, byte[] body) {
      return new Answer(chunked(body, cut), false);
    }

    /** Refuses the request. */
    static Answer refusing(int status) {
      var head = "HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n";
      return new Answer(ByteString.encodeUtf8(head), false);
    }

    private static ByteString chunked(byte[] body, int cut) {
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes((HEAD + "Transfer-Encoding: chunked\r\n\r\n").getBytes(US_ASCII));
      for (int from = 0; from < cut; from += PIECE) {
        int size = Math.min(PIECE, body.length - from);
        bytes.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(US_ASCII));
        bytes.write(body, from, Math.min(size, cut - from));
        if (from + size <= cut) bytes.writeBytes("\r\n".getBytes(US_ASCII));
      }
      if (cut == body.length) bytes.writeBytes("0\r\n\r\n".getBytes(US_ASCII));
      return ByteString.of(bytes.toByteArray());
    }
  }

  /**
   * @param script chooses the answer to a request by its body
   */
  RawModel(Function<String, Answer> script) throws IOException {
    this.script = script;
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
  }

  private void accept() {
    try {
      while (true) {
        var connection = server.accept();
        connection.setTcpNoDelay(true);
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var in = new BufferedInputStream(connection.getInputStream());
      for (var body = request(in); body != null; body = request(in)) {
        var answer = script.apply(body);
        answer.bytes().write(connection.getOutputStream());
        if (answer.hangsUp()) return;
      }
    } catch (IOException gone) {
      // So is the client.
    } finally {
      connections.remove(connection);
    }
  }

  /** Returns the body of the next request; null when no whole one comes. */
  private static @Nullable String request(InputStream in) throws IOException {
    int length = 0;
    for (var line = line(in); ; line = line(in)) {
      if (line == null) return null;
      if (line.isEmpty()) break;
      var header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
      }
    }
    var body = in.readNBytes(length);
    return body.length == length ? new String(body, UTF_8) : null;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) return null;
      line.write(next);
    }
    return line.toString(US_ASCII).strip();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var connection : connections) connection.close();
  }
}
