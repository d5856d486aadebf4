package chat.tools.mcp;

import java.util.Objects;
import okhttp3.Call;
import okhttp3.EventListener;

/** Knows of one HTTP request whether any of it has left: only then may the server have acted. */
final class Sent {
  private volatile boolean sent;

  boolean isSent() {
    return sent;
  }

  static Sent of(Call call) {
    return Objects.requireNonNull(call.request().tag(Sent.class));
  }

  /** Watches all requests of a client. */
  static final class Listener extends EventListener {
    @Override
    public void requestHeadersStart(Call call) {
      of(call).sent = true;
    }
  }
}
