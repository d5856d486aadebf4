package chat.app;

import chat.model.ChatException.AgentFailed;
import chat.model.Content;
import chat.model.Message;
import chat.port.Agent;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Answers while no model is configured: offline, word by word, and it says so. Whoever tries the
 * server sees streaming, stopping, failing and remembering without an account anywhere.
 */
final class DemoAgent implements Agent {
  private static final Duration PACE = Duration.ofMillis(25);
  private static final int LONGEST_ECHO = 200;
  private static final int LONG_PARAGRAPHS = 40;

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

  DemoAgent() {
    this(PACE);
  }

  DemoAgent(Duration pace) {
    this.pace = pace;
  }

  @Override
  public void run(Request request, Sink sink) {
    var asked = question(request.history());
    var wish = asked.toLowerCase(Locale.ROOT);
    if (wish.matches("(?s).*\\bfail\\b.*")) {
      say("As you wish: this answer breaks off, as if the model had gone ", sink);
      throw new AgentFailed(
          AgentFailed.Reason.MODEL_UNREACHABLE, "the demo was asked to fail", null);
    }
    var all = new StringBuilder(opening(asked, request.history()));
    if (wish.matches("(?s).*\\btable\\b.*")) all.append(TABLE);
    else if (wish.matches("(?s).*\\blong\\b.*")) appendLong(all);
    else all.append(MEND);
    say(all.toString(), sink);
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

  private static String shortened(String text) {
    if (text.codePointCount(0, text.length()) <= LONGEST_ECHO) return text;
    return text.substring(0, text.offsetByCodePoints(0, LONGEST_ECHO)) + "…";
  }

  private static void appendLong(StringBuilder all) {
    all.append("Here is a long answer; stop me whenever you like.\n\n");
    for (int i = 1; i <= LONG_PARAGRAPHS; i++) {
      all.append("**")
          .append(i)
          .append(".** This paragraph arrives word by word, as a model's answer would, and what")
          .append(" arrived before a stop is kept.\n\n");
    }
  }

  /** Says it word by word; when the turn must end the sink throws, or the sleep is cut short. */
  private void say(String text, Sink sink) {
    int from = 0;
    while (from < text.length()) {
      int to = from;
      while (to < text.length() && !Character.isWhitespace(text.charAt(to))) to++;
      while (to < text.length() && Character.isWhitespace(text.charAt(to))) to++;
      sink.text(text.substring(from, to));
      from = to;
      if (!pause()) return;
    }
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
