package chat.engine;

import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.port.Agent;
import chat.port.ConversationRepository;
import chat.port.Lease;
import chat.port.Store;
import chat.port.Toolset;
import chat.port.TurnJournal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs turns on this instance.
 *
 * <p>Threads: one per running turn ({@link TurnLife}), and one more for each call of a tool; one
 * writer, which commits the pending events of all turns every {@code tick}; one that renews the
 * instance's lease; one that looks what other instances have done; one keeper, which takes what can
 * go on; one that empties the journal of what is old; one that deletes files that nothing has.
 * {@link Scheduler} makes them.
 *
 * <p>It owns the map of running turns and what is watched of others, and nothing else that lives
 * longer than a call. No lock is held while a port, a sink or a tool is called.
 */
public final class TurnEngine implements AutoCloseable {
  private static final int CLAIM = 32;

  /** How soon a hint may bring another look. */
  private static final Duration LOOKS_APART = Duration.ofMillis(50);

  /** How often the journal is relieved of what is old. */
  private static final Duration RETAIN = Duration.ofMinutes(10);

  private final String instance;
  private final TurnJournal journal;
  private final Agent agent;
  private final Toolset tools;
  private final @Nullable Store store;
  private final EngineSettings settings;
  private final TurnObserver observer;
  private final Scheduler scheduler;

  /** In the order of their ids, so that what is done about all of them has an order. */
  private final Map<Turn.Id, RunningTurn> running =
      new ConcurrentSkipListMap<>(Comparator.comparing(Turn.Id::value));

  /** Whether there is something that others should look for. */
  private final AtomicBoolean news = new AtomicBoolean();

  private final Watches watches;
  private final JournalWriter journalWriter;
  private final Ticker writer;
  private final Ticker renewer;
  private final Ticker looker;
  private final Ticker keeper;
  private final Ticker retainer;
  private final @Nullable Ticker sweeper;
  private final AutoCloseable ear;
  private volatile long renewed;
  private volatile boolean draining;
  private volatile boolean stopping;
  private volatile boolean closed;

  private TurnEngine(
      String instance,
      TurnJournal journal,
      @Nullable Store store,
      Agent agent,
      Toolset tools,
      EngineSettings settings,
      TurnObserver observer,
      Scheduler scheduler) {
    this.instance = instance;
    this.journal = journal;
    this.store = store;
    this.agent = agent;
    this.tools = tools;
    this.settings = settings;
    this.observer = observer;
    this.scheduler = scheduler;
    this.watches = new Watches(scheduler);
    this.journalWriter = new JournalWriter(journal, observer, scheduler);
    this.renewed = scheduler.nanoTime();
    var timing = settings.timing();
    this.writer = ticker("chat-writer", timing.tick(), this::write, "the journal's writer");
    this.renewer = ticker("chat-lease", timing.renew(), this::renew, "renewing the lease");
    this.keeper = ticker("chat-keeper", timing.renew(), this::keep, "taking turns that can go on");
    this.looker =
        Ticker.start(
            scheduler,
            "chat-look",
            timing.look(),
            LOOKS_APART,
            this::look,
            e -> observer.trouble("looking what other instances have done", e));
    this.retainer =
        ticker(
            "chat-retention",
            RETAIN,
            () -> journal.retain(timing.retention()),
            "emptying the journal of what is old");
    this.sweeper =
        store == null
            ? null
            : ticker("chat-files", RETAIN, new FileSweep(store), "deleting files that nothing has");
    this.ear = journal.onHint(instance, looker::wake);
  }

  private Ticker ticker(String name, Duration pause, Runnable task, String what) {
    return Ticker.start(
        scheduler, name, pause, Duration.ZERO, task, e -> observer.trouble(what, e));
  }

  /**
   * Starts an engine: registers its instance and ends what an earlier life of it left behind, if it
   * is alone.
   *
   * @param instance names it among those that share the store; a name of its own at every start
   */
  public static TurnEngine start(
      String instance,
      Store store,
      Agent agent,
      Toolset tools,
      EngineSettings settings,
      TurnObserver observer) {
    return start(
        instance, store.journal(), store, agent, tools, settings, observer, Scheduler.MACHINE);
  }

  /** Starts an engine whose agent sees no files, and which deletes none. */
  public static TurnEngine start(
      String instance,
      TurnJournal journal,
      Agent agent,
      Toolset tools,
      EngineSettings settings,
      TurnObserver observer) {
    return start(instance, journal, agent, tools, settings, observer, Scheduler.MACHINE);
  }

  static TurnEngine start(
      String instance,
      TurnJournal journal,
      Agent agent,
      Toolset tools,
      EngineSettings settings,
      TurnObserver observer,
      Scheduler scheduler) {
    return start(instance, journal, null, agent, tools, settings, observer, scheduler);
  }

  private static TurnEngine start(
      String instance,
      TurnJournal journal,
      @Nullable Store store,
      Agent agent,
      Toolset tools,
      EngineSettings settings,
      TurnObserver observer,
      Scheduler scheduler) {
    journal.renew(instance, settings.timing().lease());
    var engine =
        new TurnEngine(instance, journal, store, agent, tools, settings, observer, scheduler);
    try {
      if (settings.alone()) engine.recover();
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
    engine.keeper.wake();
    engine.retainer.wake();
    if (engine.sweeper != null) engine.sweeper.wake();
    return engine;
  }

  private void recover() {
    var left = journal.claim(instance, Integer.MAX_VALUE, texts(), settings.timing().lease(), true);
    var ends = left.stream().filter(work -> TurnLife.endsAtOnce(work.why())).toList();
    for (var work : left) start(work, Caller.withoutToken(work.lease().owner())).committed();
    try {
      for (var work : ends) {
        var turn = running.get(work.turn().id());
        if (turn != null && !turn.awaitOver(settings.timing().lease())) {
          observer.trouble(
              "recovering turn " + work.turn().id(), new IllegalStateException("slow"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Is a turn that was begun before its accept is known to be durable. */
  public interface Start {
    /** It is durable: now it may be seen. */
    void committed();

    /** It never was. */
    void aborted();
  }

  private static final Start NOTHING =
      new Start() {
        @Override
        public void committed() {}

        @Override
        public void aborted() {}
      };

  /** Refuses new turns with {@link ChatException.Unavailable} when there is no room for them. */
  public void admit() {
    if (draining) {
      throw new ChatException.Unavailable(
          ChatException.Unavailable.Reason.DRAINING, Duration.ofSeconds(5));
    }
    // Whatever it took now would be others' at once.
    if (running.size() >= settings.limits().turns() || isStale()) {
      throw new ChatException.Unavailable(
          ChatException.Unavailable.Reason.OVERLOADED, Duration.ofSeconds(1));
    }
  }

  public String instance() {
    return instance;
  }

  /** Returns how many texts of history a turn wants to be handed. */
  public int texts() {
    return settings.contextMessages();
  }

  /** Says which turns are to be taken. */
  public EngineSettings.Admission admission() {
    return settings.admission();
  }

  /**
   * Starts a turn whose accept may not have committed yet: its agent runs, and nothing of it is
   * seen or stored before {@link Start#committed}.
   *
   * @param work null when there is nothing to run
   */
  public Start start(Lease.@Nullable Work work, Caller caller) {
    if (work == null) return NOTHING;
    var turn = new RunningTurn(work, caller, journal, observer, () -> closed, scheduler);
    var earlier = running.put(work.turn().id(), turn);
    // It was lost, and comes back: what is left of its earlier life writes nothing more.
    if (earlier != null) earlier.stop(End.INTERRUPTED);
    if (stopping) turn.stop(End.INTERRUPTED);
    var life =
        new TurnLife(turn, agent, tools, files(caller.user()), settings, observer, scheduler);
    var thread =
        scheduler.thread(
            () -> {
              try {
                life.run();
              } finally {
                ended(turn);
              }
            });
    try {
      thread.start();
    } catch (Throwable e) {
      ended(turn);
      throw e;
    }
    return turn;
  }

  private Agent.Files files(UserId owner) {
    if (store == null) return Agent.Files.NONE;
    var files = store.files();
    return file -> files.open(owner, file.id());
  }

  private void ended(RunningTurn turn) {
    running.remove(turn.turn().id(), turn);
    turn.over();
    // A stop that came too late for a turn that now awaits is carried out by whoever takes it.
    if (turn.isWaitedFor() || turn.stopped() != null) keeper.wake();
    news.set(true);
  }

  /**
   * Is told of a turn that waits in the queue.
   *
   * @param supersedes whether the one that runs is to make way
   */
  public void queued(Turn turn, boolean supersedes) {
    for (var each : running.values()) {
      if (each.turn().conversation().equals(turn.conversation())) each.waitFor();
    }
    if (supersedes) {
      stop(turn.conversation(), End.stopped(Turn.EndReason.SUPERSEDED, turn.id()));
    }
    keeper.wake();
    news.set(true);
  }

  /** Is told of a turn that was asked to stop, and carries it out if it runs here. */
  public void stop(Turn turn) {
    if (turn.state().terminal()) return;
    var here = running.get(turn.id());
    if (here != null) here.stop(End.stopped(Turn.EndReason.USER, null));
    else keeper.wake();
    news.set(true);
  }

  /** Is told of a conversation that was deleted, and stops what runs in it. */
  public void deleted(Conversation.Id conversation) {
    stop(conversation, End.stopped(Turn.EndReason.DELETED, null));
  }

  private void stop(Conversation.Id conversation, End why) {
    for (var turn : running.values()) {
      boolean inIt = turn.turn().conversation().equals(conversation);
      if (inIt && !turn.turn().id().equals(why.next())) turn.stop(why);
    }
  }

  /**
   * Follows a turn from behind an event's number.
   *
   * @param turn as it was found a moment ago
   * @param conversations where the events are read that are not here
   */
  public Follower follow(Turn turn, long after, ConversationRepository conversations) {
    return new Follower(
        turn,
        after,
        conversations,
        id -> {
          var here = running.get(id);
          return here == null ? null : here.log;
        },
        watches,
        scheduler);
  }

  /**
   * Returns what a running turn is saying just now: begun, and not stored yet. Each is partial, and
   * has no place in the history.
   */
  public List<Message> inProgress(Turn turn, ConversationRepository conversations) {
    if (turn.state() != Turn.State.RUNNING) return List.of();
    var follower = follow(turn, turn.resumeFrom(), conversations);
    var events = new ArrayList<TurnEvent.Numbered>();
    try {
      while (true) {
        var more = follower.next(Duration.ZERO);
        if (more.isEmpty()) break;
        events.addAll(more);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return Recovery.unstored(events).stream()
        .map(
            said ->
                new Message(
                    said.id(),
                    turn.conversation(),
                    0,
                    turn.id(),
                    0,
                    turn.userMessage(),
                    Message.Siblings.ONLY,
                    said.content(),
                    true,
                    0,
                    null,
                    now))
        .toList();
  }

  /** Tells whether it takes turns: it is not closing, and its lease is fresh. */
  public boolean ready() {
    return !draining && !isStale();
  }

  /**
   * Refuses new turns, lets the running ones end for {@link EngineSettings.Timing#grace}, and
   * stores the rest as interrupted.
   */
  @Override
  public void close() {
    if (draining) return;
    draining = true;
    awaitNone(settings.timing().grace());
    stopping = true;
    for (var turn : running.values()) turn.stop(End.INTERRUPTED);
    awaitNone(Duration.ofSeconds(5));
    closed = true;
    for (var ticker : List.of(writer, renewer, looker, keeper, retainer)) ticker.close();
    if (sweeper != null) sweeper.close();
    try {
      ear.close();
    } catch (Exception e) {
      observer.trouble("no longer listening to other instances", e);
    }
  }

  private void awaitNone(Duration atMost) {
    long deadline = scheduler.nanoTime() + atMost.toNanos();
    try {
      while (!running.isEmpty()) {
        for (var turn : running.values()) {
          long left = deadline - scheduler.nanoTime();
          if (left <= 0 || !turn.awaitOver(Duration.ofNanos(left))) return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what there is of events, and tells the others when there is something to look for. */
  private void write() {
    if (journalWriter.write(running.values())) news.set(true);
    if (news.getAndSet(false)) journal.hint(instance);
  }

  /** Renews the lease; without one for too long, the turns here may be others' by now. */
  private void renew() {
    if (sinceRenewal().compareTo(settings.timing().isolation()) > 0) {
      for (var turn : running.values()) turn.stop(End.INTERRUPTED);
    }
    journal.renew(instance, settings.timing().lease());
    renewed = scheduler.nanoTime();
    var durable = running.values().stream().filter(RunningTurn::isDurable).toList();
    var lost = journal.lost(durable.stream().map(turn -> turn.work.lease()).toList());
    for (var turn : durable) {
      if (lost.contains(turn.work.lease())) turn.stop(End.INTERRUPTED);
    }
  }

  /** Looks what others have done: stops, events of turns that are followed here, things to take. */
  private void look() {
    var wanted = watches.wanted();
    var changes = journal.look(instance, wanted, settings.timing().lease());
    for (var stop : changes.stops()) {
      var here = running.get(stop.turn());
      if (here != null) here.stop(End.stopped(stop.reason(), stop.next()));
    }
    watches.found(wanted, changes);
    if (changes.claimable()) keeper.wake();
  }

  /** Takes what can go on. */
  private void keep() {
    int atMost = Math.min(CLAIM, settings.limits().turns() - running.size());
    if (draining || atMost <= 0 || isStale()) return;
    var works = journal.claim(instance, atMost, texts(), settings.timing().lease(), false);
    if (works.size() >= atMost) keeper.wake();
    for (var work : works) {
      try {
        start(work, Caller.withoutToken(work.lease().owner())).committed();
      } catch (RuntimeException | Error e) {
        // The others were handed out, too.
        observer.trouble("starting turn " + work.turn().id(), e);
      }
      // Where one waited, another may: look again when this one ends.
      var here = running.get(work.turn().id());
      if (here != null) here.waitFor();
    }
  }

  /** Tells whether the lease may have run out. */
  private boolean isStale() {
    return sinceRenewal().compareTo(settings.timing().lease()) >= 0;
  }

  private Duration sinceRenewal() {
    return Duration.ofNanos(scheduler.nanoTime() - renewed);
  }
}
