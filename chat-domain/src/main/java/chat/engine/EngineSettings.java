package chat.engine;

import chat.model.Json;
import chat.port.TurnJournal;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says how an engine runs turns. Begin with {@link #DEFAULT} and change what is to be different.
 *
 * @param systemPrompt what the model is told before anything else
 * @param contextMessages how many user and assistant texts a model sees at most
 * @param contextTokens how much it sees at most
 * @param stopNote what the model is told, unseen by the user, of a turn that its user stopped; null
 *     for nothing
 * @param alone whether no other instance shares the store: what a crash left is taken at once
 */
public record EngineSettings(
    String systemPrompt,
    int contextMessages,
    int contextTokens,
    Limits limits,
    Timing timing,
    Admission admission,
    @Nullable Json stopNote,
    boolean alone) {
  public static final EngineSettings DEFAULT =
      new EngineSettings(
          "You are a helpful assistant.",
          15,
          16_000,
          Limits.DEFAULT,
          Timing.DEFAULT,
          Admission.DEFAULT,
          null,
          false);

  public EngineSettings {
    Positive.require(contextMessages, "context messages");
    Positive.require(contextTokens, "context tokens");
  }

  /** Apart, so that whoever makes limits or times first does not find the defaults half made. */
  private static final class Positive {
    static void require(int number, String of) {
      if (number < 1) throw new IllegalArgumentException(of + ": " + number);
    }

    static void require(Duration time, String of) {
      if (!time.isPositive()) throw new IllegalArgumentException(of + ": " + time);
    }
  }

  /**
   * Bounds what turns may take.
   *
   * @param turns how many turns run here at once at most
   * @param output how much a turn may say, in UTF-16 units
   * @param toolResult how much a tool's result may hold, in bytes of UTF-8
   * @param steps how many model calls a turn may take; the last of them is to answer in words
   * @param calls how many calls of tools a turn may make, over all its steps
   */
  public record Limits(int turns, int output, int toolResult, int steps, int calls) {
    public static final Limits DEFAULT = new Limits(10_000, 1 << 20, 256 << 10, 10, 32);

    public Limits {
      Positive.require(turns, "turns");
      Positive.require(output, "output");
      Positive.require(toolResult, "tool result");
      Positive.require(steps, "steps");
      Positive.require(calls, "calls");
    }
  }

  /**
   * Says how long things take.
   *
   * @param answer how long a call waits for its user
   * @param tick how often events are written to the journal
   * @param renew how often the instance's lease is renewed
   * @param lease how long the instance's turns are its own after a renewal
   * @param isolation without a renewal for so long, an instance ends its turns
   * @param look how often, at the least, it is looked what other instances have done
   * @param retention how long the events of a turn are kept that has ended
   * @param grace how long {@link TurnEngine#close} lets turns run
   */
  public record Timing(
      Duration answer,
      Duration tick,
      Duration renew,
      Duration lease,
      Duration isolation,
      Duration look,
      Duration retention,
      Duration grace) {
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofHours(1),
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofMillis(250),
            Duration.ofHours(24),
            Duration.ofSeconds(30));

    public Timing {
      if (answer.isNegative()) throw new IllegalArgumentException("answer: " + answer);
      Positive.require(tick, "tick");
      Positive.require(renew, "renew");
      Positive.require(lease, "lease");
      Positive.require(isolation, "isolation");
      Positive.require(look, "look");
      Positive.require(retention, "retention");
      if (retention.compareTo(TurnJournal.KEPT) > 0) {
        throw new IllegalArgumentException("retention: " + retention);
      }
      if (grace.isNegative()) throw new IllegalArgumentException("grace: " + grace);
    }

    public Timing withAnswer(Duration answer) {
      return new Timing(answer, tick, renew, lease, isolation, look, retention, grace);
    }

    public Timing withRetention(Duration retention) {
      return new Timing(answer, tick, renew, lease, isolation, look, retention, grace);
    }

    public Timing withGrace(Duration grace) {
      return new Timing(answer, tick, renew, lease, isolation, look, retention, grace);
    }
  }

  /**
   * Says which turns are taken.
   *
   * @param models what a user may ask for by name; empty lets everybody ask for anything
   * @param intoLocked whether locked and closed conversations take turns, too
   */
  public record Admission(Set<String> models, boolean intoLocked) {
    public static final Admission DEFAULT = new Admission(Set.of(), false);

    public Admission {
      models = Set.copyOf(models);
    }

    /** Tells whether a turn may ask for this model; null leaves the choice to the server. */
    public boolean admits(@Nullable String model) {
      return model == null || models.isEmpty() || models.contains(model);
    }
  }

  public EngineSettings withSystemPrompt(String systemPrompt) {
    return new EngineSettings(
        systemPrompt, contextMessages, contextTokens, limits, timing, admission, stopNote, alone);
  }

  public EngineSettings withContext(int messages, int tokens) {
    return new EngineSettings(
        systemPrompt, messages, tokens, limits, timing, admission, stopNote, alone);
  }

  public EngineSettings withLimits(Limits limits) {
    return new EngineSettings(
        systemPrompt, contextMessages, contextTokens, limits, timing, admission, stopNote, alone);
  }

  public EngineSettings withTiming(Timing timing) {
    return new EngineSettings(
        systemPrompt, contextMessages, contextTokens, limits, timing, admission, stopNote, alone);
  }

  public EngineSettings withAdmission(Admission admission) {
    return new EngineSettings(
        systemPrompt, contextMessages, contextTokens, limits, timing, admission, stopNote, alone);
  }

  public EngineSettings withStopNote(@Nullable Json stopNote) {
    return new EngineSettings(
        systemPrompt, contextMessages, contextTokens, limits, timing, admission, stopNote, alone);
  }

  public EngineSettings withGrace(Duration grace) {
    return withTiming(timing.withGrace(grace));
  }

  public EngineSettings withAlone(boolean alone) {
    return new EngineSettings(
        systemPrompt, contextMessages, contextTokens, limits, timing, admission, stopNote, alone);
  }
}
