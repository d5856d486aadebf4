package chat.agent.openai;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/**
 * Makes sockets whose reader gets what came over the wire in segments of its test's choice: no read
 * goes over the end of a segment, as if the rest were not there yet. For one reader at a time.
 */
final class SegmentedSockets extends SocketFactory {
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong read = new AtomicLong();
  private volatile long size = Long.MAX_VALUE;

  /** Ends the first segment after this many bytes from now on; all the rest is the second. */
  void splitAfter(long bytes) {
    read.set(0);
    left.set(bytes);
    size = Long.MAX_VALUE;
  }

  /** Makes all segments from now on so many bytes long. */
  void cutIntoPiecesOf(long bytes) {
    read.set(0);
    left.set(bytes);
    size = bytes;
  }

  /** Returns how many bytes were read since segments were last chosen. */
  long read() {
    return read.get();
  }

  @Override
  public Socket createSocket() {
    return new Segmented();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("connected by its caller");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("connected by its caller");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("connected by its caller");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("connected by its caller");
  }

  private final class Segmented extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          var one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          int count = super.read(bytes, offset, (int) Math.min(length, left.get()));
          if (count > 0) {
            SegmentedSockets.this.read.addAndGet(count);
            if (left.addAndGet(-count) == 0) left.set(size);
          }
          return count;
        }
      };
    }
  }
}
