package chat.contract.chatkit;

import chat.contract.chatkit.ChatKitClient.Asked;
import chat.model.Content;
import chat.port.Agent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Is a user who does what a front end may do, and in a third of all cases what none should. */
final class GeneratedUser {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String CARD =
      "{\"root\":{\"type\":\"Card\",\"children\":[{\"type\":\"Text\",\"id\":\"t\",\"value\":\"%s\"}]}}";
  private static final String FORM =
      "{\"questions\":[{\"type\":\"freeform\",\"id\":\"a\",\"question\":\"A?\"},{\"type\":"
          + "\"multiple_choice\",\"id\":\"b\",\"question\":\"B?\",\"options\":[{\"value\":\"x\"}],"
          + "\"multiple\":false}]}";
  private static final String TASK = "{\"type\":\"custom\",\"status_indicator\":\"%s\"}";

  /** What the agent may be told to do, by number: what a user writes ends with one. */
  private static final List<List<String>> ORDERS =
      List.of(
          List.of("say Hello|, you"),
          List.of("think Hm|, well", "say So"),
          List.of("show widget " + CARD.formatted("x"), "say Look"),
          List.of(
              "open widget " + CARD.formatted(""),
              "update widget " + CARD.formatted("a"),
              "update widget " + CARD.formatted("ab"),
              "update widget " + CARD.formatted("c"),
              "done"),
          List.of(
              "open workflow {\"tasks\":[" + TASK.formatted("loading") + "]}",
              "say meanwhile",
              "update workflow {\"tasks\":[" + TASK.formatted("complete") + "]}",
              "done"),
          List.of("open image {}", "done", "progress - Going", "notice info Well|Hm"),
          List.of(
              "say With",
              "cite 4 {\"type\":\"url\",\"title\":\"t\",\"url\":\"https://x.example/\"}"),
          List.of("call clock {}", "say Noon"),
          List.of("calls clock {}|clock {}", "say Noon twice"),
          List.of("client weather {\"a\":null}"),
          List.of("call launch {}", "say Launched"),
          List.of("ask " + FORM),
          List.of("say Cut", "fail model_refused"),
          List.of("say Never", "retract", "hide this", "title Another", "say But"),
          List.of("effect flash {}", "say Done", "metadata {\"n\":1}"),
          List.of("say Waiting", "hang"),
          List.of());

  /** Says what to do about a message; what goes on after an answer just ends with words. */
  static List<String> orders(Agent.Request request) {
    var history = request.history();
    for (int i = history.size() - 1; i >= 0; i--) {
      var content = history.get(i).content();
      if (content.role() != Content.Role.USER) continue;
      if (i < history.size() - 1) return List.of("say Then");
      var text = content.text();
      if (!text.matches("(?s).*\\d\\d")) return List.of("say Well");
      return ORDERS.get(Integer.parseInt(text.substring(text.length() - 2)) % ORDERS.size());
    }
    return List.of();
  }

  private final ChatKitClient client;
  private final String name;
  private final Random random;
  private final List<String> threads = new ArrayList<>();
  private final List<String> items = new ArrayList<>();
  private final List<ObjectNode> forms = new ArrayList<>();
  private final List<ObjectNode> cards = new ArrayList<>();
  private final Set<String> owed = new HashSet<>();
  private int asked;
  private int accepted;

  GeneratedUser(ChatKitClient client, String name, long seed) {
    this.client = client;
    this.name = name;
    this.random = new Random(seed);
  }

  String name() {
    return name;
  }

  int asked() {
    return asked;
  }

  int accepted() {
    return accepted;
  }

  Void run(int requests) throws IOException {
    while (asked < requests) {
      var body = next().toString();
      if (random.nextInt(100) < 35) body = spoiled(body);
      ask(body);
    }
    return null;
  }

  /** Says something in every thread, so that what hangs makes way. */
  void sayLastWords() {
    var list = request("threads.list", object().put("limit", 9999)).toString();
    for (var thread : client.ask(Asked.of(ChatKitServer.token(name), list)).json().path("data")) {
      var bye = add(thread.path("id").asText(), "Bye").toString();
      var answer = client.ask(Asked.of(ChatKitServer.token(name), bye));
      if (answer.status() >= 500) throw new AssertionError(answer.toString());
    }
  }

  private Asked asked(String body) {
    var headers =
        random.nextInt(10) == 0
            ? Map.of("Idempotency-Key", "key" + random.nextInt(50))
            : Map.<String, String>of();
    var path = random.nextBoolean() ? "/chatkit" : "/api/" + name + "/chatkit";
    return new Asked(ChatKitServer.token(name), path, headers, body);
  }

  private void ask(String body) throws IOException {
    asked++;
    var request = asked(body);
    if (body.contains("hang")) {
      leave(request);
      return;
    }
    // What is answered once more may belong to a branch that was left since.
    boolean news = body.contains("add_user_message") && request.headers().isEmpty();
    boolean looks = news && random.nextInt(5) == 0;
    var answer = looks ? client.play(request) : client.ask(request);
    if (answer.status() >= 500) throw new AssertionError(answer + " to " + body);
    if (answer.status() < 300) accepted++;
    answer.lines().forEach(this::learn);
  }

  /** Begins what has no end, reads the first bytes and hangs up. */
  private void leave(Asked asked) throws IOException {
    try (var response = client.open(asked)) {
      if (response.code() >= 500) throw new AssertionError(response.toString());
      if (response.code() >= 300) return;
      accepted++;
      var source = response.body().source();
      for (var line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
        if (line.startsWith("data: ")) learn(MAPPER.readTree(line.substring(6)));
        if (line.contains("text_delta") || line.contains("\"error\"")) return;
      }
    }
  }

  /** Takes note of what there is now. */
  private void learn(JsonNode line) {
    var thread = line.at("/thread/id").asText();
    if (!thread.isEmpty() && !threads.contains(thread)) threads.add(thread);
    for (var item : line.has("item") ? List.of(line.get("item")) : List.<JsonNode>of()) {
      items.add(item.path("id").asText());
      var type = item.path("type").asText();
      if (type.equals("structured_input")) forms.add((ObjectNode) item);
      if (type.equals("widget")) cards.add((ObjectNode) item);
      if (type.equals("client_tool_call")) owed.add(item.path("thread_id").asText());
    }
  }

  private String any(List<String> list, String otherwise) {
    return list.isEmpty() ? otherwise : list.get(random.nextInt(list.size()));
  }

  private String text() {
    int number = random.nextInt(ORDERS.size());
    boolean hangs = ORDERS.get(number).contains("hang");
    return "Please " + (hangs ? "hang " : "") + random.nextInt(1000) + " %02d".formatted(number);
  }

  private ObjectNode next() {
    var thread = any(threads, "thr_" + "0".repeat(32));
    var item = any(items, "msg_" + "0".repeat(32));
    int what = threads.isEmpty() ? 0 : random.nextInt(100);
    if (what < 6) return request("threads.create", input(object(), text()));
    if (what < 40) return add(thread, text());
    if (what < 45)
      return request(
          "threads.retry_after_item", object().put("thread_id", thread).put("item_id", item));
    if (what < 53 && !forms.isEmpty()) return form(forms.get(random.nextInt(forms.size())));
    if (what < 61 && !cards.isEmpty()) return press(cards.get(random.nextInt(cards.size())));
    if (what < 66 && !owed.isEmpty()) return pay();
    if (what < 70) return request("threads.get_by_id", object().put("thread_id", thread));
    if (what < 74) return request("threads.list", page(any(threads, thread)));
    if (what < 84) return request("items.list", page(item).put("thread_id", thread));
    if (what < 87)
      return request("threads.update", object().put("thread_id", thread).put("title", "T" + what));
    if (what < 88) {
      threads.remove(thread);
      return request("threads.delete", object().put("thread_id", thread));
    }
    if (what < 92) {
      var params = object().put("thread_id", thread).put("kind", "positive");
      params.putArray("item_ids").add(item);
      return request("items.feedback", params);
    }
    if (what < 96) {
      var params = object().put("thread_id", thread);
      params.putObject("action").put("type", "do").put("payload", what);
      return request(what < 94 ? "threads.custom_action" : "threads.sync_custom_action", params);
    }
    if (what < 98) {
      return request(
          "attachments.create",
          object().put("name", "a.txt").put("size", 3).put("mime_type", "text/plain"));
    }
    return request(
        "input.transcribe", object().put("audio_base64", "AAEC").put("mime_type", "audio/mp4"));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode request(String type, ObjectNode params) {
    var request = object().put("type", type);
    request.set("params", params);
    return request;
  }

  private static ObjectNode add(String thread, String text) {
    return request("threads.add_user_message", input(object().put("thread_id", thread), text));
  }

  private static ObjectNode input(ObjectNode params, String text) {
    var input = params.putObject("input");
    input.putArray("content").addObject().put("type", "input_text").put("text", text);
    input.putArray("attachments");
    input.put("quoted_text", "").putObject("inference_options");
    return params;
  }

  private ObjectNode page(String after) {
    var params = object().put("limit", List.of(0, 1, 3, 20, 9999).get(random.nextInt(5)));
    params.put("order", random.nextBoolean() ? "asc" : "desc");
    return random.nextBoolean() ? params.put("after", after) : params;
  }

  private ObjectNode form(ObjectNode form) {
    var params = object();
    params.set("thread_id", form.get("thread_id"));
    params.set("item_id", form.get("id"));
    var input = params.putObject("input");
    if (random.nextBoolean()) input.put("status", random.nextBoolean() ? "answered" : "skipped");
    input.putObject("answers").putObject("a").putArray("values").add("word");
    return request("threads.add_structured_input", params);
  }

  /** Presses a button of a card, or does with it what no button does. */
  private ObjectNode press(ObjectNode card) {
    var params = object();
    params.set("thread_id", card.get("thread_id"));
    params.set("item_id", card.get("id"));
    var buttons = card.findValues("onClickAction");
    if (buttons.isEmpty()) {
      params.putObject("action").put("type", "go").putNull("payload");
    } else {
      var action = buttons.get(random.nextInt(buttons.size()));
      var sent = params.putObject("action").put("type", action.path("type").asText());
      sent.set("payload", action.path("payload"));
    }
    return request("threads.custom_action", params);
  }

  private ObjectNode pay() {
    var thread = owed.iterator().next();
    owed.remove(thread);
    var params = object().put("thread_id", thread);
    return request("threads.add_client_tool_output", params.put("result", random.nextInt()));
  }

  /** Changes one thing about a request, or cuts it off. */
  private String spoiled(String body) throws IOException {
    if (random.nextInt(20) == 0) return body.substring(0, random.nextInt(body.length()));
    var tree = MAPPER.readTree(body);
    var places = new ArrayList<ObjectNode>();
    places(tree, places);
    var place = places.get(random.nextInt(places.size()));
    if (place.isEmpty()) return tree.toString();
    var fields = new ArrayList<String>();
    place.fieldNames().forEachRemaining(fields::add);
    var field = fields.get(random.nextInt(fields.size()));
    switch (random.nextInt(7)) {
      case 0 -> place.remove(field);
      case 1 -> place.putNull(field);
      case 2 -> place.put(field, random.nextInt());
      case 3 -> place.put(field, "\u0000\ud800 ü" + random.nextInt());
      case 4 -> place.putArray(field).addObject();
      case 5 -> place.putObject(field).put("type", "x");
      default -> place.put(field, 1e300);
    }
    return tree.toString();
  }

  private static void places(JsonNode node, List<ObjectNode> places) {
    if (node instanceof ObjectNode object) places.add(object);
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(child -> places(child, places));
    }
  }
}
