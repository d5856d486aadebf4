package chat.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Is a tool that one caller may use.
 *
 * @param name unique within a toolset; 1–64 of {@code A-Z a-z 0-9 _ -}, as every provider takes it
 * @param server where it comes from, for people
 * @param inputSchema JSON Schema of its arguments
 * @param repeatable whether calling it again with the same arguments does no harm
 * @param timeout how long one call may take
 * @param revision a hash of its definition: an approval does not survive a changed one
 */
public record Tool(
    String name,
    @Nullable String server,
    String description,
    Json inputSchema,
    Run run,
    boolean repeatable,
    Duration timeout,
    String revision) {

  /** Says how a call comes to run. */
  public enum Run {
    FREELY,
    AFTER_APPROVAL,
    NEVER,
    BY_THE_CLIENT
  }
}
