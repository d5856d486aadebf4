package chat.transport.javalin;

import chat.ChatService;
import chat.engine.Follower;
import chat.engine.Reply;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.Message;
import chat.model.Turn;
import chat.transport.javalin.http.Door;
import chat.transport.javalin.http.Exchange;
import chat.transport.javalin.http.Guest;
import chat.transport.javalin.http.OpenStreams;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps each request of REST to one method of the {@link ChatService}, and back. */
final class RestRoutes {
  static final String USER = "/api/{user_id}";
  private static final String ALL = USER + "/conversations";
  private static final String ONE = ALL + "/{conversation_id}";
  private static final String MESSAGE = ONE + "/messages/{message_id}";
  private static final String TURN = ONE + "/turns/{turn_id}";
  private static final int PAGE = 20;
  private static final int WINDOW = 50;

  private final ChatService service;
  private final EventStream streams;
  private final int bodyLimit;
  private final Duration replyWithin;
  private final Guest guest;

  /**
   * @param guest takes what other protocols ask for at the path of a chat
   */
  RestRoutes(ChatService service, EventStream streams, HttpSettings settings, Guest guest) {
    this.service = service;
    this.streams = streams;
    this.bodyLimit = settings.bodyLimit();
    this.replyWithin = settings.timing().replyWithin();
    this.guest = guest;
  }

  void mount(RoutesConfig routes, Door door) {
    routes.before("/api/*", door::crossOrigin);
    routes.before(USER + "/*", door::enter);
    routes.post(USER + "/chat", this::chat);
    read(routes, ALL, this::list);
    routes.post(ALL, this::create);
    read(routes, ONE, this::open);
    routes.patch(ONE, this::change);
    routes.delete(ONE, this::delete);
    read(routes, ONE + "/messages", this::messages);
    routes.post(MESSAGE + "/retry", this::retry);
    routes.post(MESSAGE + "/actions", this::act);
    read(routes, MESSAGE + "/feedback", this::feedback);
    routes.put(MESSAGE + "/feedback", this::rate);
    routes.delete(MESSAGE + "/feedback", this::unrate);
    read(routes, MESSAGE + "/siblings", this::siblings);
    routes.put(MESSAGE + "/active", this::activate);
    read(routes, TURN, this::turn);
    read(routes, TURN + "/events", this::events);
    read(routes, TURN + "/model_calls", this::modelCalls);
    routes.post(TURN + "/stop", this::stop);
    routes.post(TURN + "/answers/{message_id}", this::answerCall);
  }

  static void read(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }

  private void chat(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    var body = body(ctx);
    if (guest.take(ctx, body)) return;
    var request = RestJson.read(body, RestRequest.Chat.class);
    begin(ctx, request.toInput(), request.busy());
  }

  private void retry(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    var conversation = Params.conversation(ctx);
    var message = Params.message(ctx);
    var request = RestJson.readOr(body(ctx), RestRequest.Retry.class, RestRequest.Retry.PLAIN);
    begin(ctx, request.toInput(conversation, message), request.busy());
  }

  private void act(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    var conversation = Params.conversation(ctx);
    var request = RestJson.read(body(ctx), RestRequest.Act.class);
    var widget = service.message(Door.caller(ctx), conversation, Params.message(ctx));
    begin(ctx, request.toInput(conversation, widget), request.busy());
  }

  private void feedback(Context ctx) {
    Params.onlyQuery(ctx);
    var feedback =
        service.feedback(Door.caller(ctx), Params.conversation(ctx), Params.message(ctx));
    answer(ctx, 200, new RestWire.FeedbackBody(feedback.orElse(null)));
  }

  private void rate(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    rate(ctx, RestJson.read(body(ctx), RestRequest.Rate.class).feedback());
  }

  private void unrate(Context ctx) {
    Params.onlyQuery(ctx);
    rate(ctx, null);
  }

  private void rate(Context ctx, @Nullable Feedback feedback) {
    var message = Params.message(ctx);
    service.rate(Door.caller(ctx), Params.conversation(ctx), List.of(message), feedback);
    Exchange.nothing(ctx, 204);
  }

  /** Begins a turn and tells it as the client wants to hear it: now, when it is over, or later. */
  private void begin(Context ctx, Turn.Input input, Turn.OnBusy busy) throws IOException {
    var caller = Door.caller(ctx);
    var key = Exchange.header(ctx, "Idempotency-Key");
    ctx.attribute(Problems.CONVERSATION, input.conversation());
    var follower = service.begin(caller, input, busy, key);
    if (Params.lists(ctx, "Accept", "text/event-stream")) {
      streams.run(ctx, follower, true);
      return;
    }
    boolean async = Params.lists(ctx, "Prefer", "respond-async");
    if (async) ctx.header("Preference-Applied", "respond-async");
    var reply = async ? null : reply(follower);
    var turn = follower.turn();
    if (async || reply == null) {
      ctx.header("Location", location(ctx, turn));
      answer(
          ctx,
          202,
          RestWire.TurnBody.from(service.turn(caller, turn.conversation(), turn.id()), null));
      return;
    }
    var userMessage = userMessage(ctx, follower);
    switch (reply.state()) {
      case COMPLETED, STOPPED, AWAITING ->
          answer(ctx, 200, RestWire.ReplyBody.from(turn, userMessage, reply));
      case FAILED, INTERRUPTED -> Problems.failed(ctx, turn, userMessage, reply);
      case QUEUED, RUNNING -> throw new IllegalStateException("a reply of a turn that runs");
    }
  }

  /** Returns null if it takes too long, or longer than this instance lives. */
  private @Nullable Reply reply(Follower follower) {
    try {
      return follower.reply(replyWithin);
    } catch (InterruptedException e) {
      return null;
    }
  }

  /** The message of a turn that had to wait gets its id only when the turn begins. */
  private Message.@Nullable Id userMessage(Context ctx, Follower follower) {
    var turn = follower.turn();
    if (turn.userMessage() != null) return turn.userMessage();
    return service.turn(Door.caller(ctx), turn.conversation(), turn.id()).userMessage();
  }

  private void list(Context ctx) {
    Params.onlyQuery(ctx, "limit", "after", "query");
    var caller = Door.caller(ctx);
    var query = ctx.queryParam("query");
    var after = ctx.queryParam("after");
    int limit = Params.limit(ctx, PAGE);
    if (query != null) {
      answer(ctx, 200, SearchWire.FoundBody.from(service.search(caller, query, after, limit)));
      return;
    }
    var page = service.list(caller, Conversation.Order.ACTIVITY_DESC, after, limit);
    answer(ctx, 200, RestWire.ListBody.from(page));
  }

  private void create(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    var request = RestJson.readOr(body(ctx), RestRequest.Create.class, RestRequest.Create.EMPTY);
    var key = Exchange.header(ctx, "Idempotency-Key");
    var made = service.create(Door.caller(ctx), request.toChange(), key);
    ctx.header("Location", location(ctx, made.id()));
    answer(ctx, 201, RestWire.ConversationBody.from(made));
  }

  private void open(Context ctx) {
    Params.onlyQuery(ctx, "limit");
    var id = Params.conversation(ctx);
    var detail = service.open(Door.caller(ctx), id, Params.limit(ctx, WINDOW));
    answer(ctx, 200, RestWire.DetailBody.from(detail));
  }

  private void change(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    var id = Params.conversation(ctx);
    var change = RestJson.read(body(ctx), RestRequest.Patch.class).toChange();
    answer(ctx, 200, RestWire.ConversationBody.from(service.change(Door.caller(ctx), id, change)));
  }

  private void delete(Context ctx) {
    Params.onlyQuery(ctx);
    service.delete(Door.caller(ctx), Params.conversation(ctx));
    Exchange.nothing(ctx, 204);
  }

  private void messages(Context ctx) {
    Params.onlyQuery(ctx, "before", "after", "around", "limit");
    var id = Params.conversation(ctx);
    var query = Params.window(ctx, Params.limit(ctx, WINDOW));
    answer(ctx, 200, RestWire.WindowBody.from(service.window(Door.caller(ctx), id, query)));
  }

  private void siblings(Context ctx) {
    Params.onlyQuery(ctx);
    var id = Params.conversation(ctx);
    var siblings = service.siblings(Door.caller(ctx), id, Params.message(ctx));
    answer(ctx, 200, RestWire.SiblingsBody.from(siblings));
  }

  private void activate(Context ctx) {
    Params.onlyQuery(ctx);
    var id = Params.conversation(ctx);
    ctx.attribute(Problems.CONVERSATION, id);
    service.activate(Door.caller(ctx), id, Params.message(ctx));
    Exchange.nothing(ctx, 204);
  }

  private void turn(Context ctx) {
    Params.onlyQuery(ctx);
    var turn = service.turn(Door.caller(ctx), Params.conversation(ctx), Params.turn(ctx));
    answer(ctx, 200, RestWire.TurnBody.from(turn, null));
  }

  private void modelCalls(Context ctx) {
    Params.onlyQuery(ctx);
    var calls = service.modelCalls(Door.caller(ctx), Params.conversation(ctx), Params.turn(ctx));
    answer(ctx, 200, UsageWire.ModelCallsBody.from(calls));
  }

  private void events(Context ctx) {
    Params.onlyQuery(ctx, "after");
    var follower =
        service.follow(
            Door.caller(ctx), Params.conversation(ctx), Params.turn(ctx), Params.afterEvent(ctx));
    if (follower.ended()) Exchange.nothing(ctx, 204);
    else if (ctx.method().equals(HandlerType.HEAD)) OpenStreams.head(ctx);
    else streams.run(ctx, follower, false);
  }

  private void stop(Context ctx) {
    Params.onlyQuery(ctx);
    var turn = service.stop(Door.caller(ctx), Params.conversation(ctx), Params.turn(ctx));
    answer(ctx, 202, RestWire.TurnBody.from(turn, null));
  }

  private void answerCall(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    var id = Params.conversation(ctx);
    ctx.attribute(Problems.CONVERSATION, id);
    var request = RestJson.read(body(ctx), RestRequest.Answer.class);
    var turn =
        service.answer(
            Door.caller(ctx),
            id,
            Params.turn(ctx),
            Params.message(ctx),
            request.toAnswer(),
            request.callHash());
    answer(ctx, 202, RestWire.TurnBody.from(turn, null));
  }

  private byte[] body(Context ctx) throws IOException {
    return Exchange.body(ctx, bodyLimit);
  }

  static void answer(Context ctx, int status, Object body) {
    ctx.status(status)
        .contentType("application/json")
        .header("Cache-Control", "no-store")
        .result(RestJson.write(body));
  }

  private static String location(Context ctx, Turn turn) {
    return location(ctx, turn.conversation()) + "/turns/" + turn.id();
  }

  private static String location(Context ctx, Conversation.Id id) {
    var user = URLEncoder.encode(Door.caller(ctx).user().value(), StandardCharsets.UTF_8);
    var prefix = ctx.contextPath() + "/api/" + user.replace("+", "%20");
    return prefix + "/conversations/" + id;
  }
}
