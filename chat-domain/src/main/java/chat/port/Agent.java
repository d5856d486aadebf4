package chat.port;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.ModelCall;
import chat.model.Text;
import chat.model.Tool;
import chat.model.Turn;
import chat.model.TurnEvent;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Produces the assistant's side of a turn: it owns the loop of steps, the engine owns the calls of
 * tools. Keeps no state between calls.
 */
@FunctionalInterface
public interface Agent {

  /**
   * Answers; returns when the answer is complete. Runs on a thread of its own, which is interrupted
   * when the turn must end.
   *
   * <ol>
   *   <li>What it says arrives at the sink in pieces, in order, as soon as it is there.
   *   <li>It answers to the request alone: the same agent serves many turns at once.
   *   <li>It reports every model call once, when it is over, also one that failed or was stopped.
   *   <li>When it cannot go on it throws {@link chat.model.ChatException.AgentFailed}; what it
   *       already said stays.
   *   <li>When the sink throws, it lets go of everything and passes that on.
   *   <li>After a stop it ends within a second, wherever it was waiting.
   * </ol>
   */
  void run(Request request, Sink sink);

  /**
   * Returns an agent that leaves actions to a handler, and everything else to this one. Turns that
   * go on after an action has awaited an answer are the handler's, too.
   */
  default Agent withActions(ActionHandler handler) {
    return (request, sink) -> {
      var action = request.action();
      if (action == null) run(request, sink);
      else handler.act(action, request, sink);
    };
  }

  /** Does what an action asks for, as an agent does: under the same promises. */
  @FunctionalInterface
  interface ActionHandler {
    void act(Content.Action action, Request request, Sink sink);
  }

  /**
   * Is what to answer.
   *
   * @param history windowed, valid for any model; ends with the user's message or action, or with
   *     the results of a step or the answers to a form
   * @param tools what may be called through the sink
   * @param files opens what the messages of the history brought
   */
  record Request(
      Turn turn,
      String systemPrompt,
      List<Message> history,
      List<Tool> tools,
      Content.Options options,
      Files files) {
    public Request {
      history = List.copyOf(history);
      tools = List.copyOf(tools);
    }

    /** Is a request without files. */
    public Request(
        Turn turn,
        String systemPrompt,
        List<Message> history,
        List<Tool> tools,
        Content.Options options) {
      this(turn, systemPrompt, history, tools, options, Files.NONE);
    }

    /** Returns the action that the turn is about; null when it is about a message. */
    public Content.@Nullable Action action() {
      for (var message : history.reversed()) {
        if (message.content().role() != Content.Role.USER) continue;
        return message.content() instanceof Content.Action action ? action : null;
      }
      return null;
    }
  }

  /** Opens the files of a history. */
  @FunctionalInterface
  interface Files {
    /** How many bytes of a text the history has room for; whoever shows one cuts it and says so. */
    int TEXT = 32 << 10;

    Files NONE = file -> Optional.empty();

    /** Opens a file, from its first byte; the caller closes it. Empty when it is gone. */
    Optional<InputStream> open(Content.Attachment file);
  }

  /**
   * Is the agent's way out. Used by the thread of {@link Agent#run} only. Every method but {@link
   * #onStop} throws an unchecked signal of the engine's own when the turn was stopped or lost, or
   * has said more than it may.
   */
  interface Sink {
    /** Continues the open text, or opens one; what was open of another kind is finished first. */
    void text(String delta);

    /** Continues the open reasoning, or opens one. */
    void reasoning(String delta);

    /**
     * Adds to the open text or reasoning; without one it does nothing. Only a text has sources.
     *
     * @param provider what the provider wants back verbatim, null to leave it
     */
    void annotate(List<Content.Citation> sources, @Nullable Json provider);

    /** Takes back the open text or reasoning, as if it had never been said. */
    void retract();

    /**
     * Shows something that is complete, or tells the model something that nobody sees: any content
     * but calls, forms and what users say.
     *
     * @return it, as it is stored
     */
    Message show(Content content);

    /**
     * Begins to show something that will change: a widget, a workflow, a task or an image. It is
     * stored as partial; with {@link #done}, at the latest when {@link Agent#run} returns, it is
     * complete.
     */
    Message.Id open(Content content);

    /**
     * Changes what was opened; whoever follows is told as little as that takes. It may become
     * something of another kind.
     */
    void update(Message.Id opened, Content content);

    /**
     * Puts another component into the place of the one with this id in an opened widget.
     *
     * @param component the id
     */
    void updateComponent(Message.Id opened, String component, Json content);

    /** Completes what was opened. */
    void done(Message.Id opened);

    /**
     * Puts something else into the place of what was shown and is complete, in this turn or an
     * earlier one: the same message with another revision.
     *
     * @param shown as the agent was given it, by {@link #show}, in its history or with an action
     * @return it, as it is stored
     */
    Message replace(Message shown, Content content);

    /**
     * Asks the user. Then {@link Agent#run} returns, and is called again with the answers in its
     * history.
     *
     * @param form pending
     */
    void ask(Content.StructuredInput form);

    /**
     * Shows the arguments of the step's call number {@code index}, from 0, while they stream. The
     * first piece opens the call; {@link #call} then takes all of them.
     */
    void arguments(int index, String name, String delta);

    /**
     * Takes all calls of one step in index order: stores them, checks them, runs them in parallel
     * and stores their results.
     *
     * @return the messages with their results, in the same order; or nothing when somebody must
     *     answer first: then {@link Agent#run} returns, and is called again with the results in its
     *     history
     */
    List<Message> call(List<Call> step);

    /**
     * Returns how many calls this step may still ask for; with none left the model is to answer in
     * words. What is asked for beyond is not called but gets the result {@code limit_reached}, and
     * an agent that goes on asking ends its turn as failed.
     */
    int callsLeft();

    /** Tells whoever follows. */
    void tell(TurnEvent.Told event);

    /** Changes the conversation, a title say. */
    void change(Conversation.Change change);

    /**
     * Takes note of a model call that is over, also of a failed one that is about to be repeated;
     * one that failed when the turn was to end counts as stopped. It is stored with whatever the
     * turn stores next, also when this throws.
     */
    void modelCalled(ModelCall call);

    /**
     * Registers what closes the agent's exchange when the turn must end: it runs at most once, on
     * another thread; at once if that time has come already. A later one replaces it.
     */
    void onStop(Runnable close);
  }

  /**
   * Is one call that the model asks for.
   *
   * @param arguments an object; anything else reaches no tool and is answered with the error {@code
   *     invalid_arguments}, such as what a model wrote that is no JSON at all, as a JSON string
   * @param provider the model's own id of it, and what else it wants back
   */
  record Call(String name, Json arguments, @Nullable Json provider) {
    public Call {
      name = Text.storable(name);
    }
  }
}
