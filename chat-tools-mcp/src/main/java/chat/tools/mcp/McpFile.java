package chat.tools.mcp;

import chat.tools.mcp.McpServer.Approval;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import chat.tools.mcp.McpServer.Rule;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file that describes MCP servers, in the form that most clients share, {@code
 * {"mcpServers": {name: {command, args, env} | {url, headers}}}}, with what this one adds to it:
 *
 * <pre>{@code
 * {"mcpServers": {
 *   "todo":  {"url": "http://127.0.0.1:3900/mcp", "identity": "forward",
 *             "approval": "ask", "tools": {"list": "allow"}},
 *   "files": {"command": "npx", "args": ["-y", "server-filesystem"], "env": {"KEY": "${FILES_KEY}"},
 *             "timeout": 20}
 * }}
 * }</pre>
 *
 * <p><code>${NAME}</code> and <code>${env:NAME}</code> stand for a variable of the environment,
 * <code>${NAME:-word}</code> has a word for when it is not set, and <code>${user.id}</code>, in
 * headers and {@code env}, for the user's id. What the file may not say is refused, so that no
 * misspelt rule is without effect.
 */
public final class McpFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(?:env:)?([^}:]+)(?::-([^}]*))?}");
  private static final Pattern UNKNOWN = Pattern.compile("\\$\\{(?!user\\.id})[^}]*}");
  private static final String USER = "user.id";
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "command",
          "args",
          "env",
          "url",
          "headers",
          "identity",
          "approval",
          "tools",
          "timeout",
          "sessions",
          "disabled",
          "description");
  private static final Set<String> OVER_HTTP = Set.of("http", "streamable-http", "streamableHttp");
  private static final Set<String> OVER_STDIO = Set.of("stdio");
  private static final Set<String> OF_AN_EXCHANGE =
      Set.of(
          "endpoint",
          "client_id",
          "client_secret",
          "audience",
          "resource",
          "scope",
          "subject_token_type");
  private static final int LONGEST_TIMEOUT = 3600;

  private final Function<String, @Nullable String> environment;

  private McpFile(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * Reads the servers that a file describes and does not disable, in its order.
   *
   * @param environment gives the value of a variable, null for one that is not set
   * @throws IllegalArgumentException says what is wrong, and where; without any value of a variable
   */
  public static List<McpServer> read(String text, Function<String, @Nullable String> environment) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new IllegalArgumentException(
          "it is no JSON, near line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
    }
    var servers = root.path("mcpServers");
    if (!servers.isObject()) {
      throw new IllegalArgumentException("it has no object mcpServers");
    }
    for (var entry : root.properties()) {
      // What other programs keep beside their servers is none of ours.
      if (KNOWN.contains(entry.getKey())) {
        throw new IllegalArgumentException(entry.getKey() + " stands outside of any server");
      }
    }
    var file = new McpFile(environment);
    var read = new ArrayList<McpServer>();
    for (var entry : servers.properties()) {
      if (isDisabled(entry.getKey(), entry.getValue())) continue;
      read.add(file.server(entry.getKey(), entry.getValue()));
    }
    return List.copyOf(read);
  }

  private static boolean isDisabled(String name, JsonNode server) {
    var disabled = server.path("disabled");
    if (disabled.isMissingNode() || disabled.isBoolean()) return disabled.asBoolean();
    throw new IllegalArgumentException("server " + name + ": disabled: true or false");
  }

  private McpServer server(String name, JsonNode json) {
    try {
      if (!json.isObject()) throw new IllegalArgumentException("no object");
      requireKnown(json, KNOWN);
      var server = McpServer.at(name, endpoint(json)).withTools(rules(members(json, "tools")));
      if (json.has("approval")) server = server.withApproval(approval(json.get("approval")));
      if (json.has("timeout")) {
        int seconds = number(json.get("timeout"), "timeout", LONGEST_TIMEOUT);
        server = server.withTimeout(Duration.ofSeconds(seconds));
      }
      if (json.has("sessions")) {
        server = server.withSessions(number(json.get("sessions"), "sessions", 1_000_000));
      }
      return server;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("server " + name + ": " + e.getMessage(), e);
    }
  }

  private Endpoint endpoint(JsonNode json) {
    var type = json.path("type").asText("");
    if (type.equals("sse")) {
      throw new IllegalArgumentException(
          "type sse, which MCP gave up in 2025-03-26: use its Streamable HTTP address and type"
              + " http");
    }
    if (json.has("command") == json.has("url")) {
      throw new IllegalArgumentException("it needs a command or a url, and not both");
    }
    var types = json.has("url") ? OVER_HTTP : OVER_STDIO;
    if (json.has("type") && !types.contains(type)) {
      throw new IllegalArgumentException("type " + type + " does not fit the rest");
    }
    if (json.has("url")) {
      requireNone(json, "args", "env");
      var url = address(filled(text(json.get("url"), "url"), false), "url");
      return new Endpoint.Http(url, texts(json, "headers"), identity(json));
    }
    requireNone(json, "headers", "identity");
    var arguments = new ArrayList<String>();
    var args = json.path("args");
    if (!args.isMissingNode() && !args.isArray()) {
      throw new IllegalArgumentException("args: a list is needed");
    }
    for (var argument : args) arguments.add(filled(text(argument, "args"), false));
    return new Endpoint.Stdio(
        filled(text(json.get("command"), "command"), false), arguments, texts(json, "env"));
  }

  private Identity identity(JsonNode server) {
    var json = server.path("identity");
    if (json.isMissingNode()) return new Identity.None();
    if (json.isTextual()) {
      return switch (json.textValue()) {
        case "none" -> new Identity.None();
        case "forward" -> new Identity.Forward();
        default -> throw new IllegalArgumentException("identity: none, forward or an exchange");
      };
    }
    requireKnown(json, Set.of("exchange"));
    var exchange = json.path("exchange");
    if (!exchange.isObject()) throw new IllegalArgumentException("identity: no exchange");
    requireKnown(exchange, OF_AN_EXCHANGE);
    var type = value(exchange, "subject_token_type");
    var endpoint = value(exchange, "endpoint");
    if (endpoint == null) throw new IllegalArgumentException("exchange: no endpoint");
    return new Identity.Exchange(
        address(endpoint, "endpoint"),
        value(exchange, "client_id"),
        value(exchange, "client_secret"),
        value(exchange, "audience"),
        value(exchange, "resource"),
        value(exchange, "scope"),
        type == null ? Identity.Exchange.ACCESS_TOKEN : type);
  }

  private static Map<String, Rule> rules(JsonNode json) {
    var rules = new LinkedHashMap<String, Rule>();
    for (var entry : json.properties()) {
      var rule = entry.getValue();
      if (!rule.isObject()) {
        rules.put(entry.getKey(), new Rule(approval(rule), null));
        continue;
      }
      requireKnown(rule, Set.of("approval", "revision"));
      var revision = rule.has("revision") ? text(rule.get("revision"), "revision") : null;
      rules.put(entry.getKey(), new Rule(approval(rule.path("approval")), revision));
    }
    return rules;
  }

  private static Approval approval(JsonNode json) {
    for (var approval : Approval.values()) {
      if (approval.name().toLowerCase(Locale.ROOT).equals(json.textValue())) return approval;
    }
    throw new IllegalArgumentException("approval: allow, ask or deny");
  }

  private static int number(JsonNode json, String of, int most) {
    if (json.isIntegralNumber() && json.canConvertToInt()) {
      int number = json.intValue();
      if (number >= 1 && number <= most) return number;
    }
    throw new IllegalArgumentException(of + ": a number from 1 to " + most);
  }

  private @Nullable String value(JsonNode json, String name) {
    return json.has(name) ? filled(text(json.get(name), name), false) : null;
  }

  private Map<String, String> texts(JsonNode json, String of) {
    var texts = new LinkedHashMap<String, String>();
    for (var entry : members(json, of).properties()) {
      texts.put(entry.getKey(), filled(text(entry.getValue(), of), true));
    }
    return texts;
  }

  /** Returns an object that may be missing. */
  private static JsonNode members(JsonNode json, String name) {
    var members = json.path(name);
    if (members.isMissingNode() || members.isObject()) return members;
    throw new IllegalArgumentException(name + ": an object is needed");
  }

  private static String text(JsonNode json, String of) {
    if (json.isTextual()) return json.textValue();
    throw new IllegalArgumentException(of + ": a text is needed");
  }

  private static URI address(String text, String of) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(of + ": that is no address");
    }
  }

  /** Puts the environment's values in; the user's id is left for later where it may stand. */
  private String filled(String template, boolean mayNameTheUser) {
    if (UNKNOWN.matcher(VARIABLE.matcher(template).replaceAll("")).find()) {
      throw new IllegalArgumentException("a ${...} of an unknown kind");
    }
    return VARIABLE
        .matcher(template)
        .replaceAll(found -> Matcher.quoteReplacement(value(found, mayNameTheUser)));
  }

  private String value(MatchResult found, boolean mayNameTheUser) {
    var name = found.group(1);
    if (name.equals(USER)) {
      if (mayNameTheUser) return found.group();
      throw new IllegalArgumentException("${user.id} stands in headers and env only");
    }
    var value = environment.apply(name);
    if (value == null) value = found.group(2);
    if (value == null) throw new IllegalArgumentException("the environment has no " + name);
    return value;
  }

  private static void requireKnown(JsonNode json, Set<String> known) {
    for (var entry : json.properties()) {
      if (!known.contains(entry.getKey())) {
        throw new IllegalArgumentException("what is " + entry.getKey() + "?");
      }
    }
  }

  private static void requireNone(JsonNode json, String... names) {
    for (var name : names) {
      if (json.has(name)) throw new IllegalArgumentException(name + " is of no use here");
    }
  }
}
