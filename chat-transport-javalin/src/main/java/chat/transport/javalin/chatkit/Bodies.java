package chat.transport.javalin.chatkit;

import chat.model.ChatException.Unavailable;
import chat.port.Transcriber;
import chat.transport.javalin.http.Exchange;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads what is posted. Speech is the one thing that may be larger than a request: it comes within
 * one, in Base64, so only a few such bodies are read at a time.
 */
final class Bodies {
  private static final int SPEECHES = 2;

  /** What Base64 makes of the longest audio, and something around it. */
  private static final int SPEECH = Transcriber.LONGEST / 3 * 4 + (64 << 10);

  private static final JsonFactory JSON = new JsonFactory();

  private final int limit;
  private final Semaphore speeches = new Semaphore(SPEECHES);

  /**
   * @param limit of any other request, in bytes
   */
  Bodies(int limit) {
    this.limit = limit;
  }

  /** Is a request; closed when it is answered, and its body no longer needed. */
  record Body(JsonNode json, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  /** A body that trickles in takes no place from speech before it says that it is one. */
  Body read(Context ctx) throws IOException {
    var taken = new AtomicBoolean();
    Runnable end = () -> giveBack(taken);
    try {
      var bytes = Exchange.body(ctx, limit, SPEECH, head -> isSpeech(head) && take(taken));
      return new Body(ChatKitJson.read(bytes), end);
    } catch (IOException | RuntimeException e) {
      end.run();
      throw e;
    }
  }

  private boolean take(AtomicBoolean taken) {
    if (!speeches.tryAcquire()) {
      throw new Unavailable(Unavailable.Reason.OVERLOADED, Duration.ofSeconds(1));
    }
    taken.set(true);
    return true;
  }

  private void giveBack(AtomicBoolean taken) {
    if (taken.getAndSet(false)) speeches.release();
  }

  /**
   * Tells whether a request whose beginning this is says, before anything large, that it speaks.
   */
  static boolean isSpeech(byte[] head) {
    try (var in = JSON.createParser(head)) {
      if (in.nextToken() != JsonToken.START_OBJECT) return false;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean type = in.currentName().equals("type");
        var value = in.nextToken();
        if (type) return value == JsonToken.VALUE_STRING && in.getText().equals("input.transcribe");
        in.skipChildren();
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
