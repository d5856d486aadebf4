package chat.engine;

import chat.engine.SimulatedThread.Host;
import chat.model.Conversation;
import chat.model.Turn;
import chat.model.TurnEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Is one schedule: some instances over one store, clients, and what befalls them, as a seed says.
 * When everything is mended and time has passed, every promise must have been kept.
 */
final class SimulatedWorld {
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final EngineSettings.Timing TIMING =
      new EngineSettings.Timing(
          Duration.ofSeconds(4),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofMillis(1500),
          Duration.ofSeconds(6),
          Duration.ofMillis(250),
          Duration.ofHours(24),
          Duration.ofMillis(700));

  final Host outside = new Host("outside");
  final List<Conversation.Id> conversations = new ArrayList<>();
  final List<Turn> turns = new ArrayList<>();
  final List<Reading> readings = new ArrayList<>();
  private final Simulation simulation;
  private final Ledger ledger;
  private final SimulatedStore store;
  private final SimulatedModel model;
  private final List<SimulatedInstance> instances = new ArrayList<>();

  /** How many calls of the store in a thousand fail. */
  private final int trouble;

  /** How often something befalls an instance or the store. */
  private final int blows;

  private int keys;
  private int started;
  private int busyOutside;

  SimulatedWorld(Simulation simulation) {
    this.simulation = simulation;
    this.ledger = new Ledger(simulation, this::recovered);
    this.store = new SimulatedStore(simulation, ledger);
    this.model = new SimulatedModel(simulation, ledger);
    boolean calm = draw(4) == 0;
    this.trouble = calm ? 0 : List.of(0, 0, 5, 50).get(draw(4));
    this.blows = calm ? 0 : draw(6);
    ledger.stopsInTime = trouble == 0 && blows == 0;
  }

  /**
   * Is the director's task.
   *
   * @param ways takes what has happened
   */
  void play(Set<String> ways) {
    for (int i = draw(3); i >= 0; i--) start();
    store.trouble = trouble;
    for (int i = draw(3); i >= 0; i--) {
      int times = 3 + draw(8);
      var client = new SimulatedClient(simulation, this);
      simulation.spawn(outside, "client", counted(() -> client.act(times)));
    }
    for (int i = blows; i > 0; i--) {
      simulation.rest(Duration.ofMillis(draw(1500)));
      befall();
    }
    mend();
    until(() -> "every turn has ended", this::allRest);
    until(() -> "every reader and client is done", () -> busyOutside == 0 && allRest());
    closeAll();
    new Verdict(ledger, store, model).judge(readings);
    ways.addAll(ledger.ways());
  }

  private void start() {
    instances.add(
        SimulatedInstance.start(
            simulation, "i" + ++started, store, model, EngineSettings.DEFAULT.withTiming(TIMING)));
  }

  private void befall() {
    var victim = instances.get(draw(instances.size()));
    var host = victim.host;
    switch (draw(5)) {
      case 0 -> {
        whileNotWriting(host);
        simulation.tell(() -> host.name + " crashes");
        host.dead = true;
        start();
      }
      case 1 -> {
        whileNotWriting(host);
        simulation.tell(() -> host.name + " is suspended");
        host.suspended = true;
        for (int i = draw(90); i > 0 && host.suspended; i--) {
          simulation.rest(Duration.ofMillis(100));
        }
        host.suspended = false;
        simulation.tell(() -> host.name + " goes on");
      }
      case 2 -> {
        simulation.tell(() -> host.name + " is closed");
        start();
        victim.close();
      }
      case 3 -> {
        boolean forgets = draw(2) == 0;
        for (int i = 100; forgets && i > 0 && !ledger.isAnythingAtRisk(); i--) {
          simulation.rest(Duration.ofMillis(20));
        }
        while (store.isBusy()) simulation.pause();
        simulation.tell(() -> "the store is down");
        store.down = true;
        if (forgets) ledger.forget(store.memory);
        simulation.rest(Duration.ofMillis(draw(draw(2) == 0 ? 500 : 8000)));
        store.down = false;
        simulation.tell(() -> "the store is up");
      }
      default -> store.trouble = 200;
    }
  }

  /**
   * The worst moment to wake up: somebody else has just taken what one still holds for one's own.
   */
  private void recovered() {
    if (draw(2) == 0) return;
    for (var instance : instances) instance.host.suspended = false;
  }

  private void whileNotWriting(Host host) {
    while (store.holds(host)) simulation.pause();
  }

  private void mend() {
    simulation.tell(() -> "everything is mended");
    store.trouble = 0;
    start();
  }

  private boolean allRest() {
    return ledger.lives().stream().allMatch(life -> life.state.terminal());
  }

  private void until(Supplier<String> what, BooleanSupplier holds) {
    var latest = simulation.elapsed().plus(LONG);
    while (!holds.getAsBoolean()) {
      if (simulation.elapsed().compareTo(latest) > 0) {
        throw new AssertionError("not in time: " + what.get());
      }
      simulation.rest(Duration.ofMillis(100));
    }
  }

  private void closeAll() {
    for (var instance : instances) {
      if (!instance.host.dead) until(() -> "a start", instance::serves);
      instance.close();
    }
    for (var instance : instances) {
      var host = instance.host;
      if (host.dead) continue;
      until(
          () -> host.name + " ends " + simulation.living(host),
          () -> simulation.living(host).isEmpty());
    }
  }

  // What clients need.

  int nextKey() {
    return ++keys;
  }

  void began(Turn turn) {
    turns.add(turn);
    if (!conversations.contains(turn.conversation())) conversations.add(turn.conversation());
  }

  SimulatedInstance anyInstance() {
    var serving = instances.stream().filter(SimulatedInstance::serves).toList();
    return serving.isEmpty() ? instances.get(0) : serving.get(draw(serving.size()));
  }

  /** Returns a task that the world waits for. */
  Runnable counted(Runnable task) {
    busyOutside++;
    return () -> {
      task.run();
      busyOutside--;
    };
  }

  /** What a reader is told to be final is there at this moment. */
  void requireStored(TurnEvent.MessageDone done) {
    var message = done.message();
    if (store.isBusy() || ledger.isDeleted(message.conversation())) return;
    var there =
        store
            .memory
            .conversations()
            .message(SimulatedClient.OWNER, message.conversation(), message.id())
            .filter(it -> it.revision() >= message.revision());
    if (there.isEmpty()) throw new AssertionError("done and not stored: " + message);
  }

  void requireDeleted(Turn turn) {
    if (!ledger.isDeleted(turn.conversation())) throw new AssertionError("not found: " + turn);
  }

  private int draw(int below) {
    return simulation.random.nextInt(below);
  }
}
