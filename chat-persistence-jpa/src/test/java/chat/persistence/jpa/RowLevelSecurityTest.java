package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.ChatException.StorageFailed;
import chat.model.Conversation;
import chat.model.Feedback;
import chat.model.ModelCall;
import chat.model.Turn;
import chat.model.UserId;
import chat.port.TurnJournal;
import chat.testkit.Samples;
import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** Shows, through a pool as the app has it, that the database itself keeps users apart. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowLevelSecurityTest {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final List<String> TABLES =
      List.of(
          "conversation",
          "turn",
          "message",
          "turn_segment",
          "model_call",
          "feedback",
          "search_entry",
          "attachment",
          "attachment_piece",
          "attachment_gone");
  private final String database = Postgres.migrated();
  private final HikariDataSource pool = Postgres.pool(Postgres.as(Postgres.LOGIN, database), 2);
  private final JpaStore store = JpaStore.open(pool);
  private Conversation.Id bobs = Conversation.Id.next();

  @BeforeAll
  void bothHaveAConversationWithATurnAndEvents() {
    store.journal().renew("one", Duration.ofHours(1));
    begin(store, ALICE);
    bobs = begin(store, BOB);
  }

  private static Conversation.Id begin(JpaStore store, UserId owner) {
    store.attachments().delete(owner, uploaded(store, owner));
    var said = Samples.input("of " + owner, List.of(uploaded(store, owner)));
    var input = new Turn.Input.Send(null, null, said, null);
    var request = new Turn.Request(input, Turn.OnBusy.REJECT, null, "00", null, false);
    var work = store.conversations().accept(owner, request, "one", 15, ready -> {}).work();
    if (work == null) throw new AssertionError("it was to begin");
    var event = new chat.model.TurnEvent.Numbered(1, new chat.model.TurnEvent.TurnResumed());
    var segment = TurnJournal.Segment.of(List.of(event));
    var call = new ModelCall("model", null, Duration.ZERO, ModelCall.Outcome.COMPLETED);
    var entry = new ModelCall.Entry(1, work.lease().time(), call);
    store.journal().store(work.lease(), List.of(), List.of(entry), segment, 0);
    var asked = work.history().get(0).id();
    store
        .conversations()
        .rate(owner, work.lease().conversation(), List.of(asked), Feedback.POSITIVE);
    return work.turn().conversation();
  }

  private static UUID uploaded(JpaStore store, UserId owner) {
    var id = store.attachments().create(owner, "a.txt", "text/plain", 1).file().id();
    store.files().put(owner, id, new ByteArrayInputStream(new byte[1]), 1);
    return store.attachments().uploaded(owner, id).file().id();
  }

  @AfterAll
  void close() {
    store.close();
    pool.close();
  }

  @Test
  void theEffectiveRolesAreNeitherSuperuserNorDoTheyBypassSecurity() throws SQLException {
    assertThatCode(store::requireRowSecurity).doesNotThrowAnyException();
    for (var role : List.of("chat_app", "chat_worker")) {
      try (var connection = in(role, "alice")) {
        assertThat(text(connection, "select current_user")).isEqualTo(role);
        assertThat(text(connection, "select session_user")).isEqualTo(Postgres.LOGIN);
        var powers = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user";
        assertThat(text(connection, powers)).isEqualTo("f");
        for (var table : TABLES) {
          var active = "select row_security_active('" + table + "')";
          assertThat(text(connection, active)).as(table).isEqualTo("t");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"message", "attachment_piece", "signing_key", "turn_segment_3"})
  void aTableWithoutForcedSecurityIsRefused(String table) {
    var other = Postgres.migrated();
    Postgres.execute(
        Postgres.as("postgres", other), "alter table " + table + " no force row level security");
    try (var unfenced = Postgres.pool(Postgres.as(Postgres.LOGIN, other), 1);
        var opened = JpaStore.open(unfenced)) {
      assertThatThrownBy(opened::requireRowSecurity)
          .isInstanceOf(StorageFailed.class)
          .hasMessageContaining("not forced");
    }
  }

  @Test
  void withoutAnOwnerThereIsNoRow() throws SQLException {
    try (var connection = in("chat_app", null)) {
      for (var table : TABLES) assertThat(owners(connection, table)).as(table).isEmpty();
    }
    try (var connection = in("chat_app", "")) {
      for (var table : TABLES) assertThat(owners(connection, table)).as(table).isEmpty();
    }
  }

  @Test
  void withAliceAsOwnerThereIsOnlyWhatIsAlices() throws SQLException {
    try (var connection = in("chat_app", "alice")) {
      for (var table : TABLES) {
        assertThat(owners(connection, table)).as(table).containsOnly("alice");
      }
    }
  }

  @Test
  void theLoginItselfSeesNothing() throws SQLException {
    try (var connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      for (var table : TABLES) {
        refused(connection, "select owner from " + table, "permission denied");
        connection.rollback();
      }
    }
  }

  @Test
  void theTablesOwnerSeesNothingEither() {
    var name = Postgres.empty();
    Postgres.execute(
        Postgres.as("postgres", name),
        "create role plain_owner login",
        "grant chat_app, chat_worker to plain_owner",
        "alter database " + name + " owner to plain_owner");
    var owner = Postgres.as("plain_owner", name);
    Migrations.migrate(owner, "plain_owner");
    try (var single = Postgres.pool(owner, 1);
        var opened = JpaStore.open(single)) {
      opened.requireRowSecurity();
      opened.journal().renew("one", Duration.ofHours(1));
      var id = begin(opened, ALICE);
      try (var connection = single.getConnection()) {
        for (var table : TABLES) assertThat(owners(connection, table)).as(table).isEmpty();
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
      assertThat(opened.conversations().delete(ALICE, id)).as("with all that is in it").isTrue();
    }
  }

  @Test
  void insertingIntoBobsConversationIsRefusedByPolicyAndByKey() throws SQLException {
    var turn =
        "insert into turn (owner, id, conversation_id, user_message_id, origin, state, instance,"
            + " request_hash, created_at) values ('%s', '%s', '%s', '%s', 'send', 'running', 'one',"
            + " '00', now())";
    try (var connection = in("chat_app", "alice")) {
      var asBob = turn.formatted("bob", UUID.randomUUID(), bobs, UUID.randomUUID());
      refused(connection, asBob, "row-level security");
    }
    try (var connection = in("chat_app", "alice")) {
      var asAlice = turn.formatted("alice", UUID.randomUUID(), bobs, UUID.randomUUID());
      refused(connection, asAlice, "foreign key");
    }
    try (var connection = in("chat_app", "alice")) {
      assertThat(update(connection, "update conversation set title = 'x' where owner = 'bob'"))
          .isZero();
      assertThat(update(connection, "delete from conversation where owner = 'bob'")).isZero();
    }
  }

  @Test
  void eachRoleMayDoNoMoreThanItNeeds() throws SQLException {
    for (var denied :
        List.of(
            "delete from conversation",
            "delete from turn",
            "delete from message",
            "delete from turn_segment",
            "delete from model_call",
            "update model_call set model = 'x'",
            "truncate turn_segment",
            "select * from feedback",
            "delete from search_entry",
            "select * from search_conversations('{of}', '{}', null, null, null, 1)",
            "select * from attachment_piece",
            "update attachment set uploaded = true",
            "delete from signing_key",
            "select * from turn_segment_0",
            "insert into conversation (owner, id, last_at, created_at, updated_at)"
                + " values ('x', gen_random_uuid(), now(), now(), now())",
            "drop table message",
            "create table more (id int)")) {
      try (var connection = in("chat_worker", null)) {
        refused(connection, denied, null);
      }
    }
    for (var denied :
        List.of(
            "select * from instance",
            "select * from signing_key",
            "update attachment_piece set number = 1",
            "delete from message",
            "delete from turn",
            "insert into turn_segment values ('alice', gen_random_uuid(), 1, 1, '[]', 0)",
            "insert into model_call (owner, turn_id, fence, number, model, started_at, duration,"
                + " outcome) values ('alice', gen_random_uuid(), 1, 1, 'm', now(), '1 s',"
                + " 'failed')",
            "update model_call set model = 'x'",
            "delete from model_call",
            "select * from turn_segment_0")) {
      try (var connection = in("chat_app", "alice")) {
        refused(connection, denied, "permission denied");
      }
    }
  }

  /** Opens a transaction with role and owner; closing the connection rolls it back. */
  private Connection in(String role, @Nullable String owner) throws SQLException {
    var connection = pool.getConnection();
    connection.setAutoCommit(false);
    text(connection, "select set_config('role', '" + role + "', true)");
    if (owner != null) text(connection, "select set_config('chat.owner', '" + owner + "', true)");
    return connection;
  }

  private static List<String> owners(Connection connection, String table) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("select owner from " + table)) {
      var owners = new ArrayList<String>();
      while (rows.next()) owners.add(rows.getString(1));
      return owners;
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static int update(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static void refused(Connection connection, String sql, @Nullable String because) {
    assertThatThrownBy(
            () -> {
              try (var statement = connection.createStatement()) {
                statement.execute(sql);
              }
            })
        .as(sql)
        .isInstanceOf(PSQLException.class)
        .hasMessageContaining(because == null ? "" : because);
  }
}
