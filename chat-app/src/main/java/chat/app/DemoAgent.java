package chat.app;

import chat.model.ChatException.AgentFailed;
import chat.model.Content;
import chat.model.Message;
import chat.port.Agent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Answers while no model is configured: offline, word by word, and it says so. Whoever tries the
 * server sees streaming, stopping, failing and remembering without an account anywhere; and tools,
 * which it calls as the user types them.
 */
final class DemoAgent implements Agent {
  private static final Duration PACE = Duration.ofMillis(25);
  private static final int LONGEST_ECHO = 200;
  private static final int LONG_PARAGRAPHS = 40;

  private static final String BREAK =
      "As you wish: this answer breaks off, as if the model had gone ";

  private static final String MEND =
      """
      **I am a demo**, not a language model: nobody configured one yet. To get real answers, \
      set these and start again:

      ```sh
      export OPENAI_API_KEY=...       # and, for any other OpenAI-compatible server,
      export OPENAI_BASE_URL=...      # for example http://127.0.0.1:11434/v1
      export OPENAI_MODEL=...
      ```

      Until then, try a message with the word `long` (and stop me), `table` or `fail`.
      """;

  private static final String TABLE =
      """
      Here is some *Markdown*:

      | what | where it is kept |
      |---|---|
      | your message | in PostgreSQL, before I began |
      | this answer | there too, as soon as it is complete |

      1. a list
      2. with `code`
      3. and a [link](https://commonmark.org)
      """;

  private final Duration pace;
  private final Function<Request, Answer> answers;

  DemoAgent() {
    this(PACE, DemoAgent::answer);
  }

  DemoAgent(Duration pace, Function<Request, Answer> answers) {
    this.pace = pace;
    this.answers = answers;
  }

  /**
   * Is what it is going to say.
   *
   * @param pieces what arrives at once
   * @param fails whether it breaks off after that
   */
  record Answer(List<String> pieces, boolean fails) {
    private static Answer of(String text, boolean fails) {
      return new Answer(words(text), fails);
    }
  }

  private static List<String> words(String text) {
    return List.of(text.split("(?<=\\s)(?=\\S)"));
  }

  @Override
  public void run(Request request, Sink sink) {
    var show = new DemoShow(sink, this::pause);
    var action = request.action();
    if (action != null) {
      show.act(action);
      return;
    }
    var called = DemoTools.since(request.history());
    if (!called.isEmpty()) {
      say(words(DemoTools.outcome(called)), sink);
      return;
    }
    if (show.shows(question(request.history()), request.history())) return;
    var asked = DemoTools.read(question(request.history()), request.tools());
    if (asked == null) {
      answer(request, sink);
    } else if (say(words(asked.words()), sink) && !asked.calls().isEmpty()) {
      call(asked.calls(), sink);
    }
  }

  /** Without results the user is asked first; then it runs again, with them in its history. */
  private void call(List<Call> calls, Sink sink) {
    for (int i = 0; i < calls.size(); i++) {
      for (var piece : words(calls.get(i).arguments().text())) {
        sink.arguments(i, calls.get(i).name(), piece);
        if (!pause()) return;
      }
    }
    var results = sink.call(calls);
    if (!results.isEmpty()) say(words(DemoTools.outcome(DemoTools.since(results))), sink);
  }

  private void answer(Request request, Sink sink) {
    var answer = answers.apply(request);
    if (say(answer.pieces(), sink) && answer.fails()) {
      throw new AgentFailed(
          AgentFailed.Reason.MODEL_UNREACHABLE, "the demo was asked to fail", null);
    }
  }

  static Answer answer(Request request) {
    var history = request.history();
    var asked = question(history);
    var words = List.of(asked.toLowerCase(Locale.ROOT).split("\\W+"));
    if (words.contains("fail")) return Answer.of(BREAK, true);
    var opening = opening(asked, history) + files(request);
    if (words.contains("table")) return Answer.of(opening + TABLE, false);
    if (words.contains("long")) return Answer.of(opening + longText(), false);
    var more = request.tools().isEmpty() ? "" : DemoTools.HINT;
    return Answer.of(opening + MEND.stripTrailing() + DemoShow.HINT + "\n" + more, false);
  }

  private static String question(List<Message> history) {
    for (var message : history.reversed()) {
      if (message.content() instanceof Content.UserInput input) return input.text();
    }
    return "";
  }

  private static String opening(String asked, List<Message> history) {
    var questions = history.stream().filter(m -> m.content() instanceof Content.UserInput).count();
    return "You wrote:\n\n> "
        + shortened(asked).replaceAll("\\R", "\n> ")
        + "\n\n"
        + (questions > 1 ? "I see " + questions + " messages of yours in this conversation. " : "");
  }

  /** Says what came with the question, having read it. */
  private static String files(Request request) {
    var said = new StringBuilder();
    for (var message : request.history().reversed()) {
      if (!(message.content() instanceof Content.UserInput input)) continue;
      for (var file : input.attachments()) {
        said.append("I got **").append(file.name()).append("**: ").append(read(request, file));
      }
      break;
    }
    return said.toString();
  }

  private static String read(Request request, Content.Attachment file) {
    try (var bytes = request.files().open(file).orElseGet(InputStream::nullInputStream)) {
      if (!file.isText()) {
        return "%d bytes of %s.\n\n"
            .formatted(bytes.transferTo(OutputStream.nullOutputStream()), file.mimeType());
      }
      var text = new String(bytes.readNBytes(Files.TEXT), StandardCharsets.UTF_8);
      return "%d lines of text.\n\n".formatted(text.lines().count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shortened(String text) {
    if (text.codePointCount(0, text.length()) <= LONGEST_ECHO) return text;
    return text.substring(0, text.offsetByCodePoints(0, LONGEST_ECHO)) + "…";
  }

  private static String longText() {
    var all = new StringBuilder("Here is a long answer; stop me whenever you like.\n\n");
    for (int i = 1; i <= LONG_PARAGRAPHS; i++) {
      all.append("**")
          .append(i)
          .append(".** This paragraph arrives word by word, as a model's answer would, and what")
          .append(" arrived before a stop is kept.\n\n");
    }
    return all.toString();
  }

  /**
   * Says it piece by piece. When the turn must end the sink throws, or the thread is interrupted.
   *
   * @return whether all of it was said
   */
  private boolean say(List<String> pieces, Sink sink) {
    for (var piece : pieces) {
      sink.text(piece);
      if (!pause()) return false;
    }
    return true;
  }

  private boolean pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(pace.toNanos());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
