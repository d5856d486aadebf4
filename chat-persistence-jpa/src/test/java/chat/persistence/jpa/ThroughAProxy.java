package chat.persistence.jpa;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test a database of its own, reached over one connection through a proxy. */
abstract class ThroughAProxy {
  static final String INSTANCE = "one";
  final String database = Postgres.migrated();
  final CountingProxy proxy = proxy();
  final HikariDataSource pool =
      Postgres.pool(Postgres.at(proxy.port(), Postgres.LOGIN, database), 1);
  final JpaStore store = JpaStore.open(pool);

  private static CountingProxy proxy() {
    try {
      return new CountingProxy(Postgres.port());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void register() {
    store.journal().renew(INSTANCE, Duration.ofHours(1));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    pool.close();
    proxy.close();
  }
}
