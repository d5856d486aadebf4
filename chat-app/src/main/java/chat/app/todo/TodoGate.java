package chat.app.todo;

import chat.model.ChatException;
import chat.model.UserId;
import chat.port.Authenticator;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.HttpHeaders;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who brings a good bearer token (RFC 6750), and to each session only the user who began
 * it: to anybody else it does not exist. Tokens may change within a session, users may not.
 */
final class TodoGate extends HttpFilter {
  private static final long serialVersionUID = 1;
  private static final String USER = "user";
  private static final String BEARER = "Bearer ";
  private static final int SESSIONS_REMEMBERED = 10_000;

  private final transient Authenticator authenticator;

  /** By session id. Who is forgotten begins another session: the client is told that it is gone. */
  private final transient Map<String, UserId> owners =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, UserId> eldest) {
              return size() > SESSIONS_REMEMBERED;
            }
          });

  TodoGate(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /** Returns what the tools are told of a request that was let in. */
  static McpTransportContext context(HttpServletRequest request) {
    return McpTransportContext.create(Map.of(USER, request.getAttribute(USER)));
  }

  /** Returns whose request it was. */
  static UserId user(McpTransportContext context) {
    return (UserId) Objects.requireNonNull(context.get(USER), "a request that was not let in");
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var user = authenticated(request, response);
    if (user == null) return;
    var session = request.getHeader(HttpHeaders.MCP_SESSION_ID);
    if (session != null && !user.equals(owners.get(session))) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    request.setAttribute(USER, user);
    chain.doFilter(request, new Beginning(response, user));
  }

  private @Nullable UserId authenticated(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var credentials = request.getHeader("Authorization");
    var given =
        credentials != null && credentials.regionMatches(true, 0, BEARER, 0, BEARER.length());
    try {
      if (given) {
        return authenticator.authenticate(credentials.substring(BEARER.length()).strip()).user();
      }
    } catch (ChatException.Unavailable e) {
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return null;
    } catch (ChatException.Unauthenticated e) {
      // Said below; a request without any credentials is told no error (RFC 6750, section 3.1).
    }
    response.setHeader(
        "WWW-Authenticate", "Bearer realm=\"todo\"" + (given ? ", error=\"invalid_token\"" : ""));
    response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
    return null;
  }

  /** Learns the id of a session that begins before the client does. */
  private final class Beginning extends HttpServletResponseWrapper {
    private final UserId user;

    Beginning(HttpServletResponse response, UserId user) {
      super(response);
      this.user = user;
    }

    @Override
    public void setHeader(String name, String value) {
      if (name.equalsIgnoreCase(HttpHeaders.MCP_SESSION_ID)) owners.put(value, user);
      super.setHeader(name, value);
    }
  }
}
