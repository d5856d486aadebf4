package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.StorageFailed;
import chat.model.Conversation;
import chat.model.Search;
import chat.model.UserId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
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
  void whatWasThereBeforeThereWasASearchIsFoundAlsoWhenEnteringItWasCutOff() {
    Postgres.migrated();
    var database = Postgres.empty();
    Postgres.execute(
        Postgres.as("postgres", database),
        "create role early_owner login",
        "alter database " + database + " owner to early_owner");
    var early = Postgres.as("early_owner", database);
    flyway(early, "5");
    Postgres.execute(
        Postgres.as("postgres", database),
        "insert into conversation (owner, id, title, last_seq, last_at, created_at, updated_at)"
            + " select 'alice', gen_random_uuid(), 'Trip ' || i, 1, now(), now(), now()"
            + " from generate_series(1, 250) i",
        "insert into turn (owner, id, conversation_id, user_message_id, origin, state,"
            + " request_hash, created_at) select owner, id, id, gen_random_uuid(), 'send',"
            + " 'completed', '00', now() from conversation",
        "insert into message (owner, id, conversation_id, seq, turn_id, step, role, kind, hidden,"
            + " partial, content, created_at) select owner, user_message_id, conversation_id, 1,"
            + " id, 0, 'user', 'text', false, false,"
            + " '{\"type\":\"user_input\",\"parts\":[{\"type\":\"text\",\"text\":\"To Oslo\"}]}',"
            + " now() from turn");
    flyway(early, "latest");
    Postgres.execute(early, "select search_fill(100)");

    Migrations.migrate(Postgres.as("postgres", database), Postgres.LOGIN);

    try (var pool = Postgres.pool(Postgres.as(Postgres.LOGIN, database), 1);
        var store = JpaStore.open(pool)) {
      for (var typed : List.of("oslo", "trip")) {
        var search = Search.of(typed);
        var first = store.conversations().search(new UserId("alice"), search, null, 200);
        var rest = store.conversations().search(new UserId("alice"), search, first.after(), 200);
        assertThat(first.data()).as(typed).hasSize(200);
        assertThat(rest.data()).as(typed).hasSize(50);
        assertThat(rest.data().get(0).message() == null).isEqualTo(typed.equals("trip"));
      }
    }
    Postgres.execute(
        Postgres.as("postgres", database),
        "create table search_filling ()",
        "create function search_fill(int) returns void language sql as ''",
        "create policy filling on message",
        "create policy filling on conversation",
        "create policy filling on search_entry");
  }

  private static void flyway(DataSource owner, String target) {
    Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(owner)
        .locations("classpath:chat/persistence/jpa/migration")
        .table("chat_schema_history")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .target(target)
        .load()
        .migrate();
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsOneClearFailure() {
    assertThatThrownBy(
            () -> Migrations.migrate(Postgres.at(1, "postgres", "postgres"), Postgres.LOGIN))
        .isInstanceOf(StorageFailed.class)
        .hasMessageStartingWith("the database cannot be reached");
  }
}
