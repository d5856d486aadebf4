package chat.engine;

import chat.model.Content;
import chat.model.Message;
import chat.model.TurnEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds out from a dead instance's events what was being said when it died. Pure. */
final class Recovery {
  private Recovery() {}

  /** Is a message that was begun and never stored. */
  record Unstored(Message.Id id, Content content) {}

  /**
   * Returns the texts that were begun and never done, in order; a call whose arguments were still
   * streaming has nothing to keep.
   *
   * @param events numbered ascending, repeats allowed
   */
  static List<Unstored> unstored(List<TurnEvent.Numbered> events) {
    var open = new LinkedHashMap<Message.Id, StringBuilder>();
    var kinds = new LinkedHashMap<Message.Id, Content.Kind>();
    long last = 0;
    for (var numbered : events) {
      if (numbered.number() <= last) continue;
      last = numbered.number();
      switch (numbered.event()) {
        case TurnEvent.MessageStarted started -> {
          open.put(started.message(), new StringBuilder());
          kinds.put(started.message(), started.kind());
        }
        case TurnEvent.MessageDelta delta -> append(open, delta.message(), delta.content());
        case TurnEvent.ReasoningDelta delta -> append(open, delta.message(), delta.content());
        case TurnEvent.MessageDone done -> open.remove(done.message().id());
        case TurnEvent.MessageRemoved removed -> open.remove(removed.message());
        default -> {}
      }
    }
    var unstored = new ArrayList<Unstored>();
    open.forEach(
        (id, text) -> {
          if (text.isEmpty()) return;
          var content =
              kinds.get(id) == Content.Kind.REASONING
                  ? new Content.Reasoning(text.toString())
                  : new Content.AssistantText(text.toString(), List.of());
          unstored.add(new Unstored(id, content));
        });
    return unstored;
  }

  private static void append(Map<Message.Id, StringBuilder> open, Message.Id id, String more) {
    var text = open.get(id);
    if (text != null) text.append(more);
  }
}
