package chat.engine;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.TurnEvent;
import chat.model.WidgetDiff;
import chat.port.Lease;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Finds out from a dead instance's events what was being said when it died. Pure. */
final class Recovery {
  private Recovery() {}

  /** Is a message that was begun and never stored. */
  record Unstored(Message.Id id, Content content) {}

  /**
   * Returns the texts that were begun and never done, in order; a call whose arguments were still
   * streaming has nothing to keep.
   *
   * @param events numbered ascending, repeats allowed
   */
  static List<Unstored> unstored(List<TurnEvent.Numbered> events) {
    var open = new LinkedHashMap<Message.Id, StringBuilder>();
    var kinds = new LinkedHashMap<Message.Id, Content.Kind>();
    var sources = new LinkedHashMap<Message.Id, List<Content.Citation>>();
    long last = 0;
    for (var numbered : events) {
      if (numbered.number() <= last) continue;
      last = numbered.number();
      switch (numbered.event()) {
        case TurnEvent.MessageStarted started when !saysWords(started.kind()) -> {}
        case TurnEvent.MessageStarted started -> {
          open.put(started.message(), new StringBuilder());
          kinds.put(started.message(), started.kind());
        }
        case TurnEvent.MessageDelta delta -> append(open, delta.message(), delta.content());
        case TurnEvent.ReasoningDelta delta -> append(open, delta.message(), delta.content());
        case TurnEvent.SourceAdded added ->
            sources.computeIfAbsent(added.message(), m -> new ArrayList<>()).add(added.source());
        case TurnEvent.MessageDone done -> open.remove(done.message().id());
        case TurnEvent.MessageRemoved removed -> open.remove(removed.message());
        default -> {}
      }
    }
    var unstored = new ArrayList<Unstored>();
    open.forEach(
        (id, text) -> {
          if (text.isEmpty()) return;
          var content =
              kinds.get(id) == Content.Kind.REASONING
                  ? new Content.Reasoning(text.toString(), null)
                  : new Content.AssistantText(text.toString(), sources.getOrDefault(id, List.of()));
          unstored.add(new Unstored(id, content));
        });
    return unstored;
  }

  private static void append(Map<Message.Id, StringBuilder> open, Message.Id id, String more) {
    var text = open.get(id);
    if (text != null) text.append(more);
  }

  private static boolean saysWords(Content.Kind kind) {
    return kind == Content.Kind.TEXT || kind == Content.Kind.REASONING;
  }

  /** Returns what was opened to be changed and never completed, as it was last seen. */
  static List<Message> opened(Lease.Work work) {
    var open = new LinkedHashMap<Message.Id, Message>();
    for (var message : work.history()) {
      boolean own = message.turn().equals(work.turn().id());
      if (own && message.partial() && !saysWords(message.content().kind())) {
        open.put(message.id(), message);
      }
    }
    for (var numbered : work.events()) {
      switch (numbered.event()) {
        case TurnEvent.MessageUpdated updated ->
            open.computeIfPresent(
                updated.message().id(), (id, stored) -> later(stored, updated.message()));
        case TurnEvent.WidgetDelta delta ->
            change(
                open,
                delta.message(),
                r -> WidgetDiff.grown(r, delta.component(), delta.content()));
        case TurnEvent.WidgetComponentUpdated it ->
            change(open, it.message(), root -> WidgetDiff.with(root, it.component(), it.content()));
        default -> {}
      }
    }
    return List.copyOf(open.values());
  }

  private static Message later(Message one, Message other) {
    return other.revision() >= one.revision() ? one.with(other.content(), other.revision()) : one;
  }

  private static void change(
      Map<Message.Id, Message> open, Message.Id id, UnaryOperator<Json> change) {
    open.computeIfPresent(
        id,
        (same, message) ->
            message.content() instanceof Content.Widget widget
                ? message.with(
                    new Content.Widget(change.apply(widget.root()), widget.copyText()),
                    message.revision() + 1)
                : message);
  }
}
