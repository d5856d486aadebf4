package chat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.auth.jwt.JwtAuthenticator;
import chat.auth.jwt.JwtSettings;
import chat.model.ChatException.Unauthenticated;
import chat.model.ChatException.Unavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shows users of a real Better Auth talking: the packaged server takes their tokens; and what
 * becomes of these when keys change, with the authenticator in this process, whose clock the test
 * moves.
 */
@Timeout(300)
final class BetterAuthIT {
  private static final Duration A_NEW_KEY = Duration.ofSeconds(10);
  private static final Duration A_KEY_THAT_IS_GONE = Duration.ofMinutes(5);

  @TempDir private Path data;

  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private BetterAuth issuer;
  private JwtAuthenticator authenticator;

  @BeforeEach
  void start() throws Exception {
    issuer = BetterAuth.start(0);
    var settings =
        JwtSettings.jwks(issuer.jwks()).issuer(issuer.url() + "/").audience(issuer.url());
    authenticator = new JwtAuthenticator(settings, () -> Instant.now().plus(ahead.get()));
  }

  @AfterEach
  void stop() {
    if (issuer != null) issuer.close();
  }

  private void later(Duration duration) {
    ahead.updateAndGet(duration::plus);
  }

  private String holder(String token) {
    return authenticator.authenticate(token).user().value();
  }

  private void isRefused(String token) {
    assertThatThrownBy(() -> authenticator.authenticate(token)).isInstanceOf(Unauthenticated.class);
  }

  @Test
  void whoSignedUpTalksToAServerWithTwoSettings() throws Exception {
    var settings =
        Map.of(
            "CHAT_JWT_JWKS_URL", issuer.jwks().toString(),
            "CHAT_JWT_AUDIENCE", issuer.url());
    try (var server = ServerProcess.start(data, settings)) {
      var alice = issuer.signUp("alice");
      var bob = issuer.signUp("bob");
      var token = issuer.token(alice);
      var api = "/api/" + alice.id();

      var reply = server.post(token, api + "/chat", Map.of("message", "Hello"));
      assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
      assertThat(reply.body().get("status").textValue()).isEqualTo("completed");
      try (var stream = server.stream(token, api + "/chat", Map.of("message", "Hello again"))) {
        assertThat(stream.rest().getLast().name()).isEqualTo("turn.completed");
      }
      var mine = server.get(token, api + "/conversations").body().get("data");
      assertThat(mine).hasSize(2);

      var bobs = issuer.token(bob);
      assertThat(server.get(bobs, api + "/conversations").status()).isEqualTo(403);
      assertThat(server.get(bobs, "/api/" + bob.id() + "/conversations").body().get("data"))
          .isEmpty();
      var forged = token.substring(0, token.length() - 10) + "AAAAAAAAAA";
      var refusals =
          List.of(
              server.get(forged, api + "/conversations"),
              server.get("nonsense", api + "/conversations"),
              server.get(token + "A", api + "/conversations"));
      assertThat(refusals).extracting(Client.Reply::status).containsOnly(401);
      assertThat(refusals).extracting(Client.Reply::body).containsOnly(refusals.get(0).body());
      assertThat(server.post("", "/dev/token", Map.of("user_id", alice.id())).status())
          .as("no development login")
          .isEqualTo(404);
      assertThat(issuer.fetches()).isOne();
    }
  }

  @Test
  void eightFirstTokensAtOnceAreAllTakenAfterOneFetch() throws Exception {
    var tokens = new ArrayList<String>();
    var users = new ArrayList<String>();
    for (int i = 0; i < 8; i++) {
      var user = issuer.signUp("user" + i);
      users.add(user.id());
      tokens.add(issuer.token(user));
    }
    try (var pool = Executors.newFixedThreadPool(8)) {
      var begin = new CountDownLatch(1);
      var holders = new ArrayList<Future<String>>();
      for (var token : tokens) {
        holders.add(
            pool.submit(
                () -> {
                  begin.await();
                  return holder(token);
                }));
      }
      begin.countDown();
      for (int i = 0; i < 8; i++) {
        assertThat(holders.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(users.get(i));
      }
    }
    assertThat(issuer.fetches()).isOne();
  }

  @Test
  void keysRotateWhileCallsGoOn() throws Exception {
    var alice = issuer.signUp("alice");
    var old = issuer.token(alice);
    assertThat(holder(old)).isEqualTo(alice.id());
    var rotated = new CountDownLatch(1);
    var warm = new CountDownLatch(4);
    try (var pool = Executors.newFixedThreadPool(4)) {
      var callers = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 4; i++) {
        callers.add(
            pool.submit(
                () -> {
                  int calls = 0;
                  do {
                    assertThat(holder(old)).isEqualTo(alice.id());
                    if (++calls == 1) warm.countDown();
                  } while (rotated.getCount() > 0);
                  return calls;
                }));
      }
      String fresh;
      try {
        assertThat(warm.await(60, TimeUnit.SECONDS)).isTrue();
        issuer.rotate();
        fresh = issuer.token(alice);
        later(A_NEW_KEY);
        assertThat(holder(fresh)).isEqualTo(alice.id());
      } finally {
        rotated.countDown();
      }
      for (var caller : callers) assertThat(caller.get(60, TimeUnit.SECONDS)).isPositive();

      issuer.forget();
      later(A_KEY_THAT_IS_GONE);
      isRefused(old);
      assertThat(holder(fresh)).isEqualTo(alice.id());
    }
    assertThat(issuer.fetches()).isEqualTo(3);
  }

  @Test
  void itComesBackWithOtherKeys() throws Exception {
    var alice = issuer.signUp("alice");
    var old = issuer.token(alice);
    assertThat(holder(old)).isEqualTo(alice.id());

    int port = issuer.port();
    issuer.close();
    later(A_KEY_THAT_IS_GONE);
    assertThat(holder(old)).as("while it is away").isEqualTo(alice.id());

    issuer = BetterAuth.start(port);
    var again = issuer.signUp("alice");
    var fresh = issuer.token(again);
    later(A_NEW_KEY);
    assertThat(holder(fresh)).isEqualTo(again.id());
    isRefused(old);
  }

  @Test
  void whileItIsAwayAFirstTokenIsNotCalledBad() throws Exception {
    var token = issuer.token(issuer.signUp("alice"));
    issuer.close();
    assertThatThrownBy(() -> authenticator.authenticate(token)).isInstanceOf(Unavailable.class);
  }
}
