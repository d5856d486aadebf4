package chat.engine;

import chat.Attachments;
import chat.ChatService;
import chat.engine.SimulatedThread.Host;
import chat.memory.InMemoryStore;
import chat.model.ChatException;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.port.ConversationRepository;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Is one process that serves: the production engine and front door over the simulated store. */
final class SimulatedInstance {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  final Host host;
  private final Simulation simulation;
  private final ConversationRepository conversations;
  private @Nullable TurnEngine engine;
  private @Nullable ChatService chat;

  private SimulatedInstance(Simulation simulation, String name, SimulatedStore store) {
    this.simulation = simulation;
    this.host = new Host(name);
    this.conversations = store.conversations(host);
  }

  /** Starts one; until it has, or when that fails, it serves nobody. */
  static SimulatedInstance start(
      Simulation simulation,
      String name,
      SimulatedStore store,
      SimulatedModel model,
      EngineSettings settings) {
    var instance = new SimulatedInstance(simulation, name, store);
    var journal = store.journal(instance.host);
    var observer = new Observer(simulation);
    simulation.spawn(
        instance.host,
        "start",
        () -> {
          try {
            var engine =
                TurnEngine.start(name, journal, model, model, settings, observer, simulation);
            instance.engine = engine;
            instance.chat =
                new ChatService(
                    instance.conversations, new Attachments(new InMemoryStore()), engine);
          } catch (ChatException.StorageFailed e) {
            instance.host.dead = true;
          }
        });
    return instance;
  }

  /** Sees everything, and lets others come between. */
  private record Observer(Simulation simulation) implements TurnObserver {
    @Override
    public void event(Turn turn, TurnEvent event) {
      simulation.tell(() -> "in " + turn.id() + " " + event);
      simulation.pause();
    }

    @Override
    public void trouble(String what, Throwable cause) {
      simulation.tell(() -> what + ": " + cause);
      simulation.pause();
      boolean fault = cause instanceof Error || cause instanceof IllegalArgumentException;
      if (fault) simulation.fail(cause);
    }
  }

  boolean serves() {
    return chat != null && !host.dead;
  }

  /**
   * Asks it for something, and waits for a while.
   *
   * @return empty when it was refused, or no answer came
   */
  <T> Optional<T> ask(Function<ChatService, T> request) {
    var door = chat;
    if (door == null || host.dead) return Optional.empty();
    var answer = new Answer<T>();
    var there = new Latch(simulation);
    simulation.spawn(
        host,
        "request",
        () -> {
          try {
            answer.value = request.apply(door);
          } catch (ChatException e) {
            simulation.tell(() -> "refused: " + e);
          } finally {
            there.open();
          }
        });
    try {
      return there.await(PATIENCE) ? Optional.ofNullable(answer.value) : Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException("a client is not interrupted", e);
    }
  }

  private static final class Answer<T> {
    @Nullable T value;
  }

  /** Stops it as a deployment does; then nothing of it runs any more. */
  void close() {
    var closing = engine;
    if (closing == null) return;
    simulation.spawn(host, "close", closing::close);
  }
}
