package chat.port;

import chat.model.Caller;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.model.TurnEvent;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Knows the tools that a caller may use, and calls them. Called by any thread. */
public interface Toolset {

  /** Has no tools. */
  Toolset NONE =
      new Toolset() {
        @Override
        public List<Tool> tools(Caller caller) {
          return List.of();
        }

        @Override
        public ToolResult call(
            Caller caller, Tool tool, Json arguments, Consumer<TurnEvent.Progress> progress) {
          return ToolResult.error("unknown_tool", "there is no tool " + tool.name());
        }
      };

  /**
   * Lists the tools of this caller, by name each once; never another's.
   *
   * <ol>
   *   <li>Names are unique and fit {@link Tool#name()}.
   *   <li>Asking again gives the same tools, with the same revisions, unless they changed.
   * </ol>
   */
  List<Tool> tools(Caller caller);

  /**
   * Says why a tool cannot be called with these arguments. Asked before anybody is asked to approve
   * a call, and again for arguments that were edited: nobody approves what cannot be. Quick: it
   * calls nothing and waits for nothing.
   *
   * <ol>
   *   <li>Null for arguments that the tool takes. Null promises nothing: the call may still find
   *       that they do not fit.
   *   <li>Otherwise the result {@code invalid_arguments}, whose text tells a model how to mend
   *       them.
   * </ol>
   *
   * @param arguments a JSON object
   */
  default @Nullable ToolResult refusal(Tool tool, Json arguments) {
    return null;
  }

  /**
   * Says why a caller has no tool of this name, as the result of its call: it is unknown, or cannot
   * be had just now.
   *
   * <ol>
   *   <li>It is an error: {@code unknown_tool}, {@code unavailable} or {@code credentials_expired}.
   * </ol>
   */
  default ToolResult absence(Caller caller, String name) {
    return ToolResult.error("unknown_tool", "There is no tool " + name + ".");
  }

  /**
   * Calls a tool and waits for its result.
   *
   * <ol>
   *   <li>A call gives the tool's result for these arguments, and acts as this caller.
   *   <li>A tool's failure is a result with an error, not an exception.
   *   <li>A tool that is no longer there is the result {@code unknown_tool}.
   *   <li>Interrupting the calling thread abandons the call: it returns soon, with the error {@code
   *       interrupted}.
   * </ol>
   *
   * @param arguments a JSON object
   * @param progress is told on the calling thread or another, until the call returns
   */
  ToolResult call(Caller caller, Tool tool, Json arguments, Consumer<TurnEvent.Progress> progress);
}
