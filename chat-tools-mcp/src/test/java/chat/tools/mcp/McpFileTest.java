package chat.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.tools.mcp.McpServer.Approval;
import chat.tools.mcp.McpServer.Endpoint;
import chat.tools.mcp.McpServer.Identity;
import chat.tools.mcp.McpServer.Rule;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class McpFileTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("KEY", "s3cr3t $1 \\ value", "HOST", "127.0.0.1");

  private static List<McpServer> read(String text) {
    return McpFile.read(text, ENVIRONMENT::get);
  }

  private static McpServer only(String server) {
    return read("{\"mcpServers\": {\"it\": " + server + "}}").get(0);
  }

  @Test
  void theFormThatMostClientsShareIsRead() {
    var servers =
        read(
            """
            {"mcpServers": {
              "files": {"command": "npx", "args": ["-y", "server"], "env": {"KEY": "${KEY}"}},
              "web": {"type": "http", "url": "http://${HOST}:1/mcp", "headers": {"X-Key": "${KEY}"}},
              "old": {"command": "gone", "disabled": true}
            }}
            """);

    assertThat(servers).extracting(McpServer::name).containsExactly("files", "web");
    assertThat(servers.get(0).endpoint())
        .isEqualTo(
            new Endpoint.Stdio(
                "npx", List.of("-y", "server"), Map.of("KEY", "s3cr3t $1 \\ value")));
    assertThat(servers.get(1).endpoint())
        .isEqualTo(
            new Endpoint.Http(
                URI.create("http://127.0.0.1:1/mcp"),
                Map.of("X-Key", "s3cr3t $1 \\ value"),
                new Identity.None()));
    assertThat(servers).extracting(McpServer::approval).containsOnlyNulls();
    assertThat(servers).extracting(McpServer::timeout).containsOnly(Duration.ofSeconds(60));
  }

  @Test
  void rulesAndBoundsAreRead() {
    var server =
        only(
            """
            {"command": "x", "approval": "ask", "timeout": 5, "sessions": 7,
             "tools": {"list": "allow", "drop": "deny", "add": {"approval": "allow", "revision": "abc"}}}
            """);

    assertThat(server.approval()).isEqualTo(Approval.ASK);
    assertThat(server.tools())
        .containsOnly(
            Map.entry("list", new Rule(Approval.ALLOW, null)),
            Map.entry("drop", new Rule(Approval.DENY, null)),
            Map.entry("add", new Rule(Approval.ALLOW, "abc")));
    assertThat(server.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(server.sessions()).isEqualTo(7);
  }

  @Test
  void identitiesAreRead() {
    var exchange =
        only(
            """
            {"url": "https://tools.example/mcp", "identity": {"exchange": {
              "endpoint": "https://id.example/token", "client_id": "chat", "client_secret": "${KEY}",
              "audience": "tools", "scope": "read"}}}
            """);

    assertThat(identity(only("{\"url\": \"http://h/\", \"identity\": \"forward\"}")))
        .isEqualTo(new Identity.Forward());
    assertThat(identity(only("{\"url\": \"http://h/\", \"identity\": \"none\"}")))
        .isEqualTo(new Identity.None());
    assertThat(identity(exchange))
        .isEqualTo(
            new Identity.Exchange(
                URI.create("https://id.example/token"),
                "chat",
                "s3cr3t $1 \\ value",
                "tools",
                null,
                "read",
                Identity.Exchange.ACCESS_TOKEN));
    assertThat(exchange.toString()).doesNotContain("s3cr3t");
  }

  private static Identity identity(McpServer server) {
    return ((Endpoint.Http) server.endpoint()).identity();
  }

  @Test
  void hostsAsContainersHaveThemAreTaken() {
    assertThat(only("{\"url\": \"http://my_server:3000/mcp\"}").endpoint().toString())
        .isEqualTo("http://my_server:3000");
  }

  @Test
  void whatIsPrintedHasNoSecret() {
    var stdio = only("{\"command\": \"x\", \"args\": [\"${KEY}\"], \"env\": {\"A\": \"${KEY}\"}}");
    var http = only("{\"url\": \"http://h/\", \"headers\": {\"X-Key\": \"${KEY}\"}}");
    assertThat(stdio.toString() + http).doesNotContain("s3cr3t");
  }

  @Test
  void theUsersIdStaysWhereItMayStandAndVariablesMayHaveAWordForWhenTheyAreMissing() {
    var server =
        only("{\"url\": \"http://${NONE:-h}/\", \"headers\": {\"X-User\": \"${user.id}\"}}");

    assertThat(server.endpoint())
        .isEqualTo(
            new Endpoint.Http(
                URI.create("http://h/"), Map.of("X-User", "${user.id}"), new Identity.None()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | it is no JSON",
        "{} | no object mcpServers",
        "{\"mcpServers\": {\"it\": {}}} | needs a command or a url",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"url\": \"http://h/\"}}} | not both",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"command\": \"y\"}}} | no JSON",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"aproval\": \"deny\"}}} | what is"
            + " aproval?",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"approval\": \"never\"}}} | allow, ask or"
            + " deny",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"tools\": {\"a\": \"no\"}}}} | allow, ask"
            + " or deny",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"timeout\": 0}}} | from 1 to 3600",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"identity\": \"forward\"}}} | identity is"
            + " of no use",
        "{\"mcpServers\": {\"it\": {\"command\": \"${GONE}\"}}} | the environment has no GONE",
        "{\"mcpServers\": {\"it\": {\"command\": \"${env:GONE}\"}}} | the environment has no GONE",
        "{\"mcpServers\": {\"it\": {\"command\": \"${input:key}\"}}} | of an unknown kind",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"args\": \"-y\"}}} | a list is needed",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"env\": [\"A=1\"]}}} | env: an object",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"env\": {\"A=\": \"\"}}}} | no name of a"
            + " variable",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"tools\": [\"delete\"]}}} | tools: an"
            + " object",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"disabled\": \"yes\"}}} | true or false",
        "{\"mcpServers\": {\"it\": {\"command\": \"x\", \"type\": \"http\"}}} | does not fit",
        "{\"mcpServers\": {}, \"approval\": \"deny\"} | outside of any server",
        "{\"mcpServers\": {\"it\": {\"url\": \"http://h/\", \"headers\": {\"X\": \"a\\n"
            + "${KEY}\"}}}} | header X holds",
        "{\"mcpServers\": {\"it\": {\"url\": \"http://h/\", \"identity\": {\"exchange\":"
            + " {\"endpoint\": \"h/token\"}}}}} | no http",
        "{\"mcpServers\": {\"it\": {\"url\": \"http://h/${user.id}\"}}} | headers and env only",
        "{\"mcpServers\": {\"it\": {\"url\": \"file:///etc/passwd\"}}} | no http or https address",
        "{\"mcpServers\": {\"it\": {\"url\": \"http://u:p@h/\"}}} | user or password",
        "{\"mcpServers\": {\"it\": {\"type\": \"sse\", \"url\": \"http://h/\"}}} | Streamable HTTP",
        "{\"mcpServers\": {\"it\": {\"url\": \"http://h/\", \"identity\": \"mine\"}}} | none,"
            + " forward",
        "{\"mcpServers\": {\"it\": {\"url\": \"http://h/\", \"identity\": \"forward\", \"headers\":"
            + " {\"authorization\": \"Bearer ${KEY}\"}}}} | both a header Authorization",
      })
  void whatIsWrongIsSaidAndWhereAndNoSecretIs(String text, String said) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said)
        .hasMessageNotContaining("s3cr3t");
  }
}
