package chat.engine;

import chat.model.Turn;
import org.jspecify.annotations.Nullable;

/** Says how a turn comes to rest, and why. */
record End(
    Turn.State state,
    Turn.@Nullable EndReason reason,
    Turn.@Nullable Id next,
    Turn.@Nullable Failure failure) {
  static final End COMPLETED = new End(Turn.State.COMPLETED, null, null, null);
  static final End AWAITING = new End(Turn.State.AWAITING, null, null, null);
  static final End INTERRUPTED = new End(Turn.State.INTERRUPTED, null, null, null);

  static End failed(Turn.Failure failure) {
    return new End(Turn.State.FAILED, null, null, failure);
  }

  static End stopped(Turn.EndReason reason, Turn.@Nullable Id next) {
    return new End(Turn.State.STOPPED, reason, next, null);
  }
}
