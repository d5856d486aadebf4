package chat.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.awaitility.Awaitility;

/** Is how far a turn had come when its instance was killed: S1 to S11. */
enum KillStage {
  /** The request's head is on its way, within the token. */
  TOKEN,
  /** So is its body. */
  BODY,
  /** Everything is written, nothing committed. */
  ACCEPT,
  /** It is committed, and the instance was not told. */
  ACCEPT_UNANSWERED,
  /** The model is asked and has said nothing. */
  MODEL_ASKED,
  /** The model is talking. */
  WORDS,
  /** The model called a tool: it is being stored, or was, and the model is asked again. */
  TOOL,
  /** The end is written, not committed. */
  FINISH,
  /** It is committed, and the instance was not told. */
  FINISH_UNANSWERED,
  /** It is stored and was told; the client has not read so far. */
  LAST_EVENT,
  /** The client has read the end. */
  AFTER;

  private static final String ACCEPTS = "insert into turn (";
  private static final String STORES = "stored as (";
  private static final String FINISHES = "rested as (";
  private static final int MOST_WORDS = 60;

  /** Tells whether the turn is stored by then: a repeated request makes no other. */
  boolean isAccepted() {
    return compareTo(ACCEPT) > 0;
  }

  /** Tells whether its end is stored by then. */
  boolean isFinished() {
    return compareTo(FINISH) > 0;
  }

  /** Tells whether the turn ends as interrupted. */
  boolean isCutOff() {
    return isAccepted() && !isFinished();
  }

  /** Returns how the model answers a turn that is to come so far. */
  Speech speech(Random random) {
    int words = 1 + random.nextInt(MOST_WORDS);
    var pace = Duration.ofMillis(1 + random.nextInt(20));
    return switch (this) {
      case MODEL_ASKED -> new Speech(words, pace, Speech.Ending.IS_SILENT);
      case WORDS -> new Speech(words + MOST_WORDS, pace, Speech.Ending.STAYS_OPEN);
      case TOOL -> new Speech(words, pace, Speech.Ending.CALLS_A_TOOL);
      default -> new Speech(words, pace, Speech.Ending.ENDS);
    };
  }

  /** Sends the turn's request and kills the instance when it has come so far. */
  void kill(Cluster.Member doomed, DoomedTurn turn, Random random) throws Exception {
    var proxy = doomed.proxy;
    switch (this) {
      case TOKEN, BODY -> killWhileSending(doomed, turn, random);
      case ACCEPT, ACCEPT_UNANSWERED -> {
        var commit = proxy.catchNext(flush -> flush.commits(ACCEPTS));
        turn.begin(doomed.client(), true);
        killAt(commit, this == ACCEPT_UNANSWERED, doomed);
      }
      case MODEL_ASKED -> {
        turn.begin(doomed.client(), true);
        turn.awaitStarted();
        turn.speech.awaitAsked();
        doomed.kill();
      }
      case WORDS -> {
        turn.begin(doomed.client(), true);
        turn.awaitStarted();
        turn.speech.awaitSaid(1 + random.nextInt(MOST_WORDS));
        doomed.kill();
      }
      case TOOL -> {
        if (random.nextBoolean()) {
          var store =
              proxy.catchNext(
                  flush -> flush.executes(STORES) && flush.binds(turn.user) && !isFinish(flush));
          turn.begin(doomed.client(), true);
          killAt(store, random.nextBoolean(), doomed);
        } else {
          turn.begin(doomed.client(), true);
          turn.speech.awaitAskedAgain();
          doomed.kill();
        }
      }
      case FINISH, FINISH_UNANSWERED -> {
        var finish = proxy.catchNext(flush -> isFinish(flush) && flush.binds(turn.user));
        turn.begin(doomed.client(), true);
        killAt(finish, this == FINISH_UNANSWERED, doomed);
      }
      case LAST_EVENT -> {
        var finish = proxy.catchNext(flush -> isFinish(flush) && flush.binds(turn.user));
        turn.begin(doomed.client(), false);
        finish.await();
        finish.pass();
        Awaitility.await().until(finish::isAnswered);
        doomed.kill();
      }
      case AFTER -> {
        turn.begin(doomed.client(), true);
        turn.awaitEnded();
        doomed.kill();
      }
    }
  }

  private static boolean isFinish(Flush flush) {
    return flush.executes(FINISHES);
  }

  private static void killAt(CaughtFlush caught, boolean committed, Cluster.Member doomed)
      throws InterruptedException {
    caught.await();
    if (committed) caught.passUnanswered();
    doomed.kill();
    caught.cut();
  }

  private void killWhileSending(Cluster.Member doomed, DoomedTurn turn, Random random)
      throws IOException {
    var body = turn.bytes();
    var head =
        """
        POST %s HTTP/1.1\r
        Host: 127.0.0.1\r
        Content-Type: application/json\r
        Content-Length: %d\r
        Accept: text/event-stream\r
        Idempotency-Key: %s\r
        Authorization: Bearer %s\r
        \r
        """
            .formatted(turn.path(), body.length, turn.user, turn.token())
            .getBytes(StandardCharsets.US_ASCII);
    var sent = new ByteArrayOutputStream();
    if (this == BODY) sent.write(head);
    var cut = this == BODY ? body : head;
    // Past the middle of the head the token has begun.
    int part = cut.length / 2 + random.nextInt(cut.length / 2 - 8);
    sent.write(Arrays.copyOf(cut, part));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), doomed.server.port())) {
      socket.getOutputStream().write(sent.toByteArray());
      socket.getOutputStream().flush();
      doomed.kill();
    }
  }
}
