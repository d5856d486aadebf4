package chat.contract.chatkit;

import chat.model.ChatException.AgentFailed;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Conversation.Change;
import chat.model.Conversation.TitleBy;
import chat.model.Json;
import chat.model.Message;
import chat.model.TurnEvent;
import chat.port.Agent;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Is an agent that does what it is told, one command a line: a word and what it is about. Whatever
 * an agent can do through its sink there is a command for.
 */
public final class ObedientAgent implements Agent {
  private final Function<Request, List<String>> orders;

  /**
   * @param orders says what to do, anew whenever the agent runs
   */
  public ObedientAgent(Function<Request, List<String>> orders) {
    this.orders = orders;
  }

  @Override
  public void run(Request request, Sink sink) {
    var run = new Run(request, sink);
    for (var line : orders.apply(request)) {
      if (!run.obey(line)) return;
    }
  }

  /** Is one run, with what it has opened. */
  private static final class Run {
    private final Request request;
    private final Sink sink;
    private Message.@Nullable Id opened;

    Run(Request request, Sink sink) {
      this.request = request;
      this.sink = sink;
    }

    /** Does what a line says; returns whether to go on. */
    boolean obey(String line) {
      var words = line.split(" ", 2);
      var rest = words.length > 1 ? words[1] : "";
      switch (words[0]) {
        case "say" -> pieces(rest).forEach(sink::text);
        case "think" -> pieces(rest).forEach(sink::reasoning);
        case "cite" -> cite(first(rest), second(rest));
        case "retract" -> sink.retract();
        case "show" -> sink.show(content(rest));
        case "hide" -> sink.show(new Content.HiddenContext(Shapes.json(Shapes.text(rest))));
        case "open" -> opened = sink.open(content(rest));
        case "update" -> sink.update(opened(), content(rest));
        case "component" -> sink.updateComponent(opened(), first(rest), new Json(second(rest)));
        case "done" -> sink.done(opened());
        case "replace" -> sink.replace(sender(), content(rest));
        case "progress" -> sink.tell(new TurnEvent.Progress(second(rest), absent(first(rest))));
        case "notice" -> notice(first(rest), second(rest));
        case "effect" -> sink.tell(new TurnEvent.Effect(first(rest), new Json(second(rest))));
        case "title" -> sink.change(Change.title(rest, TitleBy.MODEL));
        case "lock" -> sink.change(status(Conversation.Status.LOCKED, rest));
        case "close" -> sink.change(status(Conversation.Status.CLOSED, rest));
        case "domains" -> sink.change(change(List.of(rest.split(",", -1)), null));
        case "metadata" -> sink.change(change(null, new Json(rest)));
        case "options" -> sink.text(options());
        case "history" -> sink.text(history());
        case "results" -> sink.show(new Content.AssistantText(results(), List.of()));
        case "action" -> sink.show(new Content.AssistantText(action(), List.of()));
        case "hang" -> hang();
        case "crash" -> throw new IllegalStateException("crashed " + rest);
        case "fail" -> throw failure(rest);
        case "ask" -> {
          sink.ask((Content.StructuredInput) content("form " + rest));
          return false;
        }
        case "call", "client" -> {
          var call = new Call(first(rest), new Json(second(rest)), null);
          return !sink.call(List.of(call)).isEmpty();
        }
        case "calls" -> {
          var calls =
              pieces(rest).stream().map(it -> new Call(first(it), new Json(second(it)), null));
          return !sink.call(calls.toList()).isEmpty();
        }
        default -> {}
      }
      return true;
    }

    private static List<String> pieces(String text) {
      return List.of(text.split("\\|", -1));
    }

    private static String first(String text) {
      return text.split(" ", 2)[0];
    }

    private static String second(String text) {
      return text.split(" ", 2)[1];
    }

    private static @Nullable String absent(String word) {
      return word.equals("-") ? null : word;
    }

    private static Content content(String rest) {
      return Shapes.content(first(rest), Shapes.tree(second(rest)));
    }

    private void cite(String index, String source) {
      var at = absent(index);
      var citation =
          new Content.Citation(
              Shapes.source(Shapes.tree(source)), at == null ? null : Integer.valueOf(at));
      sink.annotate(List.of(citation), null);
    }

    private Message.Id opened() {
      return Objects.requireNonNull(opened, "nothing is open");
    }

    private Message sender() {
      var action = Objects.requireNonNull(request.action(), "no action");
      return Objects.requireNonNull(action.widget(), "no widget");
    }

    private void notice(String level, String text) {
      var said = text.split("\\|", 2);
      var of = TurnEvent.Notice.Level.valueOf(level.toUpperCase(Locale.ROOT));
      sink.tell(new TurnEvent.Notice(of, said[0], said.length > 1 ? said[1] : null));
    }

    private static Change status(Conversation.Status status, String reason) {
      return new Change(null, TitleBy.MODEL, status, reason.isEmpty() ? null : reason, null, null);
    }

    private static Change change(@Nullable List<String> domains, @Nullable Json metadata) {
      return new Change(null, TitleBy.MODEL, null, null, domains, metadata);
    }

    private String options() {
      var options = request.options();
      var choice = options.toolChoice();
      var tool = choice == null ? "none" : Shapes.tree(choice.text()).path("id").asText();
      return "tool_choice "
          + tool
          + ", model "
          + Objects.requireNonNullElse(options.model(), "none");
    }

    private String history() {
      return request.history().stream()
          .map(message -> said(message.content()))
          .collect(Collectors.joining("; "));
    }

    private static String said(Content content) {
      return switch (content) {
        case Content.UserInput input ->
            "user: "
                + input.text()
                + (input.quoted() == null || input.quoted().isEmpty()
                    ? ""
                    : " (of: " + input.quoted() + ")");
        case Content.AssistantText text -> "assistant: " + text.text();
        case Content.HiddenContext hidden ->
            "hidden: " + Shapes.tree(hidden.body().text()).asText();
        default -> content.kind().name().toLowerCase(Locale.ROOT);
      };
    }

    private String results() {
      return request.history().stream()
          .map(Message::content)
          .filter(Content.ToolCall.class::isInstance)
          .map(call -> String.valueOf(result((Content.ToolCall) call)))
          .collect(Collectors.joining("; "));
    }

    private static @Nullable String result(Content.ToolCall call) {
      var result = call.result();
      if (result == null) return null;
      var structured = result.structured();
      return structured == null ? result.text() : structured.text();
    }

    private String action() {
      var action = Objects.requireNonNull(request.action(), "no action");
      var widget = action.widget();
      var on =
          widget == null
              ? "nothing"
              : Shapes.tree(((Content.Widget) widget.content()).root().text())
                  .path("type")
                  .asText();
      return "action " + action.name() + " " + action.payload().text() + " on " + on;
    }

    private static void hang() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new AgentFailed(AgentFailed.Reason.MODEL_TIMEOUT, "interrupted", null, e);
      }
    }

    private static AgentFailed failure(String code) {
      for (var reason : AgentFailed.Reason.values()) {
        if (reason.name().equalsIgnoreCase(code)) return new AgentFailed(reason, "as told", null);
      }
      throw new IllegalArgumentException("no reason " + code);
    }
  }

  /** Reads a widget that a script tells to answer with. */
  public static Content.@Nullable Widget updated(List<String> script) {
    for (var line : script) {
      if (!line.startsWith("updated widget ")) continue;
      JsonNode tree = Shapes.tree(line.substring("updated widget ".length()));
      return (Content.Widget) Shapes.content("widget", tree);
    }
    return null;
  }
}
