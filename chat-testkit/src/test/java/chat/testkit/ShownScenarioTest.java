package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.engine.EngineSettings;
import chat.memory.InMemoryStore;
import chat.model.ChatException.Conflict;
import chat.model.ChatException.InvalidInput;
import chat.model.Content;
import chat.model.Content.StructuredInput;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Source;
import chat.model.Task;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.Window;
import chat.port.Agent;
import chat.port.Toolset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an agent shows beside its words, what it asks, and what its user does with that. */
final class ShownScenarioTest {
  private static final Content.Widget HEL = widget("Hel");
  private static final Content.Workflow NOTHING_DONE = new Content.Workflow(List.of(), null, false);

  @Test
  void aWidgetIsSeenFromItsFirstStateOnAndStaysAsItWasLeft() throws Exception {
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  sink.text("Look: ");
                  var shown = sink.open(HEL);
                  sink.update(shown, widget("Hello"));
                  sink.text("there");
                  sink.update(shown, widget("Bye"));
                  sink.updateComponent(shown, "t", new Json("{\"type\":\"Divider\",\"id\":\"t\"}"));
                  sink.done(shown);
                });
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      var events = plain(World.allOf(turn));

      assertThat(names(events))
          .containsExactly(
              "TurnStarted",
              "MessageDone",
              "MessageStarted",
              "MessageDelta",
              "MessageDone",
              "MessageStarted",
              "MessageUpdated",
              "WidgetDelta",
              "MessageStarted",
              "MessageDelta",
              "MessageUpdated",
              "WidgetComponentUpdated",
              "MessageDone",
              "MessageDone",
              "TurnEnded");
      var begun = ((TurnEvent.MessageUpdated) events.get(6)).message();
      assertThat(begun.partial()).isTrue();
      assertThat(events.get(7)).isEqualTo(new TurnEvent.WidgetDelta(begun.id(), "t", "lo", true));
      var history = history(world, turn.turn().conversation());
      assertThat(history)
          .extracting(m -> m.content().kind().name())
          .containsExactly("TEXT", "TEXT", "WIDGET", "TEXT");
      var left = history.get(2);
      assertThat(left.partial()).isFalse();
      assertThat(((Content.Widget) left.content()).root().canonical())
          .isEqualTo("{\"children\":[{\"id\":\"t\",\"type\":\"Divider\"}],\"type\":\"Card\"}");
      assertThat(left).isEqualTo(((TurnEvent.MessageDone) events.get(13)).message());
    }
  }

  @Test
  void whatIsLeftOpenIsCompleteWhenTheAgentIsDone() throws Exception {
    var agent = new ScriptedAgent().does((request, sink) -> sink.open(NOTHING_DONE)).says("so");
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      assertThat(names(plain(World.allOf(turn))))
          .endsWith("MessageDone", "MessageDone", "TurnEnded");
      assertThat(history(world, turn.turn().conversation())).noneMatch(Message::partial);
    }
  }

  @Test
  void whatIsOpenAtAStopStaysAsItWasLastSeenAndIsPartial() throws Exception {
    var step = new Content.Workflow(List.of(new Task.Image(Task.Status.LOADING, "x")), null, true);
    var agent =
        new ScriptedAgent()
            .does((request, sink) -> sink.update(sink.open(NOTHING_DONE), step))
            .says("then")
            .hangs();
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      World.until(turn, "then");
      world.chat.stop(world.alice, turn.turn().conversation(), turn.turn().id());
      World.replyOf(turn);

      var history = history(world, turn.turn().conversation());
      assertThat(history.get(1).content()).isEqualTo(step);
      assertThat(history.get(1).partial()).isTrue();
    }
  }

  @Test
  void sourcesAreToldAsTheyComeAndStandWithTheirText() throws Exception {
    var one = new Content.Citation(Source.Url.of("One", "https://example.org/1"), 3);
    var two = new Content.Citation(Source.File.of("Two", "two.pdf"), null);
    var agent =
        new ScriptedAgent()
            .says("abc")
            .does((request, sink) -> sink.annotate(List.of(one), null))
            .says("d")
            .does((request, sink) -> sink.annotate(List.of(two), null));
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      var told =
          plain(World.allOf(turn)).stream()
              .filter(TurnEvent.SourceAdded.class::isInstance)
              .map(TurnEvent.SourceAdded.class::cast)
              .toList();
      assertThat(told).extracting(TurnEvent.SourceAdded::place).containsExactly(0, 1);
      assertThat(told).extracting(TurnEvent.SourceAdded::source).containsExactly(one, two);
      assertThat(history(world, turn.turn().conversation()).get(1).content())
          .isEqualTo(new Content.AssistantText("abcd", List.of(one, two)));
    }
  }

  @Test
  void whatIsTakenBackWasNeverSaid() throws Exception {
    var agent =
        new ScriptedAgent().says("secret").does((request, sink) -> sink.retract()).says("no");
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      assertThat(names(plain(World.allOf(turn)))).contains("MessageRemoved");
      assertThat(history(world, turn.turn().conversation()))
          .extracting(m -> m.content().text())
          .containsExactly("hi", "no");
    }
  }

  @Test
  void anActionIsATurnThatMayReplaceTheWidget() throws Exception {
    var shown = new AtomicReference<Message>();
    var acted = new AtomicReference<Content.Action>();
    Agent shows = (request, sink) -> shown.set(sink.show(HEL));
    var agent =
        shows.withActions(
            (action, request, sink) -> {
              acted.set(action);
              sink.replace(java.util.Objects.requireNonNull(action.widget()), widget("done"));
              sink.text("Done.");
            });
    try (var world = new World(agent)) {
      var first = world.says(null, "hi");
      World.replyOf(first);
      var id = first.turn().conversation();
      var action = new Content.Action("finish", new Json("{\"n\":1}"), shown.get());

      var second =
          world.chat.begin(world.alice, new Turn.Input.Act(id, action), Turn.OnBusy.REJECT, null);
      var events = plain(World.allOf(second));

      assertThat(acted.get()).isEqualTo(action);
      assertThat(events)
          .anyMatch(
              e ->
                  e instanceof TurnEvent.MessageUpdated u
                      && u.message().id().equals(shown.get().id()));
      var history = history(world, id);
      assertThat(history)
          .extracting(m -> m.content().kind().name())
          .containsExactly("TEXT", "WIDGET", "ACTION", "TEXT");
      assertThat(history.get(1).content()).isEqualTo(widget("done"));
      assertThat(history.get(1).revision()).isEqualTo(1);
      assertThat(history.get(3).parent()).isEqualTo(history.get(2).id());
      assertThat(history.get(2).content().hidden()).isTrue();
    }
  }

  @Test
  void whatIsReplacedTwiceIsStoredAsItWasToldLast() throws Exception {
    var shown = new AtomicReference<Message>();
    var agent =
        new ScriptedAgent()
            .does((request, sink) -> shown.set(sink.show(HEL)))
            .does((request, sink) -> sink.replace(shown.get(), widget("one")))
            .does((request, sink) -> sink.replace(shown.get(), widget("two")));
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      var events = plain(World.allOf(turn));
      var stored = history(world, turn.turn().conversation()).get(1);
      assertThat(stored.content()).isEqualTo(widget("two"));
      assertThat(events).contains(new TurnEvent.MessageUpdated(stored));
    }
  }

  @Test
  void anActionThatWaitedIsAboutTheWidgetAsItIsThen() throws Exception {
    var shown = new AtomicReference<Message>();
    var goOn = new CountDownLatch(1);
    Agent shows = (request, sink) -> shown.set(sink.show(widget("0")));
    var agent =
        shows.withActions(
            (action, request, sink) -> {
              var widget = java.util.Objects.requireNonNull(action.widget());
              try {
                if (action.name().equals("first")) goOn.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              var before = ((Content.Widget) widget.content()).root().text();
              sink.replace(widget, widget(before.contains("\"0\"") ? "1" : "2"));
            });
    try (var world = new World(agent)) {
      var begun = world.says(null, "hi");
      World.replyOf(begun);
      var id = begun.turn().conversation();
      var first = begin(world, id, "first", shown.get());
      var second = begin(world, id, "second", shown.get());
      goOn.countDown();
      World.replyOf(first);
      World.replyOf(second);
      assertThat(history(world, id).get(1).content()).isEqualTo(widget("2"));
      assertThat(history(world, id).get(1).revision()).isEqualTo(2);
    }
  }

  @Test
  void anActionIsNeitherDoneAgainNorEdited() throws Exception {
    Agent shows = (request, sink) -> sink.show(HEL);
    var agent = shows.withActions((action, request, sink) -> sink.text("done"));
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      World.replyOf(turn);
      var id = turn.turn().conversation();
      World.replyOf(begin(world, id, "press", history(world, id).get(1)));
      for (var message : history(world, id).subList(2, 4)) {
        var retry = new Turn.Input.Retry(id, message.id(), Content.Options.NONE);
        assertThatThrownBy(() -> begin(world, retry)).isInstanceOf(InvalidInput.class);
        var content = Content.UserInput.of("other");
        var edit = new Turn.Input.Send(id, null, content, message.id());
        assertThatThrownBy(() -> begin(world, edit)).isInstanceOf(InvalidInput.class);
      }
    }
  }

  @Test
  void aWidgetThatIsNoLongerShownHasNoActions() throws Exception {
    Agent shows = (request, sink) -> sink.show(HEL);
    try (var world = new World(shows)) {
      var turn = world.says(null, "hi");
      World.replyOf(turn);
      var id = turn.turn().conversation();
      var left = history(world, id).get(1);
      var retry = new Turn.Input.Retry(id, left.id(), Content.Options.NONE);
      World.replyOf(begin(world, retry));
      assertThatThrownBy(() -> begin(world, id, "press", left)).isInstanceOf(InvalidInput.class);
    }
  }

  private static chat.engine.Follower begin(
      World world, Conversation.Id id, String name, Message widget) {
    var action = new Content.Action(name, Json.NULL, widget);
    return world.chat.begin(world.alice, new Turn.Input.Act(id, action), Turn.OnBusy.ENQUEUE, null);
  }

  private static chat.engine.Follower begin(World world, Turn.Input input) {
    return world.chat.begin(world.alice, input, Turn.OnBusy.REJECT, null);
  }

  @Test
  void aTextIsWholeBeforeWhatWasOpenedBesideItIs() throws Exception {
    var agent =
        new ScriptedAgent()
            .does(
                (request, sink) -> {
                  var shown = sink.open(HEL);
                  sink.text("Once upon");
                  sink.done(shown);
                })
            .hangs();
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      var seen = new ArrayList<TurnEvent>();
      while (names(seen).stream().filter("MessageDone"::equals).count() < 3) {
        seen.addAll(plain(turn.next(World.LONG)));
      }
      // A stream that is resumed here misses nothing of a text that is still being said.
      var history = history(world, turn.turn().conversation());
      assertThat(history).extracting(m -> m.content().text()).contains("Once upon");
    }
  }

  @Test
  void whatAnswersNoQuestionIsLeftOut() throws Exception {
    try (var world = new World(asking())) {
      var turn = world.says(null, "hi");
      World.replyOf(turn);
      var id = turn.turn().conversation();
      var answers = Map.of("\0", Question.Given.of("x"), "why", Question.Given.of("because"));
      world.chat.answer(
          world.alice,
          id,
          turn.turn().id(),
          history(world, id).get(1).id(),
          new Turn.Answer.Form(answers, false));
      World.allOf(turn);
      assertThat(((StructuredInput) history(world, id).get(1).content()).questions().get(1).given())
          .isEqualTo(Question.Given.of("because"));
    }
  }

  @Test
  void aMessageIsBoundedInAllItsParts() {
    var long60 = "x".repeat(60_000);
    var tag = new Content.Part.Tag("t", "@t", new Json("\"" + long60 + "\""), null, false);
    try (var world = new World(new ScriptedAgent())) {
      for (var content :
          List.of(
              new Content.UserInput(List.of(tag, tag), List.of(), null, Content.Options.NONE),
              new Content.UserInput(
                  List.of(new Content.Part.Text("a")),
                  List.of(),
                  long60 + long60,
                  Content.Options.NONE),
              new Content.UserInput(
                  List.of(new Content.Part.Text("a")),
                  List.of(),
                  null,
                  new Content.Options("m".repeat(201), null)))) {
        var send = new Turn.Input.Send(null, null, content, null);
        assertThatThrownBy(() -> begin(world, send)).isInstanceOf(InvalidInput.class);
      }
    }
  }

  @Test
  void onlyAWidgetOfTheConversationHasActions() throws Exception {
    try (var world = new World(new ScriptedAgent().says("hello"))) {
      var first = world.says(null, "hi");
      World.replyOf(first);
      var id = first.turn().conversation();
      var said = history(world, id).get(1);
      assertThatThrownBy(() -> act(world, id, said)).isInstanceOf(InvalidInput.class);
    }
  }

  private static void act(World world, Conversation.Id id, Message widget) {
    var action = new Content.Action("x", Json.NULL, widget);
    var follower =
        world.chat.begin(world.alice, new Turn.Input.Act(id, action), Turn.OnBusy.REJECT, null);
    throw new AssertionError("began " + follower.turn().id());
  }

  @Test
  void aFormIsAskedAnsweredAndInTheHistoryOfTheNextRun() throws Exception {
    var agent = asking();
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      assertThat(World.replyOf(turn).state()).isEqualTo(Turn.State.AWAITING);
      var id = turn.turn().conversation();
      var form = history(world, id).get(1);
      var answers =
          Map.of(
              "size", Question.Given.of("huge", "small"),
              "unknown", Question.Given.of("x"));

      world.chat.answer(
          world.alice, id, turn.turn().id(), form.id(), new Turn.Answer.Form(answers, false));
      assertThat(names(plain(World.allOf(turn))))
          .containsExactly(
              "TurnResumed",
              "MessageUpdated",
              "MessageDone",
              "MessageStarted",
              "MessageDelta",
              "MessageDone",
              "TurnEnded");

      var filled = (StructuredInput) history(world, id).get(1).content();
      assertThat(filled.status()).isEqualTo(StructuredInput.Status.ANSWERED);
      assertThat(filled.questions())
          .extracting(Question::given)
          .containsExactly(Question.Given.of("huge"), Question.Given.SKIPPED);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"USER", "SUPERSEDED"})
  void aFormThatNobodyWillAnswerIsSkipped(Turn.EndReason why) throws Exception {
    try (var world = new World(asking())) {
      var turn = world.says(null, "hi");
      World.replyOf(turn);
      var id = turn.turn().conversation();
      if (why == Turn.EndReason.USER) world.chat.stop(world.alice, id, turn.turn().id());
      else World.replyOf(world.says(id, "never mind", Turn.OnBusy.INTERRUPT));
      assertThat(names(plain(World.allOf(turn)))).containsExactly("MessageDone", "TurnEnded");
      var form = (StructuredInput) history(world, id).get(1).content();
      assertThat(form.status()).isEqualTo(StructuredInput.Status.SKIPPED);
    }
  }

  private static ScriptedAgent asking() {
    return new ScriptedAgent()
        .then(
            (request, sink) -> {
              boolean asked =
                  request.history().stream()
                      .anyMatch(
                          m ->
                              m.content() instanceof StructuredInput form
                                  && form.status() == StructuredInput.Status.ANSWERED);
              boolean over =
                  request.history().stream().anyMatch(m -> m.content().text().equals("never mind"));
              if (asked || over) return true;
              sink.ask(
                  StructuredInput.of(
                      List.of(
                          new Question.Choice("size", "How big?", List.of("small"), false, null),
                          new Question.Freeform("why", "Why?", null, null))));
              return false;
            })
        .says("thanks");
  }

  @Test
  void whatIsBeingSaidIsThereForWhoeverComesLater() throws Exception {
    var goOn = new CountDownLatch(1);
    var agent = new ScriptedAgent().thinks("hm").says("Hel", "lo").waitsFor(goOn);
    try (var world = new World(agent)) {
      var turn = world.says(null, "hi");
      World.until(turn, "Hello");
      var now = world.turn(turn);
      assertThat(world.chat.inProgress(now))
          .singleElement()
          .satisfies(
              message -> {
                assertThat(message.content().text()).isEqualTo("Hello");
                assertThat(message.partial()).isTrue();
                assertThat(message.turn()).isEqualTo(now.id());
              });
      goOn.countDown();
      World.replyOf(turn);
      assertThat(world.chat.inProgress(world.turn(turn))).isEmpty();
    }
  }

  @Test
  void onlyOfferedModelsMayBeAskedFor() throws Exception {
    var offer = new EngineSettings.Admission(Set.of("small"), false);
    try (var world = world(new ScriptedAgent().says("ok"), World.QUICK.withAdmission(offer))) {
      World.replyOf(ask(world, "small"));
      assertThatThrownBy(() -> ask(world, "large"))
          .isInstanceOfSatisfying(
              InvalidInput.class, e -> assertThat(e.field()).isEqualTo("model"));
    }
  }

  private static chat.engine.Follower ask(World world, String model) {
    var content =
        new Content.UserInput(
            List.of(new Content.Part.Text("hi")),
            List.of(),
            null,
            new Content.Options(model, null));
    return world.chat.begin(
        world.alice, new Turn.Input.Send(null, null, content, null), Turn.OnBusy.REJECT, null);
  }

  @Test
  void aLockedConversationTakesTurnsWhereThatIsAllowed() throws Exception {
    for (boolean allowed : List.of(false, true)) {
      var settings = World.QUICK.withAdmission(new EngineSettings.Admission(Set.of(), allowed));
      try (var world = world(new ScriptedAgent().says("ok"), settings)) {
        var first = world.says(null, "hi");
        World.replyOf(first);
        var id = first.turn().conversation();
        world.chat.change(world.alice, id, Conversation.Change.status(Conversation.Status.LOCKED));
        if (allowed) World.replyOf(world.says(id, "again"));
        else assertThatThrownBy(() -> world.says(id, "again")).isInstanceOf(Conflict.class);
      }
    }
  }

  @Test
  void theModelIsToldOfAStopAndNobodyElse() throws Exception {
    var note = new Json("\"The user has stopped it.\"");
    try (var world =
        world(new ScriptedAgent().says("Hel").hangs(), World.QUICK.withStopNote(note))) {
      var turn = world.says(null, "hi");
      World.until(turn, "Hel");
      world.chat.stop(world.alice, turn.turn().conversation(), turn.turn().id());
      World.replyOf(turn);
      var history = history(world, turn.turn().conversation());
      assertThat(history.get(1).partial()).isTrue();
      assertThat(history.get(2).content()).isEqualTo(new Content.HiddenContext(note));
    }
  }

  private static World world(Agent agent, EngineSettings settings) {
    var store = new InMemoryStore();
    return new World(store.conversations(), store.journal(), agent, Toolset.NONE, settings);
  }

  private static Content.Widget widget(String value) {
    var text = "{\"type\":\"Text\",\"id\":\"t\",\"value\":\"" + value + "\"}";
    return new Content.Widget(new Json("{\"type\":\"Card\",\"children\":[" + text + "]}"), null);
  }

  private static List<Message> history(World world, Conversation.Id id) {
    return world.chat.window(world.alice, id, Window.Query.newest(50)).messages();
  }

  private static List<TurnEvent> plain(List<TurnEvent.Numbered> numbered) {
    var events = new ArrayList<TurnEvent>();
    for (var event : numbered) events.add(event.event());
    return events;
  }

  private static List<String> names(List<TurnEvent> events) {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }
}
