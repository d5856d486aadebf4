package chat.engine;

import static chat.engine.EngineSettings.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chat.engine.EngineSettings.Limits;
import chat.engine.EngineSettings.Timing;
import chat.port.TurnJournal;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class EngineSettingsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void anEngineThatCouldNeverRunATurnIsRefused() {
    refused(() -> DEFAULT.withContext(0, 1));
    refused(() -> DEFAULT.withContext(1, 0));
    for (int zero = 0; zero < 5; zero++) {
      var limits = new int[] {1, 1, 1, 1, 1};
      limits[zero] = 0;
      refused(() -> new Limits(limits[0], limits[1], limits[2], limits[3], limits[4]));
    }
    refused(() -> DEFAULT.withGrace(Duration.ofNanos(-1)));
    refused(() -> DEFAULT.timing().withRetention(TurnJournal.KEPT.plusNanos(1)));
    for (int zero = 1; zero < 7; zero++) {
      var times = new Duration[] {SECOND, SECOND, SECOND, SECOND, SECOND, SECOND, SECOND};
      times[zero] = Duration.ZERO;
      refused(
          () ->
              new Timing(
                  times[0], times[1], times[2], times[3], times[4], times[5], times[6], SECOND));
    }
  }

  /** In a class loader of its own, where nobody has asked for settings before. */
  @Test
  void timesCanBeMadeBeforeAnySettings() throws Exception {
    var classes = EngineSettings.class.getProtectionDomain().getCodeSource().getLocation();
    var parent = ClassLoader.getPlatformClassLoader();
    try (var fresh = new URLClassLoader(new URL[] {classes}, parent)) {
      Class.forName(Timing.class.getName(), true, fresh);
      var settings = fresh.loadClass(EngineSettings.class.getName());
      var made = settings.getField("DEFAULT").get(null);
      assertThat(settings.getMethod("timing").invoke(made)).isNotNull();
    }
  }

  private static void refused(ThrowingCallable made) {
    assertThatIllegalArgumentException().isThrownBy(made);
  }
}
