package chat.persistence.jpa;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes PostgreSQL's protocol on and counts what the client sends. {@code Sync} is what it waits
 * for: a round trip. {@code Execute} is a statement, and so is a simple query; the driver's only
 * one is {@code BEGIN}, which travels in front of the next statement.
 */
final class CountingProxy implements AutoCloseable {
  final AtomicInteger trips = new AtomicInteger();
  final AtomicInteger statements = new AtomicInteger();

  /** What happens to the next message of the client's, once. */
  enum Fault {
    NONE,
    /** The connection is cut before the message arrives. */
    LOSE_THE_REQUEST,
    /** The connection is cut when the server has answered it, before the answer arrives. */
    LOSE_THE_ANSWER
  }

  volatile Fault fault = Fault.NONE;

  /** Whether new connections are closed at once. */
  volatile boolean refusing;

  private final ServerSocket listening;
  private final int server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  CountingProxy(int server) throws IOException {
    this.server = server;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() throws IOException {
    while (true) {
      var client = listening.accept();
      if (refusing) {
        client.close();
        continue;
      }
      var upstream = new Socket(InetAddress.getLoopbackAddress(), server);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      sockets.add(client);
      sockets.add(upstream);
      start(() -> request(client, upstream));
      start(() -> answer(client, upstream));
    }
  }

  /** The first message has no type; each later one is a type, a length and a body. */
  private void request(Socket client, Socket upstream) throws IOException {
    var in = new DataInputStream(client.getInputStream());
    var out = upstream.getOutputStream();
    pass(in, out, -1);
    while (true) {
      int type = in.read();
      if (type < 0) break;
      if (fault == Fault.LOSE_THE_REQUEST) break;
      if (type == 'S') trips.incrementAndGet();
      if (type == 'E' || type == 'Q') statements.incrementAndGet();
      pass(in, out, type);
    }
    cut(client, upstream);
  }

  private void answer(Socket client, Socket upstream) throws IOException {
    var bytes = new byte[8192];
    while (true) {
      int length = upstream.getInputStream().read(bytes);
      if (length < 0 || fault == Fault.LOSE_THE_ANSWER) break;
      client.getOutputStream().write(bytes, 0, length);
    }
    cut(client, upstream);
  }

  private void cut(Socket client, Socket upstream) throws IOException {
    fault = Fault.NONE;
    client.close();
    upstream.close();
  }

  private static void pass(DataInputStream in, OutputStream out, int type) throws IOException {
    int length = in.readInt();
    var message = new byte[(type < 0 ? 0 : 1) + length];
    int at = 0;
    if (type >= 0) message[at++] = (byte) type;
    for (int shift = 24; shift >= 0; shift -= 8) message[at++] = (byte) (length >>> shift);
    in.readFully(message, at, message.length - at);
    out.write(message);
    out.flush();
  }

  /** Is what a thread does until its socket is closed. */
  private interface Work {
    void run() throws IOException;
  }

  private void start(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // The end of a connection, or of the test.
              }
            });
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (var socket : sockets) socket.close();
  }
}
