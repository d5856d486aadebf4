package chat.transport.javalin;

import static org.assertj.core.api.Assertions.assertThat;

import chat.contract.ContractCheck;
import chat.contract.ServerSentEvents;
import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Message;
import chat.model.Source;
import chat.model.ToolResult;
import chat.model.Turn;
import chat.model.TurnEvent;
import chat.model.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventWireTest {
  private static final String HASH = "5ea1".repeat(16);
  private static final String C = "01890000-0000-7000-8000-00000000000c";
  private static final String T = "01890000-0000-7000-8000-00000000000a";
  private static final String M = "01890000-0000-7000-8000-000000000001";
  private static final String P = "01890000-0000-7000-8000-000000000002";
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.000006Z");

  private static final Conversation.Id CONVERSATION = new Conversation.Id(UUID.fromString(C));
  private static final Turn.Id TURN = new Turn.Id(UUID.fromString(T));
  private static final Message.Id MESSAGE = new Message.Id(UUID.fromString(M));
  private static final Message.Id PARENT = new Message.Id(UUID.fromString(P));
  private static final EventWire WIRE = new EventWire(CONVERSATION, TURN);
  private static final String OF_TURN = "'turn_id':'" + T + "','conversation_id':'" + C + "'";

  /** Every event, and what it is on the wire: the name, then the data with single quotes. */
  static Stream<Map.Entry<TurnEvent, String>> golden() {
    var wire = new LinkedHashMap<TurnEvent, String>();
    wire.put(
        new TurnEvent.TurnStarted(MESSAGE, PARENT),
        "turn.started {" + OF_TURN + ",'user_message_id':'" + M + "','parent_id':'" + P + "'}");
    wire.put(new TurnEvent.TurnStarted(null, null), "turn.started {" + OF_TURN + "}");
    wire.put(
        new TurnEvent.MessageStarted(MESSAGE, Content.Kind.TEXT),
        "message.started {'message_id':'" + M + "','kind':'text'}");
    wire.put(
        new TurnEvent.MessageDelta(MESSAGE, "Hel"),
        "message.delta {'message_id':'" + M + "','content':'Hel'}");
    wire.put(
        new TurnEvent.ReasoningDelta(MESSAGE, "hm"),
        "reasoning.delta {'message_id':'" + M + "','content':'hm'}");
    wire.put(
        new TurnEvent.ToolStarted(MESSAGE, "get_weather", "weather"),
        "tool.started {'message_id':'" + M + "','name':'get_weather','server':'weather'}");
    wire.put(
        new TurnEvent.ToolArgumentsDelta(MESSAGE, "get_weather", "{"),
        "tool.arguments.delta {'message_id':'" + M + "','name':'get_weather','content':'{'}");
    wire.put(
        new TurnEvent.ToolAwaiting(MESSAGE, "pay", new Json("{\n \"sum\": 1}"), AT, HASH),
        "tool.awaiting {'message_id':'"
            + M
            + "','name':'pay','arguments':{  'sum':"
            + " 1},'expires_at':'2026-01-02T03:04:05.000006Z','call_hash':'"
            + HASH
            + "'}");
    wire.put(
        new TurnEvent.ToolFinished(MESSAGE, "get_weather", finished()),
        "tool.finished {'message_id':'"
            + M
            + "','name':'get_weather','state':'succeeded','result':{'content':[{'type':'text','text':"
            + "'sun'},{'type':'image','mime_type':'image/png','data':'AA=='},{'type':'resource_link',"
            + "'uri':'file:///a','name':'a'}],'structured_content':{'c':21}},'started_at':"
            + "'2026-01-02T03:04:05.000006Z','duration_ms':1500}");
    wire.put(
        new TurnEvent.MessageUpdated(message(finished(), 2)),
        "message.updated "
            + body("assistant", "tool_call", 2, "")
            + ",'tool_call':{'name':'get_weather','server':'weather','arguments':{},'state':"
            + "'succeeded','result':{'content':[{'type':'text','text':'sun'},{'type':'image',"
            + "'mime_type':'image/png','data':'AA=='},{'type':'resource_link','uri':'file:///a','name'"
            + ":'a'}],'structured_content':{'c':21}},'started_at':'2026-01-02T03:04:05.000006Z',"
            + "'duration_ms':1500}}");
    wire.put(
        new TurnEvent.MessageDone(
            message(
                new Content.AssistantText(
                    "Hello", List.of(new Content.Citation(Source.Url.of("t", "x"), 5))),
                0)),
        "message.done "
            + body("assistant", "text", 0, "Hello")
            + ",'sources':[{'source':{'type':'url','title':'t','url':'x'},'index':5}]}");
    wire.put(
        new TurnEvent.SourceAdded(
            MESSAGE, 2, new Content.Citation(Source.File.of("t", "a.pdf"), null)),
        "message.source {'message_id':'"
            + M
            + "','place':2,'source':{'type':'file','title':'t','filename':'a.pdf'}}");
    wire.put(
        new TurnEvent.WidgetDelta(MESSAGE, "body", "more", true),
        "widget.delta {'message_id':'"
            + M
            + "','component_id':'body','content':'more','done':true}");
    wire.put(
        new TurnEvent.WidgetComponentUpdated(MESSAGE, "body", new Json("{\"type\":\"Text\"}")),
        "widget.component.updated {'message_id':'"
            + M
            + "','component_id':'body','component':{'type':'Text'}}");
    wire.put(
        new TurnEvent.MessageDone(message(Content.UserInput.of("Hi"), 0)),
        "message.done " + body("user", "text", 0, "Hi") + "}");
    wire.put(new TurnEvent.MessageRemoved(MESSAGE), "message.removed {'message_id':'" + M + "'}");
    wire.put(
        new TurnEvent.ConversationUpdated(
            new Conversation(
                new UserId("alice"),
                CONVERSATION,
                "Weather",
                Conversation.TitleBy.MODEL,
                Conversation.Status.ACTIVE,
                null,
                null,
                Json.EMPTY,
                3,
                AT,
                AT)),
        "conversation.updated {'id':'"
            + C
            + "','title':'Weather','status':'active','created_at':'2026-01-02T03:04:05.000006Z',"
            + "'updated_at':'2026-01-02T03:04:05.000006Z'}");
    wire.put(
        new TurnEvent.TurnAwaiting(
            List.of(
                new Turn.Pending(MESSAGE, AT, null),
                new Turn.Pending(PARENT, AT, null).with(new Turn.Answer.Deny(), AT))),
        "turn.awaiting {"
            + OF_TURN
            + ",'awaiting':[{'message_id':'"
            + M
            + "','expires_at':'2026-01-02T03:04:05.000006Z','answered':false},{'message_id':'"
            + P
            + "','expires_at':'2026-01-02T03:04:05.000006Z','answered':true}]}");
    wire.put(new TurnEvent.TurnResumed(), "turn.resumed {" + OF_TURN + "}");
    wire.put(
        new TurnEvent.TurnEnded(
            Turn.State.COMPLETED, null, null, null, new Turn.Usage(10, 4, 20, 5)),
        "turn.completed {"
            + OF_TURN
            + ",'usage':{'input_tokens':10,'cached_input_tokens':4,'output_tokens':20,"
            + "'reasoning_tokens':5}}");
    wire.put(
        new TurnEvent.TurnEnded(
            Turn.State.FAILED,
            null,
            null,
            new Turn.Failure("model_timeout", "too slow", true),
            Turn.Usage.NONE),
        "turn.failed {"
            + OF_TURN
            + ",'error':{'code':'model_timeout','message':'too slow','retryable':true}}");
    wire.put(
        new TurnEvent.TurnEnded(
            Turn.State.STOPPED,
            Turn.EndReason.SUPERSEDED,
            new Turn.Id(UUID.fromString(P)),
            null,
            Turn.Usage.NONE),
        "turn.stopped {" + OF_TURN + ",'end_reason':'superseded','next_turn_id':'" + P + "'}");
    wire.put(
        new TurnEvent.TurnEnded(Turn.State.INTERRUPTED, null, null, null, Turn.Usage.NONE),
        "turn.interrupted {" + OF_TURN + "}");
    wire.put(new TurnEvent.Progress("searching", null), "progress {'text':'searching'}");
    wire.put(
        new TurnEvent.Notice(TurnEvent.Notice.Level.WARNING, "slow", "Mind"),
        "notice {'level':'warning','message':'slow','title':'Mind'}");
    wire.put(
        new TurnEvent.Effect("open", new Json("{\"tab\":1}")),
        "effect {'name':'open','data':{'tab':1}}");
    return wire.entrySet().stream();
  }

  private static String body(String role, String kind, int revision, String text) {
    return "{'id':'%s','turn_id':'%s','parent_id':'%s','sibling_index':0,'sibling_count':1,'role':'%s','kind':'%s','status':'complete','revision':%d,'content':'%s','created_at':'2026-01-02T03:04:05.000006Z'"
        .formatted(M, T, P, role, kind, revision, text);
  }

  private static Content.ToolCall finished() {
    var result =
        new ToolResult(
            List.of(
                new ToolResult.Part.Text("sun"),
                new ToolResult.Part.Image("image/png", "AA=="),
                new ToolResult.Part.Link("file:///a", "a")),
            new Json("{\"c\":21}"),
            null,
            false);
    return Content.ToolCall.pending("get_weather", "weather", Json.EMPTY)
        .running(AT)
        .ended(Content.ToolCall.State.SUCCEEDED, result, Duration.ofMillis(1500));
  }

  private static Message message(Content content, int revision) {
    return new Message(
        MESSAGE,
        CONVERSATION,
        7,
        TURN,
        1,
        PARENT,
        Message.Siblings.ONLY,
        content,
        false,
        revision,
        new Json("{\"id\":\"secret of the provider\"}"),
        AT);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void eachEventHasItsFrame(Map.Entry<TurnEvent, String> event) {
    var parts = event.getValue().split(" ", 2);
    ContractCheck.requireFrame(frame(4, event.getKey()));
    assertThat(frame(4, event.getKey()))
        .isEqualTo("id: 4\nevent: " + parts[0] + "\ndata: " + parts[1].replace('\'', '"') + "\n\n");
  }

  @Test
  void noEventIsWithoutAFrame() {
    var kinds = golden().<Class<?>>map(e -> e.getKey().getClass()).collect(Collectors.toSet());
    var all = new ArrayList<Class<?>>(List.of(TurnEvent.class));
    for (int i = 0; i < all.size(); i++) {
      var permitted = all.get(i).getPermittedSubclasses();
      if (permitted != null) all.addAll(List.of(permitted));
    }
    all.removeIf(Class::isInterface);
    assertThat(all).hasSizeGreaterThan(15);
    assertThat(kinds).containsAll(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two\nlines",
        "two\r\nlines",
        "a\rb",
        "id: 9\n\nevent: turn.completed\ndata: {}\n\n",
        "\u2028and\u2029and\u0085",
        "nul \u0000 and bell \u0007",
        ":\n\n",
        "\uD83D\uDE00 emoji, \"quotes\" and \\ backslashes",
        ""
      })
  void noTextBreaksAFrame(String text) throws Exception {
    var frame = frame(4, new TurnEvent.MessageDelta(MESSAGE, text));
    assertThat(frame.split("\\R", -1)).hasSize(5);
    var events = ServerSentEvents.parse(frame);
    assertThat(events).hasSize(1);
    assertThat(events.get(0).id()).isEqualTo("4");
    assertThat(events.get(0).name()).isEqualTo("message.delta");
    var data = ServerUnderTest.MAPPER.readTree(events.get(0).data());
    assertThat(data.get("content").textValue()).isEqualTo(text);
  }

  @Test
  void readyMadeJsonKeepsItsMeaningOnOneLine() throws Exception {
    var json = "{\r\n\t\"a\u2028b\": [1,\n\"\u0085\"]}";
    var frame = frame(4, new TurnEvent.Effect("e", new Json(json)));
    assertThat(frame.split("\\R", -1)).hasSize(5);
    var data = ServerUnderTest.MAPPER.readTree(ServerSentEvents.parse(frame).get(0).data());
    assertThat(data.get("data")).isEqualTo(ServerUnderTest.MAPPER.readTree(json));
  }

  @Test
  void anEventWithoutANumberHasNoId() {
    var event = new TurnEvent.Progress("p", null);
    assertThat(frame(TurnEvent.Numbered.NONE, event))
        .isEqualTo("event: progress\ndata: {\"text\":\"p\"}\n\n");
  }

  @Test
  void aQueuedTurnSaysItsPlace() {
    var frame = new String(WIRE.queued(3), StandardCharsets.UTF_8);
    ContractCheck.requireFrame(frame);
    assertThat(frame)
        .isEqualTo(
            "event: turn.queued\ndata: {" + OF_TURN.replace('\'', '"') + ",\"position\":3}\n\n");
  }

  @Test
  void whatOnlyTheModelSeesIsNotSent() {
    var hidden = message(new Content.HiddenContext(new Json("{\"secret\":1}")), 0);
    assertThat(frame(4, new TurnEvent.MessageDone(hidden))).isEmpty();
  }

  @Test
  void anEventIsEncodedOnceForAllWhoFollowItsTurn() {
    var event = new TurnEvent.Numbered(4, new TurnEvent.TurnResumed());
    assertThat(event.frame(new EventWire(CONVERSATION, TURN)))
        .isSameAs(event.frame(new EventWire(CONVERSATION, TURN)));
  }

  private static String frame(long number, TurnEvent event) {
    return new String(WIRE.encode(new TurnEvent.Numbered(number, event)), StandardCharsets.UTF_8);
  }
}
