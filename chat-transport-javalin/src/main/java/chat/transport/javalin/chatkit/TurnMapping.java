package chat.transport.javalin.chatkit;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.transport.javalin.chatkit.ChatKitWire.Item;
import chat.transport.javalin.chatkit.ChatKitWire.WidgetItem;
import chat.transport.javalin.chatkit.ChatKitWire.WorkflowItem;
import chat.transport.javalin.chatkit.EventWire.AnnotationAdded;
import chat.transport.javalin.chatkit.EventWire.ClientEffect;
import chat.transport.javalin.chatkit.EventWire.ComponentUpdated;
import chat.transport.javalin.chatkit.EventWire.Event;
import chat.transport.javalin.chatkit.EventWire.ImageUpdated;
import chat.transport.javalin.chatkit.EventWire.ItemAdded;
import chat.transport.javalin.chatkit.EventWire.ItemDone;
import chat.transport.javalin.chatkit.EventWire.ItemRemoved;
import chat.transport.javalin.chatkit.EventWire.ItemReplaced;
import chat.transport.javalin.chatkit.EventWire.ItemUpdated;
import chat.transport.javalin.chatkit.EventWire.Notice;
import chat.transport.javalin.chatkit.EventWire.PartAdded;
import chat.transport.javalin.chatkit.EventWire.PartDone;
import chat.transport.javalin.chatkit.EventWire.ProgressUpdate;
import chat.transport.javalin.chatkit.EventWire.RootUpdated;
import chat.transport.javalin.chatkit.EventWire.StreamError;
import chat.transport.javalin.chatkit.EventWire.TaskAdded;
import chat.transport.javalin.chatkit.EventWire.TaskUpdated;
import chat.transport.javalin.chatkit.EventWire.TextDelta;
import chat.transport.javalin.chatkit.EventWire.ThreadUpdated;
import chat.transport.javalin.chatkit.EventWire.Update;
import chat.transport.javalin.chatkit.EventWire.ValueDelta;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says in ChatKit's events what happens in one turn. It is given all events of the turn from the
 * first on, so that it knows what a client has been shown. Used by one thread.
 *
 * <p>An item is <em>live</em> from its {@code added} to its {@code done}; only then may it be
 * updated. What changes later, or was shown whole, is replaced. A thread's change is told behind
 * the event after it, or at the end, as the reference server does. A thought goes on in updates
 * that each hold all of it, so they come at most once a batch, and rarer as it grows.
 */
final class TurnMapping {
  /** A thought is told again when it has grown by this part of its length. */
  private static final int GROWTH = 32;

  private final Items items;
  private final Conversation.Id conversation;
  private final Message.@Nullable Id known;
  private final Supplier<List<Event>> afterInput;
  private final Map<Message.Id, Item> shown = new HashMap<>();
  private final Set<Message.Id> begun = new HashSet<>();
  private final Map<Message.Id, Live> live = new LinkedHashMap<>();
  private final Map<Message.Id, Asked> asked = new HashMap<>();
  private List<Event> out = new ArrayList<>();
  private @Nullable Conversation changed;
  private Instant time;

  /** Is what was said of a text or a thought that goes on. */
  private static final class Live {
    final StringBuilder said = new StringBuilder();
    int told;
    boolean open;
  }

  /**
   * @param known the turn's input, if the client has it already; null to tell it
   * @param afterInput what follows the input; asked for once that is told
   */
  TurnMapping(
      Items items, Turn turn, Message.@Nullable Id known, Supplier<List<Event>> afterInput) {
    this.items = items;
    this.conversation = turn.conversation();
    this.known = known;
    this.afterInput = afterInput;
    this.time = turn.createdAt();
  }

  /** Takes note of an event. */
  void take(TurnEvent event) {
    if (!(event instanceof TurnEvent.ReasoningDelta)) tellThoughts(0);
    switch (event) {
      case TurnEvent.TurnStarted ignored -> {}
      case TurnEvent.MessageStarted e -> started(e.message(), e.kind());
      case TurnEvent.MessageDelta e -> said(e.message(), e.content());
      case TurnEvent.SourceAdded e -> cited(e);
      case TurnEvent.ReasoningDelta e -> thought(e.message(), e.content());
      case TurnEvent.ToolStarted ignored -> {} // Whose call it is, shows when it is made.
      case TurnEvent.ToolArgumentsDelta ignored -> {}
      case TurnEvent.ToolAwaiting e -> asked.put(e.message(), new Asked(e.hash(), null));
      case TurnEvent.ToolFinished ignored -> {} // The message follows at once.
      case TurnEvent.MessageUpdated e -> updated(e.message());
      case TurnEvent.WidgetDelta e ->
          update(e.message(), new ValueDelta(e.component(), e.content(), e.done()));
      case TurnEvent.WidgetComponentUpdated e ->
          update(e.message(), new ComponentUpdated(e.component(), Widgets.tree(e.content())));
      case TurnEvent.MessageDone e -> done(e.message());
      case TurnEvent.MessageRemoved e -> removed(e.message());
      case TurnEvent.ConversationUpdated e -> changed = e.conversation();
      case TurnEvent.TurnAwaiting ignored -> tellChange();
      case TurnEvent.TurnResumed ignored -> asked.clear();
      case TurnEvent.TurnEnded e -> ended(e);
      case TurnEvent.Progress e -> say(new ProgressUpdate(Words.icon(e.icon()), e.text()));
      case TurnEvent.Notice e -> say(new Notice(Words.of(e.level()), e.message(), e.title()));
      case TurnEvent.Effect e -> say(new ClientEffect(e.name(), Parts.object(e.data())));
    }
  }

  /** Returns what there is to tell since this was last asked, when nothing more is at hand. */
  List<Event> told() {
    tellThoughts(GROWTH);
    var told = out;
    out = new ArrayList<>();
    return told;
  }

  private void say(Event event) {
    out.add(event);
    tellChange();
  }

  private void tellChange() {
    var now = changed;
    changed = null;
    if (now != null) out.add(new ThreadUpdated(Items.thread(now)));
  }

  private void update(Message.Id id, Update update) {
    if (!live.containsKey(id)) return;
    say(new ItemUpdated(shownId(id), update));
  }

  private String shownId(Message.Id id) {
    var item = shown.get(id);
    if (item == null) throw new IllegalStateException("message " + id + " was not shown");
    return item.id();
  }

  private void add(Message.Id id, Item item) {
    shown.put(id, item);
    live.put(id, new Live());
    say(new ItemAdded(item));
  }

  private void finish(Message.Id id, Item item) {
    shown.put(id, item);
    live.remove(id);
    say(new ItemDone(item));
  }

  private void replace(Message.Id id, Item item) {
    if (item.equals(shown.put(id, item))) return;
    live.remove(id);
    say(new ItemReplaced(item));
  }

  /** Returns a time behind all that were told, and before that of whatever is stored next. */
  private Instant soon() {
    time = time.plus(1, ChronoUnit.MICROS);
    return time;
  }

  private void started(Message.Id id, Content.Kind kind) {
    begun.add(id);
    if (kind == Content.Kind.TEXT) add(id, Items.begunText(id, conversation, soon()));
    if (kind == Content.Kind.REASONING) add(id, Items.begunReasoning(id, conversation, soon()));
  }

  private @Nullable Live openedText(Message.Id id) {
    var text = live.get(id);
    if (text != null && !text.open) {
      text.open = true;
      update(id, new PartAdded(0, Parts.plain("")));
    }
    return text;
  }

  private void said(Message.Id id, String delta) {
    if (openedText(id) != null) update(id, new TextDelta(0, delta));
  }

  private void cited(TurnEvent.SourceAdded e) {
    if (openedText(e.message()) == null) return;
    update(e.message(), new AnnotationAdded(0, e.place(), Parts.annotation(e.source())));
  }

  private void thought(Message.Id id, String delta) {
    var thought = live.get(id);
    if (thought != null) thought.said.append(delta);
  }

  private void tellThoughts(int growth) {
    live.forEach(
        (id, thought) -> {
          int grown = thought.said.length() - thought.told;
          if (grown == 0 || (growth > 0 && grown < thought.told / growth)) return;
          var task = Parts.thought(thought.said.toString());
          update(id, thought.told == 0 ? new TaskAdded(0, task) : new TaskUpdated(0, task));
          thought.told = thought.said.length();
        });
  }

  private void updated(Message message) {
    var id = message.id();
    if (message.content().hidden()) return;
    if (message.content() instanceof Content.ToolCall call && call.client()) {
      // That a client's own call is complete is no news to the client.
      if (!shown.containsKey(id)) finish(id, item(message));
      return;
    }
    if (!live.containsKey(id) && (shown.containsKey(id) || isEarlier(message))) {
      replace(id, item(message));
      return;
    }
    switch (message.content()) {
      case Content.ToolCall call when call.state() == Content.ToolCall.State.AWAITING ->
          finish(id, item(message));
      case Content.StructuredInput ignored -> finish(id, item(message));
      case Content.Workflow workflow when workflow.tasks().isEmpty() -> {}
      default -> {
        if (!live.containsKey(id)) add(id, item(message));
        else change(message);
      }
    }
  }

  /** Tells whether it was made by a turn before this one, or shown whole by this one. */
  private boolean isEarlier(Message message) {
    boolean waits =
        message.content() instanceof Content.ToolCall
            || message.content() instanceof Content.StructuredInput;
    return !begun.contains(message.id()) && !waits;
  }

  private Item item(Message message) {
    if (message.createdAt().isAfter(time)) time = message.createdAt();
    return items.of(message, asked.get(message.id()));
  }

  /** Tells how an item that is live has changed; one of another type takes its place. */
  private void change(Message message) {
    var id = message.id();
    var next = item(message);
    var last = shown.get(id);
    if (last == null || last.getClass() != next.getClass()) {
      replace(id, next);
      return;
    }
    shown.put(id, next);
    switch (next) {
      case WidgetItem widget -> update(id, new RootUpdated(widget.widget()));
      case WorkflowItem workflow -> tasks(id, (WorkflowItem) last, workflow);
      case ChatKitWire.GeneratedImage image -> image(message, image);
      default -> {} // A task that stands alone is told again when it is done.
    }
  }

  private void image(Message message, ChatKitWire.GeneratedImage item) {
    var image = item.image();
    if (image == null || !(message.content() instanceof Content.GeneratedImage made)) return;
    update(message.id(), new ImageUpdated(image, made.progress()));
  }

  private void tasks(Message.Id id, WorkflowItem last, WorkflowItem next) {
    var before = last.workflow().tasks();
    var after = next.workflow().tasks();
    for (int i = 0; i < after.size(); i++) {
      if (i >= before.size()) update(id, new TaskAdded(i, after.get(i)));
      else if (!before.get(i).equals(after.get(i))) update(id, new TaskUpdated(i, after.get(i)));
    }
  }

  private void done(Message message) {
    var id = message.id();
    if (message.content().hidden() || id.equals(known)) return;
    var goingOn = live.get(id);
    if (goingOn != null) {
      if (message.content() instanceof Content.AssistantText whole && goingOn.open) {
        update(id, new PartDone(0, Parts.plain(whole.text())));
      } else if (message.content() instanceof Content.ToolCall) {
        change(message);
      }
      finish(id, item(message));
    } else if (!shown.containsKey(id)) {
      finish(id, item(message));
      if (message.content() instanceof Content.UserInput) out.addAll(afterInput.get());
    } else if (!(message.content() instanceof Content.ToolCall call && call.client())) {
      replace(id, item(message));
    }
  }

  private void removed(Message.Id id) {
    live.remove(id);
    var item = shown.remove(id);
    if (item != null) say(new ItemRemoved(item.id()));
  }

  private void ended(TurnEvent.TurnEnded e) {
    // What was not stored by now never will be.
    List.copyOf(live.keySet()).forEach(this::removed);
    switch (e.state()) {
      case FAILED -> say(failed(e.failure()));
      case INTERRUPTED -> say(StreamError.unexplained(true));
      default -> {}
    }
    tellChange();
  }

  private static Event failed(Turn.@Nullable Failure failure) {
    if (failure == null) return StreamError.unexplained(true);
    if (failure.code().equals("internal")) return StreamError.unexplained(failure.retryable());
    return StreamError.custom(failure.message(), failure.retryable());
  }
}
