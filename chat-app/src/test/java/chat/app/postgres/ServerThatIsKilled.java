package chat.app.postgres;

import chat.app.folder.DataFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;

/**
 * Is a process that commits a row in an embedded PostgreSQL and then holds it until it is killed.
 */
final class ServerThatIsKilled {
  private ServerThatIsKilled() {}

  public static void main(String[] arguments) throws Exception {
    var postgres = EmbeddedPostgres.start(DataFolder.open(Path.of(arguments[0])));
    var owner = postgres.owner();
    try (var connection =
            DriverManager.getConnection(postgres.url(), owner.user(), owner.password());
        var statement = connection.createStatement()) {
      statement.execute("create table if not exists kept (word text)");
      statement.execute("insert into kept values ('" + arguments[1] + "')");
    }
    System.out.println("ready");
    System.in.transferTo(OutputStream.nullOutputStream());
  }

  /** Starts the process; returns when its row is committed. */
  static Process start(Path data, String word) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ServerThatIsKilled.class.getName(),
                data.toString(),
                word)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var line = said.readLine();
    if (!"ready".equals(line)) throw new IllegalStateException("the process said " + line);
    return process;
  }
}
