package chat.engine;

import chat.model.ChatException.Unavailable;
import chat.model.Conversation.Change;
import chat.model.Conversation.TitleBy;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.Agent;
import chat.port.ConversationRepository;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets the agent name a conversation once its first turn is over and something was answered. Until
 * then, and when that fails, the title is what the first message gave; a title that the user gave
 * stays.
 *
 * <p>It hears of turns as an observer and passes on what it hears. The agent is asked on threads of
 * its own, for a few conversations at a time, without tools, with the beginning of question and
 * answer, and may neither say much nor take long. What such a call costs is no turn's usage. A
 * conversation whose turn goes on in another instance after an approval keeps its first title.
 *
 * <p>Close it after the engine and before what the agent needs; it then drops what is not done, and
 * waits a little for what is just being stored.
 */
public final class ModelTitles implements TurnObserver, AutoCloseable {
  private static final int AT_ONCE = 8;
  private static final int WAITING = 1000;
  private static final int REMEMBERED = 10_000;
  private static final Duration LAST = Duration.ofSeconds(2);

  private final Agent agent;
  private final ConversationRepository conversations;
  private final Duration patience;
  private final TurnObserver next;
  private final ExecutorService workers;

  /** Guards the turns that are the first of their conversation and not over. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Turn.Id, TitleRequest> first =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Turn.Id, TitleRequest> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * Makes it.
   *
   * @param patience how long the agent may take for a title
   * @param next is told all that this one is told, and what goes wrong with a title
   */
  public ModelTitles(
      Agent agent, ConversationRepository conversations, Duration patience, TurnObserver next) {
    this.agent = agent;
    this.conversations = conversations;
    this.patience = patience;
    this.next = next;
    var pool =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            Scheduler.MACHINE::thread);
    pool.allowCoreThreadTimeOut(true);
    this.workers = pool;
  }

  @Override
  public void event(Turn turn, TurnEvent event) {
    next.event(turn, event);
    switch (event) {
      case TurnEvent.TurnStarted started when started.parent() == null -> begin(turn);
      case TurnEvent.MessageDone done -> hear(turn, done.message());
      case TurnEvent.TurnEnded ended -> end(turn);
      default -> {}
    }
  }

  @Override
  public void journaled(int turns, int events, Duration took) {
    next.journaled(turns, events, took);
  }

  @Override
  public void trouble(String what, Throwable cause) {
    next.trouble(what, cause);
  }

  private void begin(Turn turn) {
    lock.lock();
    try {
      first.put(turn.id(), new TitleRequest(turn));
    } finally {
      lock.unlock();
    }
  }

  private void hear(Turn turn, Message message) {
    lock.lock();
    try {
      var request = first.get(turn.id());
      if (request != null) request.hear(message);
    } finally {
      lock.unlock();
    }
  }

  private void end(Turn turn) {
    TitleRequest request;
    lock.lock();
    try {
      request = first.remove(turn.id());
    } finally {
      lock.unlock();
    }
    if (request == null || !request.answered()) return;
    try {
      workers.execute(() -> name(turn, request));
    } catch (RejectedExecutionException tooMany) {
      next.trouble(
          "no title for conversation " + turn.conversation(),
          new Unavailable(Unavailable.Reason.OVERLOADED, patience));
    }
  }

  private void name(Turn turn, TitleRequest request) {
    try {
      var known = conversations.find(turn.owner(), turn.conversation()).orElse(null);
      if (known == null || known.titleBy() != TitleBy.FIRST_MESSAGE) return;
      var title = ask(request);
      if (title == null) return;
      var ignored =
          conversations.change(
              turn.owner(), turn.conversation(), Change.title(title, TitleBy.MODEL));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      next.trouble("the title of conversation " + turn.conversation(), e);
    }
  }

  /** Asks the agent on a thread of its own: whatever it waits for, this one goes on in time. */
  private @Nullable String ask(TitleRequest request) throws InterruptedException {
    var reply = new TitleReply();
    var thread =
        Scheduler.MACHINE.thread(
            () -> {
              try {
                agent.run(request.toAgent(), reply);
                reply.end();
              } catch (RuntimeException | Error e) {
                reply.fail(e);
              }
            });
    thread.start();
    try {
      return reply.title(patience);
    } finally {
      reply.stop();
      thread.interrupt();
    }
  }

  @Override
  public void close() {
    var ignored = workers.shutdownNow();
    try {
      boolean gone = workers.awaitTermination(LAST.toMillis(), TimeUnit.MILLISECONDS);
      if (!gone) next.trouble("closing the titles", new TimeoutException("after " + LAST));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
