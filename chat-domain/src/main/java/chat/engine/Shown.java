package chat.engine;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.TurnEvent;
import chat.model.WidgetDiff;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Is what an agent shows beside its words. What it opens is stored at once, so that it has its
 * place in the history; its changes are told, and stored along with whatever the turn stores next.
 * Used by the turn's thread.
 */
final class Shown {
  private final RunningTurn turn;
  private final Map<Message.Id, Message> open = new LinkedHashMap<>();

  /** What was replaced, as it is now: an agent may hold an older one. */
  private final Map<Message.Id, Message> replaced = new HashMap<>();

  Shown(RunningTurn turn) {
    this.turn = turn;
    turn.storeAlong(() -> List.copyOf(open.values()));
  }

  Message whole(int step, Content content) {
    switch (content) {
      case Content.UserInput ignored -> throw unfit(content);
      case Content.Action ignored -> throw unfit(content);
      case Content.ToolCall ignored -> throw unfit(content);
      case Content.StructuredInput ignored -> throw unfit(content);
      default -> {}
    }
    var message = turn.next(draft(step), content, false);
    turn.store(List.of(message), List.of(new TurnEvent.MessageDone(message)));
    return message;
  }

  Message.Id begin(int step, Content content) {
    if (!changes(content)) throw unfit(content);
    var message = turn.next(draft(step), content, true);
    turn.store(
        List.of(message),
        List.of(
            new TurnEvent.MessageStarted(message.id(), content.kind()),
            new TurnEvent.MessageUpdated(message)));
    open.put(message.id(), message);
    return message.id();
  }

  private static RunningTurn.Draft draft(int step) {
    return new RunningTurn.Draft(Message.Id.next(), step, null);
  }

  /** Returns how much there was to tell, in UTF-16 units. */
  int change(Message.Id id, Content content) {
    if (!changes(content)) throw unfit(content);
    var before = require(id);
    if (before.content().equals(content)) return 0;
    var after = before.with(content, before.revision() + 1);
    open.put(id, after);
    int told = 0;
    for (var event : difference(before, after)) {
      turn.publish(event);
      told += event instanceof TurnEvent.WidgetDelta d ? d.content().length() : content.length();
    }
    return told;
  }

  private static List<TurnEvent> difference(Message before, Message after) {
    if (!(before.content() instanceof Content.Widget one)
        || !(after.content() instanceof Content.Widget other)) {
      return List.of(new TurnEvent.MessageUpdated(after));
    }
    var events = new ArrayList<TurnEvent>();
    for (var change : WidgetDiff.between(one.root(), other.root())) {
      switch (change) {
        case WidgetDiff.Grown grown ->
            events.add(
                new TurnEvent.WidgetDelta(
                    after.id(), grown.component(), grown.content(), grown.done()));
        case WidgetDiff.Replaced ignored -> events.add(new TurnEvent.MessageUpdated(after));
      }
    }
    return events;
  }

  void changeComponent(Message.Id id, String component, Json content) {
    var before = require(id);
    if (!(before.content() instanceof Content.Widget widget)) throw unfit(before.content());
    if (!WidgetDiff.has(widget.root(), component)) {
      throw new IllegalArgumentException("no component " + component + " in widget " + id);
    }
    var root = WidgetDiff.with(widget.root(), component, content);
    open.put(id, before.with(new Content.Widget(root, widget.copyText()), before.revision() + 1));
    turn.publish(new TurnEvent.WidgetComponentUpdated(id, component, content));
  }

  void complete(Message.Id id) {
    var before = require(id);
    open.remove(id);
    var message = before.with(before.content(), before.revision() + 1, false);
    turn.store(List.of(message), List.of(new TurnEvent.MessageDone(message)));
  }

  Message replace(Message shown, Content content) {
    boolean text = content instanceof Content.AssistantText;
    if (!changes(shown.content())) throw unfit(shown.content());
    if (!changes(content) && !text) throw unfit(content);
    if (open.containsKey(shown.id())) {
      throw new IllegalStateException("message " + shown.id() + " is still open");
    }
    var now = replaced.getOrDefault(shown.id(), shown);
    var message = now.with(content, now.revision() + 1);
    turn.store(List.of(message), List.of(new TurnEvent.MessageUpdated(message)));
    replaced.put(message.id(), message);
    return message;
  }

  /** Returns what is still open, as it is to be stored last. */
  List<Message> finish(boolean partial) {
    var left =
        open.values().stream()
            .map(message -> message.with(message.content(), message.revision() + 1, partial))
            .toList();
    open.clear();
    return left;
  }

  private static boolean changes(Content content) {
    return switch (content) {
      case Content.Widget ignored -> true;
      case Content.Workflow ignored -> true;
      case Content.Task ignored -> true;
      case Content.GeneratedImage ignored -> true;
      default -> false;
    };
  }

  private Message require(Message.Id id) {
    var message = open.get(id);
    if (message == null) throw new IllegalStateException("message " + id + " is not open");
    return message;
  }

  private static IllegalArgumentException unfit(Content content) {
    return new IllegalArgumentException("not for this: " + content.kind());
  }
}
