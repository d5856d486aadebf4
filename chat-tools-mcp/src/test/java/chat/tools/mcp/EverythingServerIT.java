package chat.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows that the servers and checks from npm can be had, and where they listen. */
@Timeout(360)
final class EverythingServerIT {
  @Test
  void theReferenceServerListensOnTheLoopbackInterfaceAlone() throws Exception {
    try (var server = EverythingServer.start()) {
      var at = URI.create(server.url());

      assertThat(at.getHost()).isEqualTo("127.0.0.1");
      for (var each : NetworkInterface.networkInterfaces().toList()) {
        for (var address : each.inetAddresses().toList()) {
          assertThat(listens(address, at.getPort()))
              .as(address.toString())
              .isEqualTo(address.getHostAddress().equals("127.0.0.1"));
        }
      }
    }
  }

  private static boolean listens(InetAddress address, int port) {
    try (var socket = new Socket(address, port)) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void aScenarioIsPassedByWhatItLookedAt(@TempDir Path good, @TempDir Path bad) throws Exception {
    assertThat(Conformance.run("initialize", Initializing.class, good).passed()).isTrue();
    assertThat(Conformance.run("initialize", Idle.class, bad).passed()).isFalse();
  }

  /** Greets the server and leaves. */
  static final class Initializing {
    private Initializing() {}

    public static void main(String[] arguments) {
      var transport =
          HttpClientStreamableHttpTransport.builder(arguments[arguments.length - 1])
              .jsonMapper(new JacksonMcpJsonMapper(new ObjectMapper()))
              .build();
      try (var client = McpClient.sync(transport).build()) {
        client.initialize();
      }
    }
  }

  /** Does nothing at all. */
  static final class Idle {
    private Idle() {}

    public static void main(String[] arguments) {}
  }
}
