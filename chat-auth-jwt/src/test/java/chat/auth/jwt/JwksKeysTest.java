package chat.auth.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import chat.model.ChatException.Unauthenticated;
import chat.model.ChatException.Unavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When the keys of an issuer are fetched, and what becomes of tokens meanwhile. */
@Timeout(60)
final class JwksKeysTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final SigningKey OLD = SigningKey.of("old", "EdDSA");
  private static final SigningKey NEW = SigningKey.of("new", "EdDSA");

  private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
  private JwksServer issuer;
  private JwtAuthenticator authenticator;

  @BeforeEach
  void start() throws Exception {
    issuer = new JwksServer();
    issuer.publishes(OLD.jwk());
    authenticator = new JwtAuthenticator(JwtSettings.jwks(issuer.url()), time::get);
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  /** Returns a token that is good for two days, different from every other one. */
  private static String token(SigningKey key) {
    var expiry = NOW.plus(Duration.ofDays(2)).getEpochSecond();
    return key.token(
        "{\"sub\":\"alice\",\"jti\":\"%s\",\"exp\":%d}".formatted(UUID.randomUUID(), expiry));
  }

  private void later(Duration duration) {
    time.updateAndGet(now -> now.plus(duration));
  }

  private void isTaken(String token) {
    assertThat(authenticator.authenticate(token).user().value()).isEqualTo("alice");
  }

  private void isRefused(String token) {
    assertThatThrownBy(() -> authenticator.authenticate(token)).isInstanceOf(Unauthenticated.class);
  }

  private Unavailable cannotBeTold(String token) {
    return catchThrowableOfType(Unavailable.class, () -> authenticator.authenticate(token));
  }

  @Test
  void nothingIsFetchedBeforeATokenNeedsIt() {
    isRefused("nonsense");
    isRefused(HandmadeToken.signed("{\"alg\":\"HS256\",\"kid\":\"old\"}", "{}", "s".repeat(32)));
    assertThat(issuer.asked()).isEmpty();
    isTaken(token(OLD));
    isTaken(token(OLD));
    assertThat(issuer.fetches()).isOne();
  }

  @Test
  void eightFirstTokensAtOnceWaitForOneFetch() throws Exception {
    var begun = new CountDownLatch(8);
    issuer.answers(
        request -> {
          awaitAll(begun);
          return new MockResponse.Builder().body("{\"keys\":[" + OLD.jwk() + "]}").build();
        });
    var token = token(OLD);
    var users =
        atOnce(
            8,
            () -> {
              begun.countDown();
              return authenticator.authenticate(token).user().value();
            });
    assertThat(users).hasSize(8).containsOnly("alice");
    assertThat(issuer.fetches()).isOne();
  }

  @Test
  void aNewKeyIsTakenAfterTenSeconds() {
    isTaken(token(OLD));
    issuer.publishes(OLD.jwk(), NEW.jwk());
    later(Duration.ofSeconds(9));
    isRefused(token(NEW));
    assertThat(issuer.fetches()).isOne();
    later(Duration.ofSeconds(1));
    isTaken(token(NEW));
    isTaken(token(OLD));
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  @Test
  void aKeyThatIsGoneIsRefusedAfterFiveMinutesAlsoWithATokenThatIsKnown() {
    var known = token(OLD);
    isTaken(known);
    isTaken(known);
    issuer.publishes(NEW.jwk());
    later(Duration.ofSeconds(299));
    isTaken(known);
    isTaken(token(OLD));
    assertThat(issuer.fetches()).isOne();
    later(Duration.ofSeconds(1));
    isRefused(known);
    isRefused(token(OLD));
    isTaken(token(NEW));
  }

  @Test
  void aKeyThatIsReplacedUnderItsIdIsRefusedAfterFiveMinutesToo() {
    var known = token(OLD);
    isTaken(known);
    isTaken(known);
    issuer.publishes(NEW.as("old", "EdDSA").jwk());
    later(JwksKeys.FRESH);
    isRefused(known);
    isTaken(token(NEW.as("old", "EdDSA")));
  }

  @Test
  void tenThousandRandomIdsCauseOneFetchInTenSeconds() throws Exception {
    isTaken(token(OLD));
    for (int round = 1; round <= 10; round++) {
      later(JwksKeys.BETWEEN_FETCHES);
      var refused = atOnce(4, () -> refusals(250));
      assertThat(refused).containsOnly(250);
      assertThat(issuer.fetches()).isEqualTo(1 + round);
    }
    isTaken(token(OLD));
  }

  private int refusals(int tokens) {
    var strangers = token(NEW);
    var content = strangers.substring(strangers.indexOf('.'));
    for (int i = 0; i < tokens; i++) {
      var header = "{\"alg\":\"EdDSA\",\"kid\":\"" + UUID.randomUUID() + "\"}";
      isRefused(HandmadeToken.base64(header.getBytes(UTF_8)) + content);
    }
    return tokens;
  }

  @Test
  void whileTheKeysWereNeverFetchedNobodyIsToldThatATokenIsBad() {
    issuer.goesAway();
    assertThat(cannotBeTold(token(OLD)).retryAfter()).isEqualTo(JwksKeys.BETWEEN_FETCHES);
    later(Duration.ofSeconds(4));
    assertThat(cannotBeTold(token(OLD)).retryAfter()).isEqualTo(Duration.ofSeconds(6));
    assertThat(cannotBeTold(token(OLD)).code()).isEqualTo("keys_unavailable");
    isRefused("nonsense");
    assertThat(issuer.fetches()).isOne();
    issuer.publishes(OLD.jwk());
    later(Duration.ofSeconds(6));
    isTaken(token(OLD));
  }

  @Test
  void keysAreKeptThroughAnOutageOfADay() {
    var first = token(OLD);
    isTaken(first);
    var known = token(OLD);
    isTaken(known);
    issuer.goesAway();
    for (int hour = 1; hour < 24; hour++) {
      later(Duration.ofHours(1));
      isTaken(known);
      isTaken(token(OLD));
      int attempts = hour + 1;
      await().until(() -> issuer.fetches() == attempts);
    }
    assertThat(cannotBeTold(token(NEW))).as("it may be good").isNotNull();
    later(Duration.ofHours(1));
    assertThat(cannotBeTold(first)).isNotNull();
    assertThat(cannotBeTold(known)).isNotNull();
    assertThat(cannotBeTold(token(OLD))).isNotNull();
  }

  @Test
  void inAnOutageNobodyWithAKnownKeyWaits() {
    isTaken(token(OLD));
    issuer.goesAway();
    later(JwksKeys.FRESH);
    isTaken(token(OLD));
    var stuck = new CountDownLatch(1);
    issuer.answers(
        request -> {
          awaitAll(stuck);
          return JwksServer.refusal(500);
        });
    later(JwksKeys.BETWEEN_FETCHES);
    isTaken(token(OLD));
    await().until(() -> issuer.fetches() == 3);
    isTaken(token(OLD));
    stuck.countDown();
  }

  @Test
  void afterAnOutageWhoseEndNobodySawAKeyThatIsGoneIsRefused() {
    var known = token(OLD);
    isTaken(known);
    issuer.goesAway();
    later(JwksKeys.FRESH);
    isTaken(known);
    issuer.publishes(NEW.jwk());
    later(JwksKeys.FRESH);
    isRefused(known);
  }

  @Test
  void aResolverThatHangsIsWaitedForOnceAndWhoHasAKnownKeyIsLetIn() {
    var hangs = new AtomicBoolean();
    var goesOn = new CountDownLatch(1);
    var lookups = new AtomicInteger();
    Dns dns =
        name -> {
          lookups.incrementAndGet();
          if (hangs.get()) awaitAll(goesOn);
          return Dns.SYSTEM.lookup(name);
        };
    var settings = JwtSettings.jwks(issuer.url());
    var keys = new JwksKeys(new JwksClient(issuer.url(), dns), time::get);
    authenticator = new JwtAuthenticator(settings, keys, time::get);
    var known = token(OLD);
    isTaken(known);
    hangs.set(true);
    later(JwksKeys.FRESH);
    isTaken(known);
    for (int i = 0; i < 20; i++) {
      later(JwksKeys.BETWEEN_FETCHES);
      isTaken(token(OLD));
      assertThat(cannotBeTold(token(NEW))).isNotNull();
    }
    assertThat(lookups).as("one fetch at a time").hasValue(2);
    goesOn.countDown();
  }

  @Test
  void whatOneAddressBreaksOffIsNotAskedForAtTheNext() throws Exception {
    var addresses = List.of(address(127, 0, 0, 1), address(127, 0, 0, 2));
    try (var everywhere = new JwksServer(address(0, 0, 0, 0))) {
      everywhere.goesAway();
      var client =
          new JwksClient(URI.create("http://issuer.local:" + everywhere.port()), n -> addresses);
      assertThatThrownBy(client::fetch).isInstanceOf(IOException.class);
      assertThat(everywhere.asked()).hasSize(1);
    }
  }

  private static InetAddress address(int... bytes) throws IOException {
    var four = new byte[bytes.length];
    for (int i = 0; i < four.length; i++) four[i] = (byte) bytes[i];
    return InetAddress.getByAddress(four);
  }

  /** Is an answer that is none. */
  record Poison(String name, MockResponse answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Poison> poisons() {
    var manyKeys =
        String.join(",", IntStream.range(0, 33).mapToObj(i -> NEW.as("k" + i, "").jwk()).toList());
    return Stream.of(
        new Poison("500", JwksServer.refusal(500)),
        new Poison("503, ask again", JwksServer.refusal(503, "Retry-After", "0")),
        new Poison("408", JwksServer.refusal(408)),
        new Poison("204", JwksServer.refusal(204)),
        new Poison("301", JwksServer.refusal(301, "Location", "/elsewhere")),
        new Poison("302", JwksServer.refusal(302, "Location", "http://169.254.169.254/")),
        new Poison("307", JwksServer.refusal(307, "Location", "/elsewhere")),
        new Poison("401", JwksServer.refusal(401, "WWW-Authenticate", "Basic")),
        said("nothing", ""),
        said("a page", "<html>"),
        said("a list", "[" + NEW.jwk() + "]"),
        said("null", "null"),
        said("no keys", "{}"),
        said("keys that are no list", "{\"keys\":{}}"),
        said("keys twice", "{\"keys\":[],\"keys\":[]}"),
        said("half", "{\"keys\":[" + NEW.jwk()),
        said("two sets", "{\"keys\":[]}{\"keys\":[]}"),
        said("deep", "[".repeat(30_000)),
        new Poison("a drop a second", drops("{\"keys\":[]}")),
        said("33 keys", "{\"keys\":[" + manyKeys + "]}"),
        said("more than 64 KiB", "{\"keys\":[]}" + " ".repeat(64 * 1024)));
  }

  private static MockResponse drops(String body) {
    return new MockResponse.Builder().body(body).throttleBody(1, 1, TimeUnit.SECONDS).build();
  }

  private static Poison said(String name, String body) {
    return new Poison(name, new MockResponse.Builder().body(body).build());
  }

  @ParameterizedTest
  @MethodSource("poisons")
  void anAnswerThatIsNoneIsAskedForOnceAndLeavesTheKeysAsTheyAre(Poison poison) {
    isTaken(token(OLD));
    issuer.answers(request -> poison.answer());
    later(JwksKeys.BETWEEN_FETCHES);
    assertThat(cannotBeTold(token(NEW))).isNotNull();
    isTaken(token(OLD));
    assertThat(issuer.asked()).hasSize(2);
  }

  @Test
  void thirtyTwoKeysAndSixtyFourKibibytesAreNotTooMany() {
    var keys = IntStream.range(0, 31).mapToObj(i -> NEW.as("k" + i, "").jwk());
    var set = "{\"keys\":[" + String.join(",", Stream.concat(keys, Stream.of(OLD.jwk())).toList());
    issuer.says(set + "]" + " ".repeat(64 * 1024 - set.length() - 2) + "}");
    isTaken(token(OLD));
  }

  @Test
  void aSetWithoutAnyKeyIsBelieved() {
    isTaken(token(OLD));
    issuer.publishes();
    later(JwksKeys.FRESH);
    isRefused(token(OLD));
  }

  @Test
  void nothingIsSentThatAsksForAPackedAnswer() {
    var sent = new AtomicReference<String>();
    issuer.answers(
        request -> {
          sent.set(String.valueOf(request.getHeaders().get("Accept-Encoding")));
          return JwksServer.refusal(500);
        });
    assertThat(cannotBeTold(token(OLD))).isNotNull();
    assertThat(sent.get()).isEqualTo("identity");
  }

  @Test
  void aClockThatIsSetBackStopsNothing() {
    isTaken(token(OLD));
    issuer.publishes(NEW.jwk());
    later(Duration.ofDays(-1).minusMinutes(1));
    isTaken(token(NEW));
  }

  private static <T> List<T> atOnce(int threads, Callable<T> deed) throws Exception {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var deeds = new ArrayList<Future<T>>();
      for (int i = 0; i < threads; i++) deeds.add(pool.submit(deed));
      var results = new ArrayList<T>();
      for (var each : deeds) results.add(each.get(30, TimeUnit.SECONDS));
      return results;
    }
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
