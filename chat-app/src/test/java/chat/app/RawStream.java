package chat.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Is a turn's stream on a socket of its own, read byte by byte, to be cut off anywhere. It speaks
 * HTTP/1.0, so that what follows the head is the stream and nothing else.
 */
final class RawStream implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  private RawStream(Socket socket, InputStream in) {
    this.socket = socket;
    this.in = in;
  }

  /**
   * Follows a turn from behind an event.
   *
   * @param lastEventId empty at first
   * @param receiveBuffer of the socket in bytes; 0 leaves it to the system
   */
  static RawStream follow(
      int port, String token, String turn, String lastEventId, int receiveBuffer)
      throws IOException {
    var socket = new Socket();
    try {
      if (receiveBuffer > 0) socket.setReceiveBufferSize(receiveBuffer);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      var after = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
      var head =
          "GET %s/events HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n"
              .formatted(turn, token, after);
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      var in = new BufferedInputStream(socket.getInputStream(), receiveBuffer > 0 ? 1 : 8192);
      var status = line(in);
      while (!line(in).isEmpty()) {}
      if (!status.contains(" 200 ") && !status.contains(" 204 ")) throw new IOException(status);
      return new RawStream(socket, in);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new EOFException("cut off within the head");
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }

  /** Waits for the next byte; -1 at the end. */
  int read() throws IOException {
    return in.read();
  }

  /** Waits for the end of the next event or comment. */
  void skipFrame() throws IOException {
    for (int last = 0, next = read(); last != '\n' || next != '\n'; last = next, next = read()) {
      if (next < 0) throw new EOFException("the stream has ended");
    }
  }

  /** Reads to the end. */
  byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  /** Goes without a word: the server's next write fails. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
