package chat.app.page;

import chat.app.ScriptedModel;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Is a model that says what the test tells it, when the test tells it. */
final class Prompter implements ScriptedModel.Script, AutoCloseable {
  private static final String END = new String("end");
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

  /** Has it say that next. */
  void say(String piece) {
    words.add(piece);
  }

  /** Has it end its answer. */
  void end() {
    words.add(END);
  }

  @Override
  public void play(HttpExchange exchange) throws IOException, InterruptedException {
    var stream = ScriptedModel.stream(exchange);
    while (true) {
      var next = words.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) throw new IOException("nobody tells it what to say");
      if (isEnd(next)) break;
      ScriptedModel.say(stream, next);
    }
    ScriptedModel.end(stream);
  }

  @SuppressWarnings("ReferenceEquality") // The test may say the same word.
  private static boolean isEnd(String word) {
    return word == END;
  }

  /** Lets nobody wait for another word. */
  @Override
  public void close() {
    end();
  }
}
