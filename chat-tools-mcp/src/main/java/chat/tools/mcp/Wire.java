package chat.tools.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Carries messages between us and one server, for one user.
 *
 * <p>Unlike the SDK's own transports it says of every request what became of it: {@link
 * #sendMessage} ends when the request's answer was handed over, or with a {@link Failure}.
 */
abstract class Wire implements McpClientTransport {
  /** Is the longest message that is read, in bytes or UTF-16 units. */
  static final int LONGEST_MESSAGE = 32 << 20;

  static final String CANCELLED = "notifications/cancelled";

  static final List<String> VERSIONS =
      List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

  private static final TypeRef<Map<String, Object>> MEMBERS = new TypeRef<>() {};

  final McpJsonMapper json;
  private final Redaction redaction;
  private volatile @Nullable Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler;

  Wire(McpJsonMapper json, Redaction redaction) {
    this.json = json;
    this.redaction = redaction;
  }

  /** Tells whether the next request has a chance. */
  abstract boolean isOpen();

  /**
   * Is told once that the handshake is done.
   *
   * @param version the protocol's that was agreed on
   */
  abstract void ready(String version);

  /** Lets go of everything, and waits for it a little. */
  abstract void shut();

  @Override
  public final Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    this.handler = handler;
    return Mono.empty();
  }

  /** Reads a message, without the secrets that it may repeat; throws if it is none. */
  final JSONRPCMessage read(String text) throws IOException {
    var members = json.readValue(text, MEMBERS);
    try {
      var clean = redaction.cleanTree(members);
      boolean asks = members.containsKey("method");
      if (asks && members.containsKey("id")) {
        return json.convertValue(clean, McpSchema.JSONRPCRequest.class);
      }
      if (asks) return json.convertValue(clean, McpSchema.JSONRPCNotification.class);
      if (members.containsKey("result") || members.containsKey("error")) {
        return json.convertValue(clean, McpSchema.JSONRPCResponse.class);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("no JSON-RPC message", e);
    }
    throw new IOException("no JSON-RPC message");
  }

  /** Hands a message of the server's over. */
  final void deliver(JSONRPCMessage message) {
    var receiver = handler;
    if (receiver != null) receiver.apply(Mono.just(message)).subscribe();
  }

  /** Makes the notice that nobody waits for a request any more. */
  static JSONRPCMessage cancelled(Object request) {
    return new McpSchema.JSONRPCNotification(
        CANCELLED, Map.of("requestId", request, "reason", "nobody waits for it any more"));
  }

  static boolean answers(JSONRPCMessage message, @Nullable Object request) {
    return message instanceof McpSchema.JSONRPCResponse response && response.id().equals(request);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::shut);
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return json.convertValue(data, type);
  }

  @Override
  public List<String> protocolVersions() {
    return VERSIONS;
  }
}
