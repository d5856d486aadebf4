package chat.transport.javalin.chatkit;

import chat.ChatService;
import chat.model.Caller;
import chat.model.Conversation;
import chat.model.Message;
import chat.model.Window;
import chat.transport.javalin.chatkit.ChatKitWire.ChatThread;
import chat.transport.javalin.chatkit.ChatKitWire.ItemPage;
import chat.transport.javalin.chatkit.ChatKitWire.ThreadPage;
import chat.transport.javalin.chatkit.Request.Order;
import chat.transport.javalin.http.AttachmentUrls;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads threads and items page by page, however large a page a client asks for. A cursor is the id
 * of the last element seen. What is hidden is on no page, so there is more exactly when there is
 * more to see. What a running turn is saying just now stands behind all that is stored.
 */
final class Lists {
  /** What one page holds at most; the next one follows on. */
  private static final int MOST = 10_000;

  private static final int FIRST = 20;

  private final ChatService service;
  private final @Nullable AttachmentUrls urls;

  Lists(ChatService service, @Nullable AttachmentUrls urls) {
    this.service = service;
    this.urls = urls;
  }

  ThreadPage threads(Caller caller, Request.ListThreads request) {
    int limit = (int) Math.min(request.limit(), MOST);
    boolean up = request.order() == Order.ASC;
    var order = up ? Conversation.Order.CREATED_ASC : Conversation.Order.CREATED_DESC;
    var found = new ArrayList<Conversation>();
    var after = cursor(caller, request.after());
    do {
      int more = Math.min(limit + 1 - found.size(), Window.LIMIT);
      var page = service.list(caller, order, after, more);
      found.addAll(page.data());
      after = page.after() == null ? null : page.after().encoded();
    } while (after != null && found.size() <= limit);
    boolean hasMore = found.size() > limit;
    var threads = first(found, limit).stream().map(Items::thread).toList();
    return new ThreadPage(threads, hasMore, hasMore ? threads.get(limit - 1).id() : null);
  }

  private @Nullable String cursor(Caller caller, @Nullable String after) {
    if (after == null) return null;
    var at = service.conversation(caller, Ids.thread(after));
    return new Conversation.Cursor(at.createdAt(), at.id()).encoded();
  }

  /** Reads a thread with its first items. */
  ChatThread thread(Caller caller, Conversation.Id id) {
    var detail = service.open(caller, id, 1);
    return Items.thread(detail.conversation(), items(caller, detail, FIRST, Order.ASC, null));
  }

  ItemPage items(Caller caller, Request.ListItems request) {
    var detail = service.open(caller, Ids.thread(request.thread()), 1);
    int limit = (int) Math.min(request.limit(), MOST);
    return items(caller, detail, limit, request.order(), request.after());
  }

  private ItemPage items(
      Caller caller, Conversation.Detail detail, int limit, Order order, @Nullable String cursor) {
    var after = cursor == null ? null : Ids.item(cursor);
    var found = found(caller, detail, limit, order == Order.ASC, after);
    boolean hasMore = found.size() > limit;
    var asked = new HashMap<Message.Id, Asked>();
    if (detail.turn() != null) {
      for (var pending : detail.turn().awaiting()) {
        asked.put(pending.message(), Asked.of(pending));
      }
    }
    var writer = new Items(new Files(caller.user(), urls));
    var items = first(found, limit).stream().map(m -> writer.of(m, asked.get(m.id()))).toList();
    return new ItemPage(items, hasMore, hasMore ? items.get(limit - 1).id() : null);
  }

  /** Returns at least one message more than asked for, if there is one. */
  private List<Message> found(
      Caller caller,
      Conversation.Detail detail,
      int limit,
      boolean up,
      Message.@Nullable Id after) {
    var said = said(detail);
    if (!up) said = said.reversed();
    int place = indexOf(said, after);
    if (up && place >= 0) return said.subList(place + 1, said.size());
    // As many as if nothing were being said: what is said just now may be stored by then.
    var stored = stored(caller, detail.conversation().id(), limit, up, place >= 0 ? null : after);
    if (up) {
      if (stored.size() <= limit) stored.addAll(without(said, stored));
      return stored;
    }
    if (after != null && place < 0) return stored;
    var found = new ArrayList<>(without(said.subList(place + 1, said.size()), stored));
    found.addAll(without(stored, said.subList(0, place + 1)));
    return found;
  }

  /**
   * Returns what is visible of what is being said, in its order. This instance's clock is not the
   * store's: no time may lie before that of what is stored.
   */
  private List<Message> said(Conversation.Detail detail) {
    var turn = detail.turn();
    if (turn == null) return List.of();
    var time = turn.createdAt();
    for (var stored : detail.newest().messages()) time = stored.createdAt();
    var said = new ArrayList<Message>();
    for (var message : service.inProgress(turn)) {
      var next = time.plus(1, ChronoUnit.MICROS);
      time = message.createdAt().isAfter(next) ? message.createdAt() : next;
      if (!message.content().hidden()) said.add(message.with(time));
    }
    return said;
  }

  private static int indexOf(List<Message> messages, Message.@Nullable Id id) {
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).id().equals(id)) return i;
    }
    return -1;
  }

  private static List<Message> without(List<Message> messages, List<Message> others) {
    var known = others.stream().map(Message::id).collect(Collectors.toSet());
    return messages.stream().filter(message -> !known.contains(message.id())).toList();
  }

  private List<Message> stored(
      Caller caller,
      Conversation.Id conversation,
      int limit,
      boolean up,
      Message.@Nullable Id after) {
    var found = new ArrayList<Message>();
    var at = after;
    while (found.size() <= limit) {
      int more = Math.min(Math.max(limit + 1 - found.size(), FIRST), Window.LIMIT);
      var window = service.window(caller, conversation, query(up, at, more));
      var messages = up ? window.messages() : window.messages().reversed();
      messages.stream().filter(m -> !m.content().hidden()).forEach(found::add);
      boolean goesOn = up ? window.moreAfter() : window.moreBefore();
      if (!goesOn || messages.isEmpty()) return found;
      at = messages.get(messages.size() - 1).id();
    }
    return found;
  }

  private static Window.Query query(boolean up, Message.@Nullable Id at, int limit) {
    if (at != null) {
      return new Window.Query(up ? Window.From.AFTER : Window.From.BEFORE, at, limit);
    }
    return new Window.Query(up ? Window.From.OLDEST : Window.From.NEWEST, null, limit);
  }

  private static <T> List<T> first(List<T> all, int limit) {
    return all.subList(0, Math.min(all.size(), limit));
  }
}
