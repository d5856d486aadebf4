package chat.tools.mcp;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Is one MCP server as its operator describes it.
 *
 * @param name what it is called, for people; unique
 * @param approval what holds for tools without a rule of their own; null lets those run freely that
 *     the server annotates as read-only, and asks for all others
 * @param tools the rules for single tools, by the server's name of the tool
 * @param timeout how long one call may take
 * @param sessions how many users may have a session at once
 */
public record McpServer(
    String name,
    Endpoint endpoint,
    @Nullable Approval approval,
    Map<String, Rule> tools,
    Duration timeout,
    int sessions) {

  /** Is how long a call may take where nothing else is said. */
  public static final Duration TIMEOUT = Duration.ofSeconds(60);

  public McpServer {
    tools = Map.copyOf(tools);
    if (name.isBlank()) throw new IllegalArgumentException("a server without a name");
    if (!timeout.isPositive()) throw new IllegalArgumentException("timeout: " + timeout);
    if (sessions < 1) throw new IllegalArgumentException("sessions: " + sessions);
  }

  /** Describes a server whose tools are under the standard rules. */
  public static McpServer at(String name, Endpoint endpoint) {
    int sessions = endpoint instanceof Endpoint.Stdio ? 32 : 10_000;
    return new McpServer(name, endpoint, null, Map.of(), TIMEOUT, sessions);
  }

  public McpServer withApproval(@Nullable Approval approval) {
    return new McpServer(name, endpoint, approval, tools, timeout, sessions);
  }

  public McpServer withTools(Map<String, Rule> tools) {
    return new McpServer(name, endpoint, approval, tools, timeout, sessions);
  }

  public McpServer withTimeout(Duration timeout) {
    return new McpServer(name, endpoint, approval, tools, timeout, sessions);
  }

  public McpServer withSessions(int sessions) {
    return new McpServer(name, endpoint, approval, tools, timeout, sessions);
  }

  /** Says whether a tool may be called. */
  public enum Approval {
    /** Without asking. */
    ALLOW,
    /** After the user said yes to this call. */
    ASK,
    /** Never. */
    DENY
  }

  /**
   * Is the rule for one tool.
   *
   * @param revision what {@link chat.model.Tool#revision()} it is given for: {@link Approval#ALLOW}
   *     becomes {@link Approval#ASK} for any other; null to take the first that is seen
   */
  public record Rule(Approval approval, @Nullable String revision) {}

  /** Says how the server is reached. */
  public sealed interface Endpoint {
    /**
     * Is a program that is started for each user and spoken to over its standard input and output.
     *
     * @param environment all of its environment, but that {@code PATH} is ours unless it is given;
     *     <code>${user.id}</code> in a value stands for the user's id
     */
    record Stdio(String command, List<String> arguments, Map<String, String> environment)
        implements Endpoint {
      public Stdio {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        for (var name : environment.keySet()) {
          if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("env: that is no name of a variable");
          }
        }
      }

      /** Leaves arguments and environment out, where secrets are. */
      @Override
      public String toString() {
        return command;
      }
    }

    /**
     * Is a server spoken to over Streamable HTTP.
     *
     * @param headers go with every request; <code>${user.id}</code> in a value stands for the
     *     user's id, with all but letters, digits and {@code -._~@|:} percent-encoded as UTF-8
     */
    record Http(URI url, Map<String, String> headers, Identity identity) implements Endpoint {
      public Http {
        headers = Map.copyOf(headers);
        requireHttp(url);
        for (var header : headers.entrySet()) {
          try {
            new Headers.Builder().add(header.getKey(), header.getValue());
          } catch (IllegalArgumentException e) {
            // Its own words would quote the value.
            throw new IllegalArgumentException(
                "header " + header.getKey() + " holds what no header can");
          }
        }
        boolean authorized = headers.keySet().stream().anyMatch("authorization"::equalsIgnoreCase);
        if (authorized && !(identity instanceof Identity.None)) {
          throw new IllegalArgumentException(
              "both a header Authorization and an identity that sets it");
        }
      }

      /** Leaves the path and query out, where some put secrets. */
      @Override
      public String toString() {
        return url.getScheme() + "://" + url.getRawAuthority();
      }
    }
  }

  /** Says in whose name an HTTP server is called. */
  public sealed interface Identity {
    /** In nobody's, but for what the headers say. */
    record None() implements Identity {}

    /** In the caller's: its bearer token is passed on. */
    record Forward() implements Identity {}

    /**
     * In the caller's, by a token that its own is exchanged for (OAuth 2.0 Token Exchange, RFC
     * 8693).
     *
     * @param endpoint the token endpoint
     * @param clientSecret sent by HTTP Basic; null for a client without one
     * @param subjectTokenType what the caller's token is, as RFC 8693 section 3 names it
     */
    record Exchange(
        URI endpoint,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable String audience,
        @Nullable String resource,
        @Nullable String scope,
        String subjectTokenType)
        implements Identity {
      /** Is the type of a token of which nothing else is known. */
      public static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

      public Exchange {
        requireHttp(endpoint);
        if (clientSecret != null && clientId == null) {
          throw new IllegalArgumentException("a client secret without a client id");
        }
      }

      /** Leaves the secret out. */
      @Override
      public String toString() {
        return "Exchange[" + endpoint.getHost() + "]";
      }
    }
  }

  private static void requireHttp(URI url) {
    if (HttpUrl.parse(url.toString()) == null) {
      throw new IllegalArgumentException("no http or https address");
    }
    if (url.getRawAuthority().contains("@")) {
      throw new IllegalArgumentException("a user or password before the host");
    }
  }
}
