package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.StorageFailed;
import chat.model.Conversation;
import chat.model.UserId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  @Test
  void migratingAgainChangesNothingAndKeepsWhatIsThere() {
    var database = Postgres.migrated();
    var owner = new UserId("alice");
    try (var pool = Postgres.pool(Postgres.as(Postgres.LOGIN, database), 1);
        var store = JpaStore.open(pool)) {
      var id = store.conversations().create(owner, Conversation.Change.NONE, null, "00").id();

      Migrations.migrate(Postgres.as("postgres", database), Postgres.LOGIN);

      assertThat(store.conversations().find(owner, id)).isPresent();
    }
  }

  @Test
  void oneLoginIsEnoughForAServiceThatBringsItsOwnPool() {
    var owner = new UserId("alice");
    try (var pool = Postgres.pool(Postgres.as("postgres", Postgres.empty()), 4);
        var store = JpaStore.migrated(pool)) {
      var id = store.conversations().create(owner, Conversation.Change.NONE, null, "00").id();

      try (var again = JpaStore.migrated(pool)) {
        assertThat(again.conversations().find(owner, id)).isPresent();
        assertThat(again.conversations().find(new UserId("bob"), id)).isEmpty();
      }
    }
  }

  @Test
  void manyInstancesMayMigrateAtOnce() throws Exception {
    var database = Postgres.empty();
    int instances = 4;
    var together = new CyclicBarrier(instances);
    try (var threads = Executors.newFixedThreadPool(instances)) {
      var migrated = new ArrayList<Future<?>>();
      for (int i = 0; i < instances; i++) {
        migrated.add(
            threads.submit(
                () -> {
                  together.await();
                  Migrations.migrate(Postgres.as("postgres", database), Postgres.LOGIN);
                  return true;
                }));
      }
      for (var one : migrated) assertThatCode(one::get).doesNotThrowAnyException();
    }
  }

  @Test
  void aLoginThatMayNotMakeRolesIsToldWhatToRunAndOneThatMayServesByItself() throws IOException {
    try (var fresh = EmbeddedPostgres.start()) {
      Postgres.execute(
          fresh.getPostgresDatabase(),
          "create role powerless login",
          "create role maker login createrole",
          "create database ours owner maker");
      var powerless = Postgres.at(fresh.getPort(), "powerless", "ours");
      var maker = Postgres.at(fresh.getPort(), "maker", "ours");

      assertThatThrownBy(() -> Migrations.migrate(powerless, "powerless"))
          .isInstanceOf(StorageFailed.class)
          .hasMessageContaining("create role chat_app nologin noinherit nobypassrls;")
          .hasMessageContaining("grant chat_app, chat_worker to \"powerless\";");

      Migrations.migrate(maker, "maker");
      try (var pool = Postgres.pool(maker, 1);
          var store = JpaStore.open(pool)) {
        store.requireRowSecurity();
      }
      assertThatThrownBy(() -> Migrations.migrate(powerless, "powerless"))
          .as("the roles are there, the membership is not")
          .isInstanceOf(StorageFailed.class)
          .hasMessageEndingWith("may:\ngrant chat_app, chat_worker to \"powerless\";\n");
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsOneClearFailure() {
    assertThatThrownBy(
            () -> Migrations.migrate(Postgres.at(1, "postgres", "postgres"), Postgres.LOGIN))
        .isInstanceOf(StorageFailed.class)
        .hasMessageStartingWith("the database cannot be reached");
  }
}
