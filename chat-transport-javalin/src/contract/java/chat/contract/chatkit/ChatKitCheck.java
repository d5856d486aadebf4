package chat.contract.chatkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in a client and fails the test at whatever a ChatKit server must not answer: another
 * framing, an event or a reply that {@link StrictReader} does not take, an order that {@link
 * StreamCheck} does not know, a refusal that is no JSON, and a 5xx where the front end would repeat
 * what it asked. Everything else passes as it is.
 */
public final class ChatKitCheck implements Interceptor {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** What is answered by a stream. */
  static final Set<String> STREAMING =
      Set.of(
          "threads.create",
          "threads.add_user_message",
          "threads.add_client_tool_output",
          "threads.add_structured_input",
          "threads.retry_after_item",
          "threads.custom_action");

  /** What is answered by one JSON value, and which. */
  private static final Map<String, JavaType> REPLIES =
      Map.of(
          "threads.get_by_id", type(Model.ThreadObject.class),
          "threads.list", StrictReader.pageOf(Model.ThreadObject.class),
          "threads.update", type(Model.ThreadObject.class),
          "threads.delete", type(Model.NoReply.class),
          "threads.sync_custom_action", type(Model.UpdatedItem.class),
          "items.list", StrictReader.pageOf(Model.Item.class),
          "items.feedback", type(Model.NoReply.class),
          "attachments.create", type(Model.Attachment.class),
          "attachments.delete", type(Model.NoReply.class),
          "input.transcribe", type(Model.Transcript.class));

  /** Returns the model of what is replied to an operation; null if that is no single value. */
  static @Nullable JavaType reply(String operation) {
    return REPLIES.get(operation);
  }

  private static JavaType type(Class<?> model) {
    return MAPPER.constructType(model);
  }

  /** Tells whether it is asked in this protocol: what lies at {@code …/chat} may be. */
  public static boolean isAsked(Request request) {
    var path = request.url().encodedPath();
    if (!request.method().equals("POST")) return false;
    if (path.endsWith("/chatkit")) return true;
    var body = path.endsWith("/chat") ? json(request) : Optional.<JsonNode>empty();
    return body.isPresent() && body.get().has("type") && body.get().has("params");
  }

  private static Optional<JsonNode> json(Request request) {
    var body = new Buffer();
    try {
      if (request.body() != null) request.body().writeTo(body);
      return Optional.ofNullable(MAPPER.readTree(body.readByteArray()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    var request = chain.request();
    var response = chain.proceed(request);
    boolean shared = request.url().encodedPath().endsWith("/chat");
    boolean outside = shared && List.of(401, 403).contains(response.code());
    if (!isAsked(request) || outside) return response;
    var asked = json(request).orElse(MAPPER.missingNode());
    try {
      return checked(asked, response);
    } catch (AssertionError | IllegalArgumentException e) {
      response.close();
      throw new AssertionError(response.code() + " to " + asked + ": " + e.getMessage(), e);
    }
  }

  private static Response checked(JsonNode asked, Response response) throws IOException {
    var operation = asked.path("type").asText();
    boolean streaming = STREAMING.contains(operation);
    require(!streaming || response.code() < 500, "a 5xx that would be repeated");
    if (response.code() == 200 && streaming) return stream(operation, response);
    requireType(response, "application/json");
    var text = response.peekBody(Long.MAX_VALUE).string();
    if (response.code() != 200) {
      require(response.code() >= 400, "status");
      StrictReader.read(Model.Refusal.class, text);
      return response;
    }
    var model = Field.present(REPLIES.get(operation), "a reply to what is unknown");
    var reply = StrictReader.read(model, text);
    check(asked.path("params"), operation, reply);
    return response;
  }

  private static Response stream(String operation, Response response) {
    requireType(response, "text/event-stream");
    require("no-cache, no-transform".equals(response.header("Cache-Control")), "it may be kept");
    require("no".equals(response.header("X-Accel-Buffering")), "it may be held up");
    return FrameSource.watched(response, new Checked(new StreamCheck(operation)));
  }

  private static void requireType(Response response, String wanted) {
    var type = String.valueOf(response.header("Content-Type")).replace(" ", "");
    require(
        type.equals(wanted) || type.equalsIgnoreCase(wanted + ";charset=utf-8"),
        "content type " + type);
  }

  /** What a single reply must hold beside the shape of its parts. */
  private static void check(JsonNode params, String operation, Object reply) {
    switch (reply) {
      case Model.ThreadObject thread -> {
        requireOrder(thread.items().data(), 1);
        thread.items().data().forEach(it -> require(it.threadId().equals(thread.id()), "thread"));
        boolean empty = thread.items().data().isEmpty();
        require(operation.equals("threads.get_by_id") || empty, "items in an update");
      }
      case Model.Page<?> page when operation.equals("items.list") -> {
        var items = page.data().stream().map(Model.Item.class::cast).toList();
        requireOrder(items, params.path("order").asText("desc").equals("asc") ? 1 : -1);
      }
      case Model.Page<?> page ->
          page.data().stream()
              .map(Model.ThreadObject.class::cast)
              .forEach(it -> require(it.items().data().isEmpty(), "items in a list of threads"));
      default -> {}
    }
  }

  private static void requireOrder(List<Model.Item> items, int direction) {
    for (int i = 1; i < items.size(); i++) {
      int order = items.get(i).createdAt().compareTo(items.get(i - 1).createdAt());
      require(order * direction > 0, "times that do not go on");
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }

  /** Checks each frame of a stream and its end. */
  private record Checked(StreamCheck stream) implements FrameSource.Listener {
    @Override
    public void frame(String frame) {
      if (frame.startsWith(":") && frame.indexOf('\n') == frame.length() - 2) return;
      boolean plain = frame.startsWith("data: ") && frame.indexOf('\n') == frame.length() - 2;
      require(plain, "a frame that is not one line of data: " + frame);
      require(frame.indexOf('\r') < 0, "a carriage return");
      stream.accept(StrictReader.event(frame.substring(6, frame.length() - 2)));
    }

    @Override
    public void end(String rest) {
      require(rest.isEmpty(), "the stream ends within a frame: " + rest);
      stream.end();
    }
  }
}
