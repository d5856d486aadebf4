package chat.transport.javalin.chatkit;

import chat.ChatService;
import chat.engine.Follower;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.ChatException.InvalidInput;
import chat.model.ChatException.NotFound;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Turn;
import chat.transport.javalin.chatkit.EventWire.Event;
import chat.transport.javalin.chatkit.EventWire.ItemReplaced;
import chat.transport.javalin.chatkit.EventWire.StreamError;
import chat.transport.javalin.chatkit.EventWire.StreamOptions;
import chat.transport.javalin.chatkit.EventWire.ThreadCreated;
import chat.transport.javalin.chatkit.EventWire.ThreadUpdated;
import chat.transport.javalin.chatkit.TurnStream.Start;
import chat.transport.javalin.http.AttachmentUrls;
import chat.transport.javalin.http.OpenStreams;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps each operation that answers with a stream to a use case. Whatever can be refused is refused
 * before anything is written; what fails behind that is the stream's last event.
 */
final class Streaming {
  private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

  /** How far back a call is looked for: as many as one turn makes, and more. */
  private static final int RECENT = 100;

  private final ChatService service;
  private final ChatKitSettings settings;
  private final OpenStreams streams;
  private final @Nullable AttachmentUrls urls;

  Streaming(
      ChatService service,
      ChatKitSettings settings,
      OpenStreams streams,
      @Nullable AttachmentUrls urls) {
    this.service = service;
    this.settings = settings;
    this.streams = streams;
    this.urls = urls;
  }

  /**
   * Is a stream that nothing stands in the way of any more.
   *
   * @param first what it begins with
   * @param follower what it goes on with; null if nothing comes until somebody answers
   */
  private record Plan(
      Turn turn, List<Event> first, @Nullable Follower follower, TurnMapping mapping, Start start) {
    static Plan of(Follower follower, List<Event> first, TurnMapping mapping) {
      return new Plan(follower.turn(), first, follower, mapping, Start.FIRST);
    }
  }

  /**
   * @param key makes the request repeatable; null for none
   */
  void answer(Context ctx, Caller caller, Request.Streamed request, @Nullable String key) {
    var plan =
        switch (request) {
          case Request.Create create -> create(caller, create, key);
          case Request.AddUserMessage add -> add(caller, add, key);
          case Request.AddClientToolOutput output -> output(caller, output);
          case Request.AddStructuredInput form -> form(caller, form);
          case Request.RetryAfterItem retry -> retry(caller, retry, key);
          case Request.CustomAction action -> act(caller, action, key);
        };
    boolean whole = streams.run(plan.turn().id(), () -> write(ctx, caller, plan));
    LOG.debug("a stream of turn {} ended, whole: {}", plan.turn().id(), whole);
  }

  private void write(Context ctx, Caller caller, Plan plan)
      throws IOException, InterruptedException {
    OpenStreams.head(ctx);
    var stream = new TurnStream(ctx.res().getOutputStream(), settings.keepAlive());
    try {
      stream.write(plan.first());
      var follower = plan.follower();
      if (follower != null) stream.follow(follower, plan.mapping(), plan.start());
    } catch (IOException e) {
      if (settings.stopsWhenGone()) stop(caller, plan.turn());
      throw e;
    } catch (RuntimeException | InterruptedException e) {
      stream.write(List.of(StreamError.unexplained(true)));
      throw e;
    }
  }

  /** Stops the turn of a client that has gone: it has no other way to say that. */
  private void stop(Caller caller, Turn turn) {
    try {
      var unused = service.stop(caller, turn.conversation(), turn.id());
    } catch (ChatException e) {
      LOG.warn("turn {} cannot be stopped: {}", turn.id(), e.getMessage());
    }
  }

  private Items items(Caller caller) {
    return new Items(new Files(caller.user(), urls));
  }

  private Event options() {
    return StreamOptions.of(settings.stopsWhenGone());
  }

  private Plan create(Caller caller, Request.Create request, @Nullable String key) {
    var input = new Turn.Input.Send(null, null, content(request.input()), null);
    var follower = service.begin(caller, input, Turn.OnBusy.REJECT, key);
    var created = asCreated(service.conversation(caller, follower.turn().conversation()));
    return Plan.of(
        follower,
        List.of(new ThreadCreated(Items.thread(created))),
        new TurnMapping(items(caller), follower.turn(), null, () -> afterInput(created, input)));
  }

  /** Its turn is under way, and may have changed it already. */
  private static Conversation asCreated(Conversation now) {
    return new Conversation(
        now.owner(),
        now.id(),
        null,
        Conversation.TitleBy.FIRST_MESSAGE,
        Conversation.Status.ACTIVE,
        null,
        null,
        Json.EMPTY,
        0,
        now.createdAt(),
        now.createdAt());
  }

  private Plan add(Caller caller, Request.AddUserMessage request, @Nullable String key) {
    var before = service.open(caller, Ids.thread(request.thread()), 1);
    var conversation = before.conversation();
    var input = new Turn.Input.Send(conversation.id(), null, content(request.input()), null);
    var follower = service.begin(caller, input, Turn.OnBusy.INTERRUPT, key);
    Supplier<List<Event>> after =
        () -> {
          var events = new ArrayList<>(afterInput(conversation, input));
          events.addAll(left(caller, before.turn()));
          return events;
        };
    return Plan.of(
        follower, List.of(), new TurnMapping(items(caller), follower.turn(), null, after));
  }

  /** Says what has become of the cards and forms that waited when a message took over. */
  private List<Event> left(Caller caller, @Nullable Turn before) {
    var events = new ArrayList<Event>();
    if (before == null) return events;
    for (var pending : before.awaiting()) {
      try {
        var message = service.message(caller, before.conversation(), pending.message());
        boolean client = message.content() instanceof Content.ToolCall call && call.client();
        if (!client) events.add(new ItemReplaced(items(caller).of(message, null)));
      } catch (ChatException e) {
        LOG.debug("what waited is not told: {}", e.getMessage());
      }
    }
    return events;
  }

  /** Says how a turn is streamed, and what a thread without a title is called by its message. */
  private List<Event> afterInput(Conversation before, Turn.Input.Send input) {
    var title = Conversation.titleFrom(input.content().text());
    if (before.title() != null || title == null) return List.of(options());
    var change = Conversation.Change.title(title, Conversation.TitleBy.FIRST_MESSAGE);
    var titled = before.with(change, before.updatedAt());
    return List.of(options(), new ThreadUpdated(Items.thread(titled)));
  }

  private static Content.UserInput content(Request.UserMessage message) {
    var files = message.attachments().stream().map(Ids::attachment).distinct();
    return new Content.UserInput(
        message.parts(),
        files.map(Content.Attachment::named).toList(),
        message.quoted(),
        message.options());
  }

  private Plan retry(Caller caller, Request.RetryAfterItem request, @Nullable String key) {
    var conversation = service.conversation(caller, Ids.thread(request.thread())).id();
    var message = Operations.item(service, caller, conversation, request.item());
    if (!(message.content() instanceof Content.UserInput input)) {
      throw new InvalidInput("item_id", "only a user's message can be answered again");
    }
    var asked = input.options();
    // A model that is no longer offered: then the server chooses.
    var options =
        service.offers(asked.model()) ? asked : new Content.Options(null, asked.toolChoice());
    var retry = new Turn.Input.Retry(conversation, message.id(), options);
    return goesOn(caller, service.begin(caller, retry, Turn.OnBusy.INTERRUPT, key), message.id());
  }

  private Plan act(Caller caller, Request.CustomAction request, @Nullable String key) {
    var conversation = service.conversation(caller, Ids.thread(request.thread())).id();
    var action = request.action();
    if (request.item() != null) {
      var message = Operations.item(service, caller, conversation, request.item());
      if (Widgets.isCall(message)) return decide(caller, message, action);
    }
    var sender = Operations.sender(service, caller, conversation, request.item());
    var input =
        new Turn.Input.Act(
            conversation, new Content.Action(action.type(), action.payload(), sender));
    return goesOn(caller, service.begin(caller, input, Turn.OnBusy.REJECT, key), null);
  }

  /** Answers the card that asks whether a call may be made. */
  private Plan decide(Caller caller, Message call, Request.Action action) {
    var decision = Widgets.answer(action.type());
    if (decision == null) throw new InvalidInput("action.type", "this item has no such action");
    var hash = ChatKitJson.tree(action.payload()).path(Widgets.CALL_HASH).textValue();
    if (hash == null && decision instanceof Turn.Answer.Approve) {
      throw new InvalidInput("params.action.payload", "the hash of the call that is approved");
    }
    var waits = items(caller).of(call, new Asked(hash, decision));
    return resume(caller, call, decision, hash, new ItemReplaced(waits));
  }

  private Plan form(Caller caller, Request.AddStructuredInput request) {
    var conversation = service.conversation(caller, Ids.thread(request.thread())).id();
    var message = Operations.item(service, caller, conversation, request.item());
    if (!(message.content() instanceof Content.StructuredInput)) {
      throw new InvalidInput("item_id", "only questions can be answered");
    }
    var answer = new Turn.Answer.Form(request.answers(), request.skipped());
    var filled = items(caller).of(message, new Asked(null, answer));
    return resume(caller, message, answer, null, new ItemReplaced(filled));
  }

  /**
   * Takes what the client's own tool gave, for the newest call that waits for it. When none waits,
   * a result that the newest call has already is that request, sent again: it follows the turn on.
   */
  private Plan output(Caller caller, Request.AddClientToolOutput request) {
    var conversation = Ids.thread(request.thread());
    var detail = service.open(caller, conversation, RECENT);
    var turn = detail.turn();
    if (turn == null) throw nothingWaits();
    var answers = new HashMap<Message.Id, Turn.Pending>();
    for (var pending : turn.awaiting()) answers.put(pending.message(), pending);
    Message waiting = null;
    Message repeated = null;
    boolean newest = true;
    for (var message : detail.newest().messages().reversed()) {
      boolean own = message.turn().equals(turn.id());
      if (!own || !(message.content() instanceof Content.ToolCall call) || !call.client()) continue;
      var given = given(call, answers.get(message.id()));
      if (given == null && answers.containsKey(message.id())) {
        waiting = message;
        break;
      }
      boolean same = given != null && given.canonical().equals(request.result().canonical());
      if (newest && same) repeated = message;
      newest = false;
    }
    // Two calls may well give the same: only when none waits it is the same answer, sent again.
    if (waiting == null) waiting = repeated;
    if (waiting == null) throw nothingWaits();
    return resume(caller, waiting, new Turn.Answer.Result(request.result()), null, null);
  }

  private static NotFound nothingWaits() {
    return new NotFound("pending client tool call");
  }

  private static @Nullable Json given(Content.ToolCall call, Turn.@Nullable Pending pending) {
    if (pending != null) {
      return pending.answer() instanceof Turn.Answer.Result(var result) ? result : null;
    }
    return call.result() == null ? null : call.result().structured();
  }

  /**
   * Answers what a turn waits for, and goes on with it.
   *
   * @param meanwhile what to show while other answers are missing; null for nothing
   */
  private Plan resume(
      Caller caller,
      Message asked,
      Turn.Answer answer,
      @Nullable String hash,
      @Nullable Event meanwhile) {
    var conversation = asked.conversation();
    var before = service.turn(caller, conversation, asked.turn());
    var start =
        before.state() == Turn.State.AWAITING
            ? new Start(before.lastEvent(), null)
            : new Start(0, asked.id());
    var turn = service.answer(caller, conversation, before.id(), asked.id(), answer, hash);
    var first = new ArrayList<>(List.of(options()));
    var mapping = new TurnMapping(items(caller), turn, turn.userMessage(), List::of);
    if (turn.state() == Turn.State.AWAITING) {
      if (meanwhile != null) first.add(meanwhile);
      return new Plan(turn, first, null, mapping, start);
    }
    var follower = service.follow(caller, conversation, turn.id(), 0);
    return new Plan(turn, first, follower, mapping, start);
  }

  /** A turn whose input the client does not see, or has seen. */
  private Plan goesOn(Caller caller, Follower follower, Message.@Nullable Id known) {
    return Plan.of(
        follower,
        List.of(options()),
        new TurnMapping(items(caller), follower.turn(), known, List::of));
  }
}
