package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.contract.ContractCheck;
import chat.contract.ServerSentEvents;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is what a good client makes of a turn's stream, over as many connections as it takes: only
 * complete events count, the last one's id is where it goes on, a message is what its last {@code
 * message.done} or {@code message.updated} says, and at the end there is none without a {@code
 * message.done}.
 */
final class Reading {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ENDS =
      Set.of("turn.completed", "turn.failed", "turn.stopped", "turn.interrupted");

  private final ByteArrayOutputStream open = new ByteArrayOutputStream();
  private final List<ServerSentEvents.Event> events = new ArrayList<>();
  private String lastEventId = "";

  /** Takes the next byte. */
  void take(int next) {
    open.write(next);
    if (next != '\n' || !endsWithEmptyLine()) return;
    var frame = open.toString(UTF_8);
    open.reset();
    for (var event : ServerSentEvents.parse(frame)) take(event);
  }

  private boolean endsWithEmptyLine() {
    var bytes = open.toByteArray();
    return bytes.length > 1 && bytes[bytes.length - 2] == '\n';
  }

  /** The connection is lost, and with it whatever is not complete. */
  void cut() {
    open.reset();
  }

  /** Returns what comes of it when it is cut off here and another connection says the rest. */
  Reading cutAndJoinedTo(List<ServerSentEvents.Event> rest) {
    var joined = new Reading();
    for (var event : events) joined.take(event);
    for (var event : rest) joined.take(event);
    return joined;
  }

  private void take(ServerSentEvents.Event event) {
    events.add(event);
    if (event.id() != null) lastEventId = event.id();
  }

  /** Fails unless every event is one that the contract knows. */
  void requireContract() {
    for (var event : events) {
      var id = event.id() == null ? "" : "id: " + event.id() + "\n";
      var frame = id + "event: " + event.name() + "\ndata: " + event.data() + "\n\n";
      ContractCheck.requireFrame(frame);
    }
  }

  /** Returns where to go on; empty before the first event. */
  String lastEventId() {
    return lastEventId;
  }

  String lastName() {
    return events.isEmpty() ? "" : events.getLast().name();
  }

  boolean ended() {
    return ENDS.contains(lastName());
  }

  List<ServerSentEvents.Event> events() {
    return List.copyOf(events);
  }

  /** Returns the messages as they are known now, in the order they appeared. */
  List<JsonNode> messages() {
    var messages = new LinkedHashMap<String, ObjectNode>();
    var done = new HashSet<String>();
    for (var event : events) {
      var data = json(event.data());
      var message = data.path("message_id").asText();
      switch (event.name()) {
        case "message.started", "tool.started" -> messages.put(message, JSON.createObjectNode());
        case "message.delta", "reasoning.delta", "tool.arguments.delta" ->
            append(messages.get(message), data);
        case "message.updated" -> messages.put(data.path("id").asText(), data);
        case "message.done" -> {
          messages.put(data.path("id").asText(), data);
          done.add(data.path("id").asText());
        }
        case "message.removed" -> messages.remove(message);
        default -> {}
      }
    }
    if (ended()) messages.keySet().retainAll(done);
    return List.copyOf(messages.values());
  }

  private static void append(@Nullable ObjectNode message, JsonNode data) {
    if (message == null) throw new AssertionError("a piece of what never began: " + data);
    message.put("said", message.path("said").asText() + data.path("content").asText());
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
