package example;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.TurnEvent;
import chat.port.Toolset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Has methods of this program as tools. Filled before it is used. */
public final class LocalTools implements Toolset {
  /** Is what a tool does. */
  public interface Method {
    String call(Caller caller, Json arguments) throws Exception;
  }

  private record Local(Tool tool, Predicate<Caller> may, Method method) {}

  private final Map<String, Local> tools = new LinkedHashMap<>();

  /** Adds a tool for those callers who may use it. */
  public LocalTools add(Tool tool, Predicate<Caller> may, Method method) {
    tools.put(tool.name(), new Local(tool, may, method));
    return this;
  }

  @Override
  public List<Tool> tools(Caller caller) {
    return tools.values().stream()
        .filter(local -> local.may().test(caller))
        .map(Local::tool)
        .toList();
  }

  @Override
  public ToolResult call(
      Caller caller, Tool tool, Json arguments, Consumer<TurnEvent.Progress> progress) {
    var local = tools.get(tool.name());
    if (local == null || !local.may().test(caller)) {
      return ToolResult.error("unknown_tool", "there is no tool " + tool.name());
    }
    try {
      return ToolResult.text(local.method().call(caller, arguments));
    } catch (InterruptedException e) {
      return ToolResult.error("interrupted", "the call was interrupted");
    } catch (Exception e) {
      return ToolResult.error("tool_error", String.valueOf(e.getMessage()));
    }
  }
}
