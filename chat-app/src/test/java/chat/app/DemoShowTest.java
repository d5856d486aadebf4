package chat.app;

import static org.assertj.core.api.Assertions.assertThat;

import chat.ChatService;
import chat.engine.Follower;
import chat.memory.InMemoryStore;
import chat.model.Caller;
import chat.model.Content;
import chat.model.Content.StructuredInput;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tells what the demo shows, through the engine. */
@Timeout(60)
final class DemoShowTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Caller ALICE = Caller.withoutToken(new UserId("alice"));

  private final ChatService chat =
      ChatService.start(new InMemoryStore(), new DemoAgent(Duration.ofNanos(1), DemoAgent::answer));

  @AfterEach
  void close() {
    chat.close();
  }

  @Test
  void oneOfEverythingIsShownAndTheButtonWorks() throws Exception {
    var turn = send(null, "/show");
    var events = follow(turn);

    assertThat(events).filteredOn(TurnEvent.WidgetDelta.class::isInstance).hasSizeGreaterThan(5);
    assertThat(events).filteredOn(TurnEvent.Told.class::isInstance).hasSize(3);
    var id = turn.turn().conversation();
    assertThat(history(id))
        .extracting(m -> m.content().kind())
        .containsExactly(
            Content.Kind.TEXT,
            Content.Kind.REASONING,
            Content.Kind.WORKFLOW,
            Content.Kind.WIDGET,
            Content.Kind.IMAGE,
            Content.Kind.TEXT);
    assertThat(history(id)).noneMatch(Message::partial);

    var action =
        new Content.Action("demo.like", new Json("{\"what\":\"poem\"}"), history(id).get(3));
    follow(chat.begin(ALICE, new Turn.Input.Act(id, action), Turn.OnBusy.REJECT, null));

    assertThat(((Content.Widget) history(id).get(3).content()).copyText())
        .isEqualTo("You liked it.");
    assertThat(history(id).get(7).content().text()).isEqualTo("You did `demo.like`.");
  }

  @Test
  void aFormIsAskedAndItsAnswersAreSaidAgain() throws Exception {
    var turn = send(null, "/ask");
    assertThat(turn.reply(LONG))
        .satisfies(r -> assertThat(r.state()).isEqualTo(Turn.State.AWAITING));
    var id = turn.turn().conversation();
    var answers = Map.of("drink", Question.Given.of("Tea"));
    chat.answer(
        ALICE, id, turn.turn().id(), history(id).get(1).id(), new Turn.Answer.Form(answers, false));
    follow(turn);

    assertThat(((StructuredInput) history(id).get(1).content()).status())
        .isEqualTo(StructuredInput.Status.ANSWERED);
    assertThat(history(id).get(2).content().text())
        .contains("- drink: [Tea]", "- extras: nothing", "- name: nothing");
  }

  private Follower send(Conversation.@Nullable Id id, String text) {
    var input = new Turn.Input.Send(id, null, Content.UserInput.of(text), null);
    return chat.begin(ALICE, input, Turn.OnBusy.REJECT, null);
  }

  private static List<TurnEvent> follow(Follower follower) throws InterruptedException {
    var events = new ArrayList<TurnEvent>();
    while (!follower.ended()) {
      var next = follower.next(LONG);
      assertThat(next).as("something in time").isNotEmpty();
      for (var event : next) events.add(event.event());
    }
    return events;
  }

  private List<Message> history(Conversation.Id id) {
    return chat.window(ALICE, id, Window.Query.newest(50)).messages();
  }
}
