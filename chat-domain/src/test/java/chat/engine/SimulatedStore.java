package chat.engine;

import chat.engine.SimulatedThread.Host;
import chat.memory.InMemoryStore;
import chat.model.ChatException.StorageFailed;
import chat.port.ConversationRepository;
import chat.port.ConversationRepository.Accepted;
import chat.port.TurnJournal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Is the store that all instances share, as each of them reaches it: others come between before and
 * after every call, calls fail before they do anything or after they did it, and the store is down
 * for a while. A transaction that is under way keeps all others out.
 */
final class SimulatedStore {
  /**
   * What may have been done although it fails: doing it again does no harm. What hands out a turn
   * is not among them: adapters look whether it was.
   */
  private static final Set<String> IN_DOUBT =
      Set.of("renew", "append", "store", "leave", "stop", "delete", "activate");

  final InMemoryStore memory;
  private final Simulation simulation;
  private final Ledger ledger;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition free;
  private @Nullable Host inside;

  /** How many calls in a thousand fail. */
  int trouble;

  boolean down;

  SimulatedStore(Simulation simulation, Ledger ledger) {
    this.simulation = simulation;
    this.ledger = ledger;
    this.memory = new InMemoryStore(simulation.clock());
    this.free = simulation.condition(lock);
  }

  ConversationRepository conversations(Host of) {
    return reached(ConversationRepository.class, memory.conversations(), of);
  }

  TurnJournal journal(Host of) {
    return reached(TurnJournal.class, memory.journal(), of);
  }

  /** Tells whether a transaction is under way; nobody else may look meanwhile. */
  boolean isBusy() {
    return inside != null;
  }

  /** Tells whether a host is in the middle of a transaction. */
  boolean holds(Host host) {
    return inside == host;
  }

  private <T> T reached(Class<T> port, T target, Host from) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, args) -> call(target, from, method, args)));
  }

  private @Nullable Object call(Object target, Host from, Method method, Object[] args)
      throws Throwable {
    var name = method.getName();
    simulation.pause();
    failNowAndThen(name, "before");
    if (name.equals("accept")) args[4] = telling(args[4]);
    begin(from);
    Object result;
    try {
      result = method.invoke(target, args);
      ledger.done(from.name, name, args, result);
    } catch (InvocationTargetException e) {
      var cause = e.getCause();
      ledger.refused(name, cause);
      simulation.tell(() -> name + " " + cause);
      throw cause == null ? e : cause;
    } finally {
      end();
    }
    if (IN_DOUBT.contains(name)) failNowAndThen(name, "after");
    simulation.pause();
    return result;
  }

  /** Others go on, and the commit may fail, after the turn was told of. */
  private Consumer<Accepted> telling(Object ready) {
    @SuppressWarnings("unchecked")
    var told = (Consumer<Accepted>) ready;
    return early -> {
      ledger.early(early);
      told.accept(early);
      for (int i = simulation.random.nextInt(4); i > 0; i--) simulation.pause();
      failNowAndThen("accept", "at the commit");
    };
  }

  private void failNowAndThen(String what, String when) {
    if (!down && simulation.random.nextInt(1000) >= trouble) return;
    simulation.tell(() -> what + " fails " + when);
    throw new StorageFailed("as the seed says, " + when, null);
  }

  private void begin(Host from) {
    lock.lock();
    try {
      while (inside != null) free.awaitUninterruptibly();
      inside = from;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      inside = null;
      free.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
