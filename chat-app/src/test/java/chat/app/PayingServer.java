package chat.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import chat.model.Content;
import chat.model.Json;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.port.Agent;
import chat.testkit.Samples;
import chat.testkit.ScriptedToolset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Is an instance whose tool {@code pay} asks first, and then writes a line into a file that all
 * instances share: in this JVM, or in a process of its own that can be killed. Each word of a
 * question is the sum of one call.
 */
final class PayingServer {
  private static final Tool PAY = Samples.tool("pay", Tool.Run.AFTER_APPROVAL);

  private PayingServer() {}

  static Instance here(Database database, Path paid) {
    var tools = new ScriptedToolset().has(PAY, call -> pay(paid, call.arguments()));
    var http = Instance.http(Duration.ofSeconds(55));
    return Instance.start(database, PayingServer::answer, tools, Instance.QUICK, http);
  }

  private static ToolResult pay(Path paid, Json arguments) throws IOException {
    var line = arguments.canonical() + "\n";
    Files.writeString(paid, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return ToolResult.text("paid " + arguments.canonical());
  }

  private static void answer(Agent.Request request, Agent.Sink sink) {
    var calls = new ArrayList<Agent.Call>();
    var said = new ArrayList<String>();
    for (var message : request.history()) {
      switch (message.content()) {
        case Content.UserInput question -> {
          for (var sum : question.text().split(" ", -1)) {
            calls.add(new Agent.Call("pay", new Json("{\"sum\":" + sum + "}"), null));
          }
        }
        case Content.ToolCall call -> {
          var result = Objects.requireNonNull(call.result());
          said.add(result.error() == null ? result.text() : result.error());
        }
        default -> {}
      }
    }
    if (said.isEmpty()) sink.call(calls);
    else sink.text(String.join(", ", said));
  }

  public static void main(String[] arguments) throws Exception {
    var url = new DatabaseUrl(arguments[0], arguments[1], arguments[2]);
    try (var instance = here(new Database(url, url, null, false), Path.of(arguments[3]))) {
      System.out.println(instance.port());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Is one in a process of its own. */
  record Elsewhere(Process process, Client client) implements AutoCloseable {
    static Elsewhere start(DatabaseUrl database, Path paid) throws IOException {
      var process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      System.getProperty("java.class.path"),
                      PayingServer.class.getName(),
                      database.jdbc(),
                      String.valueOf(database.user()),
                      String.valueOf(database.password()),
                      paid.toString()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      var line = out.readLine();
      while (line != null && !line.matches("[0-9]+")) line = out.readLine();
      if (line == null) throw new IllegalStateException("the process does not start");
      return new Elsewhere(process, new Client("http://127.0.0.1:" + line));
    }

    /** Ends it without a chance to do anything. */
    void kill() throws InterruptedException {
      process.toHandle().destroyForcibly();
      if (!process.waitFor(60, TimeUnit.SECONDS)) throw new IllegalStateException("it lives");
    }

    @Override
    public void close() {
      process.destroyForcibly();
      client.close();
    }
  }
}
