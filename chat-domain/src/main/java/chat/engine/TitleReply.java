package chat.engine;

import chat.model.ChatException.AgentFailed;
import chat.model.ChatException.AgentFailed.Reason;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Text;
import chat.model.TurnEvent;
import chat.port.Agent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Is what an agent says when it is asked for a title. It takes no more than a title needs: an agent
 * that goes on is stopped, so that no tokens are paid for what nobody reads.
 */
final class TitleReply implements Agent.Sink {
  private static final int LONGEST_TEXT = 2000;
  private static final int LONGEST_REASONING = 10_000;

  /** Some models think aloud in their answer. */
  private static final Pattern THOUGHT = Pattern.compile("(?s)\\s*<think>.*?(</think>|$)");

  private static final Pattern LABEL =
      Pattern.compile(
          "^[#*_\\s]*(?iu:title|titel|titre|t[ií]tulo|titolo|标题|標題|タイトル)\\s*[*_]*\\s*[:：]\\s*");
  private static final Pattern AROUND = Pattern.compile("^[\\s#*`]+|[\\s*`.。]+$");

  /** Quotation marks, also as German, French and Danish pair them, and emphasis. */
  private static final String OPENING = "\"'_“„«»‘‚「『";

  private static final String CLOSING = "\"'_”“»«’‘」』";

  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<String> said = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private int reasoning;
  private boolean stopped;
  private @Nullable Runnable closer;

  /**
   * Waits until it is all said.
   *
   * @return what is left of it as a title; null for nothing
   * @throws AgentFailed when the agent did, or took too long
   */
  @Nullable String title(Duration patience) throws InterruptedException {
    try {
      return titleIn(said.get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw new AgentFailed(Reason.MODEL_TIMEOUT, "no title within " + patience, null, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AgentFailed failed) throw failed;
      throw new IllegalStateException("the agent failed", e.getCause());
    }
  }

  /** Returns the first line with words on it, without what models like to put around a title. */
  static @Nullable String titleIn(String said) {
    var thought = THOUGHT.matcher(said);
    var words = thought.lookingAt() ? said.substring(thought.end()) : said;
    var line = words.lines().filter(l -> !bare(l).isEmpty()).findFirst().orElse("");
    return Conversation.titleFrom(Text.storable(bare(line)));
  }

  private static String bare(String line) {
    var words = AROUND.matcher(LABEL.matcher(line).replaceFirst("")).replaceAll("");
    for (int pair = 0; pair < OPENING.length(); pair++) {
      if (isIn(pair, words)) return bare(words.substring(1, words.length() - 1));
    }
    return words;
  }

  /** Tells whether all of it is in one pair of marks: what is quoted within a title stays. */
  private static boolean isIn(int pair, String words) {
    char opening = OPENING.charAt(pair);
    char closing = CLOSING.charAt(pair);
    int last = words.length() - 1;
    return last > 0
        && words.charAt(0) == opening
        && words.indexOf(opening, 1) == (opening == closing ? last : -1)
        && words.indexOf(closing, 1) == last;
  }

  /** The agent has said all. */
  void end() {
    said.complete(text.toString());
  }

  void fail(Throwable cause) {
    said.completeExceptionally(cause);
  }

  /** From now on the agent is told that it is over. */
  void stop() {
    Runnable close;
    lock.lock();
    try {
      stopped = true;
      close = closer;
      closer = null;
    } finally {
      lock.unlock();
    }
    if (close != null) close.run();
  }

  @Override
  public void onStop(Runnable close) {
    boolean late;
    lock.lock();
    try {
      late = stopped;
      if (!late) closer = close;
    } finally {
      lock.unlock();
    }
    if (late) close.run();
  }

  private void checkpoint() {
    lock.lock();
    try {
      if (stopped) throw new RunningTurn.Signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void text(String delta) {
    checkpoint();
    text.append(delta, 0, Math.min(delta.length(), LONGEST_TEXT - text.length()));
    if (text.length() == LONGEST_TEXT) throw enough();
  }

  @Override
  public void reasoning(String delta) {
    checkpoint();
    reasoning += delta.length();
    if (reasoning > LONGEST_REASONING) throw enough();
  }

  private RunningTurn.Signal enough() {
    end();
    return new RunningTurn.Signal();
  }

  @Override
  public void annotate(List<Content.Citation> sources, @Nullable Json provider) {
    checkpoint();
  }

  @Override
  public void retract() {
    checkpoint();
    text.setLength(0);
  }

  /** A text said at once is a title, too; with anything else there is nothing to wait for. */
  @Override
  public Message show(Content content) {
    if (content instanceof Content.AssistantText) text(content.text());
    throw enough();
  }

  @Override
  public Message.Id open(Content content) {
    throw enough();
  }

  @Override
  public void update(Message.Id opened, Content content) {
    throw enough();
  }

  @Override
  public void updateComponent(Message.Id opened, String component, Json content) {
    throw enough();
  }

  @Override
  public void done(Message.Id opened) {
    throw enough();
  }

  @Override
  public Message replace(Message shown, Content content) {
    throw enough();
  }

  @Override
  public void ask(Content.StructuredInput form) {
    throw enough();
  }

  @Override
  public void arguments(int index, String name, String delta) {
    checkpoint();
  }

  /** There are no tools. */
  @Override
  public List<Message> call(List<Agent.Call> step) {
    throw enough();
  }

  @Override
  public int callsLeft() {
    return 0;
  }

  @Override
  public void tell(TurnEvent.Told event) {
    checkpoint();
  }

  @Override
  public void change(Conversation.Change change) {
    checkpoint();
  }

  @Override
  public void modelCalled(ModelCall call) {
    checkpoint();
  }
}
