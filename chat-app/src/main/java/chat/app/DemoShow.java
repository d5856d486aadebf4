package chat.app;

import chat.model.Content;
import chat.model.Content.StructuredInput;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Question;
import chat.model.Source;
import chat.model.Task;
import chat.model.TurnEvent;
import chat.port.Agent;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows what an agent can do beside talking, so that a front end can be tried without a model:
 * {@code /show} shows one of everything, {@code /ask} asks a form, and the widget's button works.
 */
final class DemoShow {
  static final String HINT = " `/show` shows what else an agent can do, and `/ask` asks you.";

  private static final String POEM =
      "Roses are red, widgets can grow, word after word, as you know.";

  private static final String PIXEL =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIA"
          + "MCbHYQAAAABJRU5ErkJggg==";

  private final Agent.Sink sink;
  private final BooleanSupplier pause;

  /**
   * @param pause waits a moment; false when the turn is to end
   */
  DemoShow(Agent.Sink sink, BooleanSupplier pause) {
    this.sink = sink;
    this.pause = pause;
  }

  /** Tells whether a message asks for it, and then does it. */
  boolean shows(String message, List<Message> history) {
    switch (message.strip()) {
      case "/show" -> all();
      case "/ask" -> {
        var answered = answers(history);
        if (answered == null) ask();
        else sink.text(answered);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void all() {
    sink.tell(new TurnEvent.Progress("Showing what there is", "sparkle"));
    sink.reasoning("First the work, ");
    sink.reasoning("then the widget.");
    workflow();
    var shown = sink.open(card("", true));
    var said = new StringBuilder();
    for (var word : POEM.split("(?<= )", -1)) {
      said.append(word);
      sink.update(shown, card(said.toString(), true));
      if (!pause.getAsBoolean()) return;
    }
    sink.update(shown, card(POEM, false));
    sink.done(shown);
    image();
    var text = "All of this is kept, and a reload shows it again.";
    sink.text(text);
    var source = Source.Url.of("PostgreSQL", "https://www.postgresql.org/");
    sink.annotate(List.of(new Content.Citation(source, text.length())), null);
    sink.tell(new TurnEvent.Notice(TurnEvent.Notice.Level.INFO, "It was a **demo**.", "Shown"));
    sink.tell(new TurnEvent.Effect("demo_shown", new Json("{\"count\":4}")));
    sink.change(Conversation.Change.title("What a demo can show", Conversation.TitleBy.MODEL));
  }

  private void workflow() {
    var search =
        new Task.WebSearch(
            Task.Status.LOADING, "Searching", "widgets", List.of("widgets"), List.of());
    var found = List.of(Source.Url.of("Widget", "https://en.wikipedia.org/wiki/Widget"));
    var tasks = new ArrayList<Task>(List.of(search));
    var shown = sink.open(new Content.Workflow(tasks, null, true));
    if (!pause.getAsBoolean()) return;
    tasks.set(
        0,
        new Task.WebSearch(Task.Status.COMPLETE, "Searched", "widgets", List.of("widgets"), found));
    tasks.add(new Task.Custom(Task.Status.COMPLETE, "Chose one", "check", "A *card* will do."));
    sink.update(shown, new Content.Workflow(tasks, null, true));
    var summary = new Content.Workflow.Titled("Looked for a widget", "search");
    sink.update(shown, new Content.Workflow(tasks, summary, false));
    sink.done(shown);
  }

  private void image() {
    var shown = sink.open(new Content.GeneratedImage(null, 0.5));
    if (!pause.getAsBoolean()) return;
    sink.update(
        shown, new Content.GeneratedImage(new Content.GeneratedImage.Image("pixel", PIXEL), 1.0));
    sink.done(shown);
  }

  private static Content.Widget card(String poem, boolean streaming) {
    return new Content.Widget(
        new Json(
            """
            {"type":"Card","children":[
              {"type":"Title","value":"A widget"},
              {"type":"Text","id":"poem","value":"%s","streaming":%s},
              {"type":"Button","label":"Like it",
               "onClickAction":{"type":"demo.like","payload":{"what":"poem"}}}]}
            """
                .formatted(poem, streaming)),
        poem);
  }

  /** Does what the button of the card says. */
  void act(Content.Action action) {
    var widget = action.widget();
    if (widget != null) {
      var liked =
          "{\"type\":\"Card\",\"children\":[{\"type\":\"Text\",\"value\":\"You liked it.\"}]}";
      sink.replace(widget, new Content.Widget(new Json(liked), "You liked it."));
    }
    sink.text("You did `" + action.name() + "`.");
  }

  private void ask() {
    sink.ask(
        StructuredInput.of(
            List.of(
                new Question.Choice(
                    "drink", "What would you like?", List.of("Tea", "Coffee"), false, null),
                new Question.Choice(
                    "extras", "Anything with it?", List.of("Milk", "Sugar"), true, null),
                new Question.Freeform("name", "For whom is it?", "A name", null))));
  }

  /** Returns what to say to the answers of the question at hand; null when there are none yet. */
  private static @Nullable String answers(List<Message> history) {
    for (var message : history.reversed()) {
      if (message.content() instanceof Content.UserInput) return null;
      if (!(message.content() instanceof StructuredInput form)) continue;
      if (form.status() == StructuredInput.Status.SKIPPED) return "You skipped it.";
      var lines = new StringJoiner("\n", "You said:\n\n", "\n");
      for (var question : form.questions()) {
        var given = question.given();
        var said = given == null || given.skipped() ? "nothing" : given.values().toString();
        lines.add("- " + question.id() + ": " + said);
      }
      return lines.toString();
    }
    return null;
  }
}
