package chat.contract.chatkit;

import static chat.contract.chatkit.Field.present;
import static chat.contract.chatkit.Field.require;

import chat.contract.chatkit.Field.ItemId;
import chat.contract.chatkit.Field.ThreadId;
import chat.contract.chatkit.Model.AssistantMessage;
import chat.contract.chatkit.Model.GeneratedImage;
import chat.contract.chatkit.Model.Item;
import chat.contract.chatkit.Model.UserMessage;
import chat.contract.chatkit.Model.Widget;
import chat.contract.chatkit.Model.WorkflowItem;
import chat.contract.chatkit.ModelEvent.AnnotationAdded;
import chat.contract.chatkit.ModelEvent.ErrorEvent;
import chat.contract.chatkit.ModelEvent.ItemAdded;
import chat.contract.chatkit.ModelEvent.ItemDone;
import chat.contract.chatkit.ModelEvent.ItemRemoved;
import chat.contract.chatkit.ModelEvent.ItemReplaced;
import chat.contract.chatkit.ModelEvent.ItemUpdated;
import chat.contract.chatkit.ModelEvent.PartAdded;
import chat.contract.chatkit.ModelEvent.PartDone;
import chat.contract.chatkit.ModelEvent.StreamOptions;
import chat.contract.chatkit.ModelEvent.TextDelta;
import chat.contract.chatkit.ModelEvent.ThreadCreated;
import chat.contract.chatkit.ModelEvent.ThreadUpdated;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows one stream from its first event and throws an {@link AssertionError} at whatever cannot
 * be: an order that is not the protocol's, an update of what was not begun or is over, and an item
 * whose updates do not add up to what it is in the end.
 */
final class StreamCheck {
  private final String operation;
  private final Map<ItemId, Item> open = new HashMap<>();
  private final Map<ItemId, Item> settled = new HashMap<>();
  private final Set<ItemId> seen = new LinkedHashSet<>();
  private final Set<ItemId> replaced = new HashSet<>();
  private final Set<ItemId> removed = new HashSet<>();
  private final Map<ItemId, Set<Integer>> partsDone = new HashMap<>();
  private @Nullable ThreadId thread;
  private Stage stage = Stage.START;

  /** Says what the stream has seen. */
  private enum Stage {
    START,
    CREATED,
    ASKED,
    ANSWERING,
    FAILED
  }

  StreamCheck(String operation) {
    this.operation = operation;
  }

  void accept(ModelEvent event) {
    try {
      order(event);
      follow(event);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new AssertionError(e.getMessage() + " at " + event + " of " + operation, e);
    }
  }

  /** What comes first, what once, and what when it is over. */
  private void order(ModelEvent event) {
    boolean asks =
        operation.equals("threads.create") || operation.equals("threads.add_user_message");
    stage =
        switch (stage) {
          case START -> {
            if (event instanceof ErrorEvent) yield Stage.FAILED;
            if (operation.equals("threads.create")) {
              require(event instanceof ThreadCreated, "no thread.created at first");
              yield Stage.CREATED;
            }
            yield asks ? asked(event) : options(event);
          }
          case CREATED -> asked(event);
          case ASKED -> options(event);
          case ANSWERING -> {
            require(!(event instanceof ThreadCreated), "created twice");
            require(!(event instanceof StreamOptions), "options twice");
            require(!isDone(event, UserMessage.class), "the user's message twice");
            yield event instanceof ErrorEvent ? Stage.FAILED : Stage.ANSWERING;
          }
          case FAILED -> {
            require(event instanceof ThreadUpdated, "more behind an error");
            yield Stage.FAILED;
          }
        };
  }

  private static Stage asked(ModelEvent event) {
    if (event instanceof ErrorEvent) return Stage.FAILED;
    require(isDone(event, UserMessage.class), "no user message");
    return Stage.ASKED;
  }

  private static Stage options(ModelEvent event) {
    if (event instanceof ErrorEvent) return Stage.FAILED;
    require(event instanceof StreamOptions, "no stream_options");
    return Stage.ANSWERING;
  }

  private static boolean isDone(ModelEvent event, Class<? extends Item> type) {
    return event instanceof ItemDone done && type.isInstance(done.item());
  }

  private void follow(ModelEvent event) {
    switch (event) {
      case ThreadCreated created -> {
        require(created.thread().title() == null, "a new thread with a title");
        require(created.thread().items().data().isEmpty(), "a new thread with items");
        thread = created.thread().id();
      }
      case ThreadUpdated updated -> {
        require(updated.thread().items().data().isEmpty(), "items in an update");
        requireThread(updated.thread().id());
      }
      case ItemAdded added -> {
        require(open.values().stream().noneMatch(StreamCheck::isReasoning), "thoughts left open");
        fresh(added.item());
        open.put(added.item().id(), added.item());
      }
      case ItemUpdated updated -> {
        var known = open.get(updated.itemId());
        if (known == null && !removed.contains(updated.itemId()) && isAction()) return;
        var item = present(known, "an update of what is not open");
        parts(updated);
        open.put(updated.itemId(), Progress.of(item, updated.update()));
      }
      case ItemDone done -> {
        var known = open.remove(done.item().id());
        if (known != null) {
          requireParts(done.item());
          requireSame(known, done.item());
        }
        if (known == null && !replaced.remove(done.item().id())) fresh(done.item());
        settled.put(done.item().id(), done.item());
      }
      case ItemRemoved gone -> {
        boolean known = open.containsKey(gone.itemId()) || settled.containsKey(gone.itemId());
        require(known, "taken back what nobody has");
        open.remove(gone.itemId());
        settled.remove(gone.itemId());
        removed.add(gone.itemId());
      }
      case ItemReplaced it -> {
        requireThread(it.item().threadId());
        require(!removed.contains(it.item().id()), "replaced and gone");
        open.remove(it.item().id());
        replaced.add(it.item().id());
        settled.put(it.item().id(), it.item());
      }
      default -> {}
    }
  }

  private static boolean isReasoning(Item item) {
    return item instanceof WorkflowItem work && work.workflow().type().equals("reasoning");
  }

  /** A part of a text that is done grows no more. */
  private void parts(ItemUpdated updated) {
    int index =
        switch (updated.update()) {
          case PartAdded it -> it.contentIndex();
          case TextDelta it -> it.contentIndex();
          case AnnotationAdded it -> it.contentIndex();
          case PartDone it -> it.contentIndex();
          default -> -1;
        };
    if (index < 0) return;
    var done = partsDone.computeIfAbsent(updated.itemId(), id -> new HashSet<>());
    require(!done.contains(index), "more of a part that is done");
    if (updated.update() instanceof PartDone) done.add(index);
  }

  private void requireParts(Item item) {
    if (!(item instanceof AssistantMessage said)) return;
    var done = partsDone.getOrDefault(said.id(), Set.of());
    require(done.size() == said.content().size(), "a part that was not done");
  }

  private boolean isAction() {
    return operation.equals("threads.custom_action");
  }

  private void fresh(Item item) {
    requireThread(item.threadId());
    var id = item.id();
    boolean known = open.containsKey(id) || settled.containsKey(id) || removed.contains(id);
    require(!known, "the same id twice: " + id);
    seen.add(id);
  }

  private void requireThread(ThreadId id) {
    if (thread == null) thread = id;
    require(thread.equals(id), "another thread");
  }

  private static void requireSame(Item before, Item after) {
    require(before.getClass() == after.getClass(), "another type in the end");
    require(before.createdAt().compareTo(after.createdAt()) <= 0, "older in the end");
    switch (after) {
      case AssistantMessage said -> {
        require(((AssistantMessage) before).content().equals(said.content()), "not what was said");
      }
      case Widget widget ->
          require(((Widget) before).widget().equals(widget.widget()), "not what was shown");
      case WorkflowItem work ->
          require(
              ((WorkflowItem) before).workflow().tasks().equals(work.workflow().tasks()),
              "not the tasks that were shown");
      case GeneratedImage image -> {
        var shown = ((GeneratedImage) before).image();
        require(shown == null || shown.equals(image.image()), "not the image that was shown");
      }
      default -> {}
    }
  }

  /** Checks that nothing is left to come; a stream that ends well leaves nothing open. */
  void end() {
    Item last = null;
    for (var id : seen) {
      var item = settled.get(id);
      if (item == null) continue;
      boolean later = last == null || last.createdAt().compareTo(item.createdAt()) < 0;
      if (!later) throw new AssertionError("times that do not go on: " + last + ", " + item);
      last = item;
    }
    if (stage == Stage.FAILED) return;
    if (stage != Stage.ANSWERING) throw new AssertionError(operation + " ended at " + stage);
    if (!open.isEmpty()) throw new AssertionError(operation + " left open " + open.values());
  }

  Optional<ThreadId> thread() {
    return Optional.ofNullable(thread);
  }

  /** Returns what is final, as it was last seen. */
  Map<ItemId, Item> settled() {
    return Map.copyOf(settled);
  }

  Set<ItemId> removed() {
    return Set.copyOf(removed);
  }
}
