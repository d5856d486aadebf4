package chat.contract.chatkit;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a front end and the server say to each other, as the description of the protocol has it.
 * Nothing makes these transcripts of what the server says: they are written by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TranscriptsTest {
  private ChatKitServer server;

  @BeforeAll
  void start() {
    server = ChatKitServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static Stream<Transcript> transcripts() throws IOException, URISyntaxException {
    return Examples.transcripts().stream();
  }

  /** Each transcript has users of its own, so that none sees what another left. */
  @ParameterizedTest
  @MethodSource("transcripts")
  void isSpokenAsWritten(Transcript transcript) throws IOException {
    var player =
        new TranscriptPlayer(
            server.chatKit,
            user -> ChatKitServer.token(user.equals("alice") ? user : user + transcript.name()),
            server.script::set);
    player.play(transcript);
  }
}
