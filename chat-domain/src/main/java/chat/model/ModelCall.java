package chat.model;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Is one call of a model: an exchange with its provider that was begun, whatever became of it. A
 * call that is repeated is another one.
 *
 * @param model what the provider says it was, else what was asked for; cut after 200 characters
 * @param usage null when the provider told none
 * @param duration until the answer was complete or given up, in microseconds
 */
public record ModelCall(
    String model, Turn.@Nullable Usage usage, Duration duration, Outcome outcome) {
  private static final int NAME = 200;

  // Spelled out: javac loses the annotation of a nested type in a compact constructor.
  public ModelCall(String model, Turn.@Nullable Usage usage, Duration duration, Outcome outcome) {
    if (duration.isNegative()) throw new IllegalArgumentException("a call took " + duration);
    this.model = Text.storable(model.length() <= NAME ? model : model.substring(0, NAME));
    this.usage = usage;
    this.duration = duration.truncatedTo(ChronoUnit.MICROS);
    this.outcome = outcome;
  }

  /** Returns what it adds to its turn's usage. */
  public Turn.Usage spent() {
    return usage == null ? Turn.Usage.NONE : usage;
  }

  /** Returns the same call with another outcome. */
  public ModelCall with(Outcome other) {
    return new ModelCall(model, usage, duration, other);
  }

  /** Says what became of a call. */
  public enum Outcome {
    /** The answer is complete, as far as its model went. */
    COMPLETED,
    /** There was no answer, or it broke off. */
    FAILED,
    /** It broke off because its turn had to end. */
    STOPPED
  }

  /**
   * Is a call in its turn's ledger.
   *
   * @param number counts the calls under one lease, from 1
   * @param startedAt by the store's clock, in microseconds
   */
  public record Entry(int number, Instant startedAt, ModelCall call) {}
}
