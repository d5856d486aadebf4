package chat.engine;

import chat.ChatService;
import chat.model.Caller;
import chat.model.ChatException;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import chat.model.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Is somebody at a browser, or several in one account: sends, also twice, edits, retries, stops,
 * answers, deletes, and reads what comes of it over connections that break.
 */
final class SimulatedClient {
  static final UserId OWNER = new UserId("alice");
  private static final Caller CALLER = Caller.withoutToken(OWNER);
  private final Simulation simulation;
  private final SimulatedWorld world;
  private int sent;

  SimulatedClient(Simulation simulation, SimulatedWorld world) {
    this.simulation = simulation;
    this.world = world;
  }

  void act(int times) {
    for (int i = 0; i < times; i++) {
      simulation.rest(Duration.ofMillis(draw(draw(4) == 0 ? 2000 : 150)));
      var conversation = draw(12) == 0 ? null : any(world.conversations);
      if (conversation == null || draw(2) == 0) send(conversation);
      else other(conversation);
    }
  }

  private void other(Conversation.Id conversation) {
    switch (draw(13)) {
      case 12 -> act(conversation);
      case 0, 1, 2 -> stop(conversation);
      case 3, 4, 5, 6 -> answer(conversation);
      case 7 -> retry(conversation);
      case 8 -> ask(chat -> chat.window(CALLER, conversation, Window.Query.newest(50)));
      case 9 -> readAgain();
      case 10 -> activate(conversation);
      default -> {
        if (draw(4) != 0) return;
        ask(
            chat -> {
              chat.delete(CALLER, conversation);
              return true;
            });
      }
    }
  }

  /** Sends; with a key or an id of its own also several times, at once or until it is answered. */
  private void send(Conversation.@Nullable Id conversation) {
    var id = draw(3) == 0 ? Message.Id.next() : null;
    var key = draw(2) == 0 ? "k" + world.nextKey() : null;
    var text = Content.UserInput.of("question " + ++sent);
    var replaced = draw(6) == 0 && conversation != null ? lastQuestion(conversation) : null;
    var input = new Turn.Input.Send(conversation, id, text, replaced);
    var policy = List.of(Turn.OnBusy.values()).get(draw(3));
    int times = key == null && id == null ? 1 : 1 + draw(3);
    boolean atOnce = draw(2) == 0;
    for (int i = 0; i < times; i++) {
      if (atOnce)
        simulation.spawn(world.outside, "tab", world.counted(() -> begin(input, policy, key)));
      else begin(input, policy, key);
    }
  }

  private void begin(Turn.Input input, Turn.OnBusy policy, @Nullable String key) {
    var turn = ask(chat -> chat.begin(CALLER, input, policy, key).turn());
    if (turn.isEmpty()) return;
    world.began(turn.get());
    read(new Reading(turn.get(), 0));
  }

  private void retry(Conversation.Id conversation) {
    var message = lastQuestion(conversation);
    if (message == null) return;
    var input = new Turn.Input.Retry(conversation, message, Content.Options.NONE);
    begin(input, draw(2) == 0 ? Turn.OnBusy.REJECT : Turn.OnBusy.INTERRUPT, null);
  }

  private void act(Conversation.Id conversation) {
    var action = new Content.Action("press " + ++sent, Json.EMPTY, null);
    var policy = List.of(Turn.OnBusy.values()).get(draw(3));
    begin(new Turn.Input.Act(conversation, action), policy, null);
  }

  private void activate(Conversation.Id conversation) {
    var message = lastQuestion(conversation);
    if (message == null) return;
    var siblings = ask(chat -> chat.siblings(CALLER, conversation, message)).orElse(List.of());
    if (siblings.isEmpty()) return;
    var chosen = siblings.get(draw(siblings.size())).id();
    ask(
        chat -> {
          chat.activate(CALLER, conversation, chosen);
          return true;
        });
  }

  private Message.@Nullable Id lastQuestion(Conversation.Id conversation) {
    var window = ask(chat -> chat.window(CALLER, conversation, Window.Query.newest(20)));
    if (window.isEmpty()) return null;
    Message.Id last = null;
    for (var message : window.get().messages()) {
      if (message.content().role() == Content.Role.USER) last = message.id();
    }
    return last;
  }

  private void stop(Conversation.Id conversation) {
    var turns = turnsOf(conversation);
    if (turns.isEmpty()) return;
    var turn = turns.get(draw(turns.size()));
    ask(chat -> chat.stop(CALLER, conversation, turn.id()));
  }

  private void answer(Conversation.Id conversation) {
    for (var turn : turnsOf(conversation)) {
      for (var pending : turn.awaiting()) {
        if (draw(8) == 0) continue;
        var seal = pending.seal();
        ask(
            chat -> {
              try {
                var hash = seal == null || draw(3) == 0 ? null : seal.hash();
                return chat.answer(
                    CALLER,
                    conversation,
                    turn.id(),
                    pending.message(),
                    seal == null ? form() : answer(),
                    hash);
              } catch (ChatException.InvalidInput e) {
                return turn;
              }
            });
      }
    }
  }

  private void answerSoon(Conversation.Id conversation) {
    if (draw(4) == 0) return;
    simulation.spawn(
        world.outside,
        "answer",
        world.counted(
            () -> {
              simulation.rest(Duration.ofMillis(draw(1000)));
              answer(conversation);
            }));
  }

  private Turn.Answer form() {
    return new Turn.Answer.Form(Map.of("q", Question.Given.of("yes")), draw(3) == 0);
  }

  private Turn.Answer answer() {
    return switch (draw(4)) {
      case 0 -> new Turn.Answer.Deny();
      case 1 -> new Turn.Answer.Result(Json.EMPTY);
      default -> new Turn.Answer.Approve(null);
    };
  }

  private List<Turn> turnsOf(Conversation.Id conversation) {
    var turns = new ArrayList<Turn>();
    ask(chat -> chat.open(CALLER, conversation, 1))
        .ifPresent(
            detail -> {
              if (detail.turn() != null) turns.add(detail.turn());
              turns.addAll(detail.queue());
            });
    return turns;
  }

  private void readAgain() {
    var turn = any(world.turns);
    if (turn != null) read(new Reading(turn, draw(3) == 0 ? turn.resumeFrom() : 0));
  }

  /** Reads a turn to its end, wherever it is served, on a thread of its own. */
  private void read(Reading reading) {
    if (draw(3) == 0) return;
    world.readings.add(reading);
    simulation.spawn(
        world.outside,
        "reader",
        world.counted(
            () -> {
              while (!reading.ended()) {
                simulation.rest(Duration.ofMillis(draw(100)));
                int number = reading.connect();
                int batches = draw(3) == 0 ? draw(6) : 1000;
                var over = ask(chat -> connection(chat, reading, number, batches));
                if (over.orElse(false)) return;
              }
            }));
  }

  /** Reads for a while over one connection; tells whether the turn is gone. */
  private boolean connection(ChatService chat, Reading reading, int number, int batches) {
    Follower follower;
    var turn = reading.turn;
    try {
      follower = chat.follow(CALLER, turn.conversation(), turn.id(), reading.after());
    } catch (ChatException.NotFound e) {
      world.requireDeleted(turn);
      return true;
    }
    long until = simulation.elapsed().toMillis() + 4000;
    try {
      for (int i = 0; i < batches && !follower.ended(); i++) {
        if (simulation.elapsed().toMillis() > until) return false;
        var events = follower.next(Duration.ofMillis(1 + draw(400)));
        if (!reading.isConnectedBy(number)) return false;
        for (var event : events) {
          if (event.event() instanceof TurnEvent.MessageDone done) world.requireStored(done);
          if (event.event() instanceof TurnEvent.TurnAwaiting) answerSoon(turn.conversation());
          reading.add(event);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("a request is not interrupted", e);
    }
    boolean mine = reading.isConnectedBy(number);
    if (mine && follower.ended() && !reading.ended()) reading.nothingMore();
    return false;
  }

  private <T> Optional<T> ask(Function<ChatService, T> request) {
    return world.anyInstance().ask(request);
  }

  private <T> @Nullable T any(List<T> among) {
    return among.isEmpty() ? null : among.get(draw(among.size()));
  }

  private int draw(int below) {
    return simulation.random.nextInt(below);
  }
}
