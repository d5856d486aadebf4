package chat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chat.model.Caller;
import chat.model.ChatException.Unauthenticated;
import chat.model.UserId;
import chat.port.Authenticator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows every promise of {@link Authenticator}, in its order. */
public interface AuthenticatorContract {

  /** Returns the authenticator under test. */
  Authenticator authenticator();

  /** Returns a token of this user that the authenticator takes until then, to the second. */
  String tokenOf(UserId user, Instant expiresAt);

  /** Returns tokens that it must not take, whatever they look like. */
  List<String> badTokens();

  @Test
  default void aGoodTokenGivesACallerWithItsSubjectItselfAndItsExpiry() {
    var user = new UserId("ädä@example.org|" + Samples.user());
    var soon = inAnHour();
    var token = tokenOf(user, soon);

    assertThat(authenticator().authenticate(token)).isEqualTo(new Caller(user, token, soon));
  }

  @Test
  default void anyOtherTokenIsRefusedInWordsThatDoNotHelpToForgeOne() {
    var expired = tokenOf(Samples.user(), Instant.now().minus(1, ChronoUnit.HOURS));
    var bad = new ArrayList<>(badTokens());
    bad.addAll(List.of("", " ", "nonsense", "a.b.c", "ä\0", expired));
    var authenticator = authenticator();
    var said = new HashSet<String>();

    for (var token : bad) {
      var refusal =
          catchThrowableOfType(Unauthenticated.class, () -> authenticator.authenticate(token));
      assertThat(refusal).as("for <%s>", token).isNotNull();
      said.add(String.valueOf(refusal.getMessage()));
    }
    assertThat(said).as("the same words for all").hasSize(1);
  }

  @Test
  default void theSameTokenGivesTheSameCallerUntilItExpires() {
    var authenticator = authenticator();
    var token = tokenOf(Samples.user(), inAnHour());
    var old = tokenOf(Samples.user(), Instant.now().minus(1, ChronoUnit.HOURS));

    var first = authenticator.authenticate(token);
    assertThatThrownBy(() -> authenticator.authenticate(old)).isInstanceOf(Unauthenticated.class);
    assertThat(authenticator.authenticate(token)).isEqualTo(first);
    assertThatThrownBy(() -> authenticator.authenticate(old)).isInstanceOf(Unauthenticated.class);
  }

  @Test
  default void manyThreadsMayAskAtOnce() throws InterruptedException {
    var authenticator = authenticator();
    var ada = Samples.user();
    var bob = Samples.user();
    var soon = inAnHour();
    var adas = tokenOf(ada, soon);
    var bobs = tokenOf(bob, soon);

    var callers =
        Together.atOnce(
            8,
            () ->
                List.of(
                    authenticator.authenticate(adas).user(),
                    authenticator.authenticate(bobs).user()));

    assertThat(callers).containsOnly(List.of(ada, bob));
  }

  private static Instant inAnHour() {
    return Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
  }
}
