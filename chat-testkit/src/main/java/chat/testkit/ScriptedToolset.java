package chat.testkit;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.TurnEvent.Progress;
import chat.model.UserId;
import chat.port.Toolset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has tools whose deeds are lambdas, and keeps the calls it was given, in the order they began.
 *
 * <pre>{@code
 * var tools = new ScriptedToolset().has(Samples.tool("now"), call -> ToolResult.text("noon"));
 * }</pre>
 */
public final class ScriptedToolset implements Toolset {
  private final List<Scripted> tools = new CopyOnWriteArrayList<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Predicate<Json>> fitting = new ConcurrentHashMap<>();

  /** Starts without a tool. */
  public ScriptedToolset() {}

  /** Is what a tool does. What it throws becomes the result {@code tool_error}. */
  @FunctionalInterface
  public interface Deed {
    ToolResult on(Call call) throws Exception;
  }

  /** Is one call, as a deed gets it and as it is kept. */
  public record Call(Caller caller, Tool tool, Json arguments, Consumer<Progress> progress) {}

  private record Scripted(Tool tool, @Nullable UserId only, Deed deed) {}

  /** Adds a tool for everybody, in place of one of the same name. */
  public ScriptedToolset has(Tool tool, Deed deed) {
    return add(new Scripted(tool, null, deed));
  }

  /** Adds a tool for one user, in place of one of the same name. */
  public ScriptedToolset hasFor(UserId only, Tool tool, Deed deed) {
    return add(new Scripted(tool, only, deed));
  }

  private ScriptedToolset add(Scripted scripted) {
    tools.removeIf(known -> known.tool().name().equals(scripted.tool().name()));
    tools.add(scripted);
    return this;
  }

  /** Refuses all arguments of a tool but these. */
  public ScriptedToolset takes(String tool, Predicate<Json> arguments) {
    fitting.put(tool, arguments);
    return this;
  }

  /** Returns what was called until now, also what had no tool. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  @Override
  public List<Tool> tools(Caller caller) {
    return tools.stream().filter(it -> seenBy(it, caller)).map(Scripted::tool).toList();
  }

  private static boolean seenBy(Scripted scripted, Caller caller) {
    return scripted.only() == null || scripted.only().equals(caller.user());
  }

  @Override
  public @Nullable ToolResult refusal(Tool tool, Json arguments) {
    boolean fits = fitting.getOrDefault(tool.name(), any -> true).test(arguments);
    return fits ? null : ToolResult.error("invalid_arguments", tool.name() + " takes others");
  }

  @Override
  public ToolResult call(Caller caller, Tool tool, Json arguments, Consumer<Progress> progress) {
    var call = new Call(caller, tool, arguments, progress);
    calls.add(call);
    Optional<Scripted> found =
        tools.stream()
            .filter(it -> seenBy(it, caller) && it.tool().name().equals(tool.name()))
            .findFirst();
    if (found.isEmpty()) {
      return ToolResult.error("unknown_tool", "there is no tool " + tool.name());
    }
    try {
      return found.get().deed().on(call);
    } catch (InterruptedException e) {
      return ToolResult.error("interrupted", "the call was interrupted");
    } catch (Exception e) {
      return ToolResult.error("tool_error", String.valueOf(e.getMessage()));
    }
  }
}
