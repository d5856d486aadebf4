package chat.persistence.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that a search reads what is its owner's and finds nothing else, whoever owns the tables: a
 * superuser, whom row-level security does not bind, or an ordinary login that has inherited what
 * both roles may do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchTest {
  private static final String LOGIN = "search_owner";
  private static final String ONLY_THE_RARE = "'{rare}', '{}', null";
  private final List<String> databases = new ArrayList<>();

  @BeforeAll
  void manyConversationsOfTwoOwners() {
    var bySuperuser = Postgres.migrated();
    var byLogin = Postgres.empty();
    Postgres.execute(
        Postgres.as("postgres", byLogin),
        "create role " + LOGIN + " login",
        "grant chat_app, chat_worker to " + LOGIN,
        "alter database " + byLogin + " owner to " + LOGIN);
    Migrations.migrate(Postgres.as(LOGIN, byLogin), LOGIN);
    for (var database : List.of(bySuperuser, byLogin)) {
      databases.add(database);
      Postgres.execute(
          Postgres.as("postgres", database),
          conversations("alice", 50),
          conversations("carol", 1000),
          conversations("bob", 1000),
          "insert into search_entry (owner, conversation_id, seq, active, words)"
              + " select owner, id, n, true, search_words(owner, concat('common word', n,"
              + " case when n = 3 and get_byte(uuid_send(id), 15) = 0 then ' rare' end,"
              + " case when get_byte(uuid_send(id), 15) < 16 then ' seldom' end))"
              + " from conversation, generate_series(1, 10) n",
          "analyze");
    }
  }

  /** Makes conversations that differ in their last byte, the newest first. */
  private static String conversations(String owner, int count) {
    return "insert into conversation (owner, id, last_seq, last_at, created_at, updated_at) select"
        + " '"
        + owner
        + "', cast(lpad(to_hex(i), 32, '0') as uuid), 10, now(), now(), now() - i * interval '1 s'"
        + " from generate_series(1, "
        + count
        + ") i";
  }

  Stream<String> databases() {
    return databases.stream();
  }

  @ParameterizedTest
  @MethodSource("databases")
  void whatIsRareIsFoundByTheIndexAndWhatIsCommonInTheNewestConversations(String database)
      throws SQLException {
    assertThat(plans(database, "carol", ONLY_THE_RARE))
        .contains("Bitmap Index Scan on search_entry_words")
        .doesNotContain("Bitmap Index Scan on search_entry_pkey")
        .doesNotContain("Seq Scan");
    assertThat(plans(database, "carol", "'{common}', '{}', null"))
        .contains("search_entry_pkey")
        .doesNotContain("search_entry_words")
        .doesNotContain("Seq Scan");
  }

  @ParameterizedTest
  @MethodSource("databases")
  void whatASearchReadsDoesNotGrowWithWhatTheOwnerHas(String database) throws SQLException {
    for (var asked :
        List.of(
            ONLY_THE_RARE,
            "'{common}', '{}', null",
            "'{}', '{}', 'c'",
            "'{missing}', '{}', null",
            "'{common,rare}', '{seldom}', null",
            "'{common word3}', '{}', 'rar'")) {
      var few = blocks(database, "alice", asked);
      var many = blocks(database, "carol", asked);
      assertThat(many).as(asked).isLessThan(few + 250).isLessThan(500);
    }
    assertThat(blocks(database, "carol", "'{seldom}', '{}', null"))
        .as("a word in each sixteenth conversation, not near one another")
        .isLessThan(2000);
  }

  @ParameterizedTest
  @MethodSource("databases")
  void nobodyFindsWhatIsAnothersOrAnythingWithoutAnOwner(String database) throws SQLException {
    Postgres.execute(
        Postgres.as("postgres", database),
        "insert into search_entry select owner, id, 99, true, search_words(owner, 'secret')"
            + " from conversation where owner = 'bob' limit 1",
        "insert into search_entry select 'dave', id, 99, true, search_words(owner, 'secret')"
            + " from conversation where owner = 'alice' limit 1");
    var asked = "count(*) from search_conversations('{secret}', '{}', null, null, null, 10)";
    for (var owner : new String[] {"alice", "", null}) {
      try (var connection = in(Postgres.as(Postgres.LOGIN, database), owner)) {
        assertThat(rows(connection, "select " + asked)).as("owner " + owner).containsExactly("0");
      }
    }
    try (var connection = Postgres.as(LOGIN, databases.get(1)).getConnection()) {
      connection.setAutoCommit(false);
      assertThat(rows(connection, "select " + asked)).containsExactly("0");
      assertThat(rows(connection, "select count(*) from search_entry")).containsExactly("0");
    }
  }

  /** Returns the plans of all that a search does. */
  private static String plans(String database, String owner, String asked) throws SQLException {
    try (var connection = in(Postgres.as("postgres", database), null);
        var statement = connection.createStatement()) {
      statement.execute("reset role");
      statement.execute("load 'auto_explain'");
      statement.execute("set auto_explain.log_min_duration = 0");
      statement.execute("set auto_explain.log_nested_statements = on");
      statement.execute("set auto_explain.log_level = notice");
      rows(connection, "select set_config('role', 'chat_app', true)");
      rows(connection, "select set_config('chat.owner', '" + owner + "', true)");
      statement.clearWarnings();
      statement.execute(search("*", asked));
      var plans = new StringBuilder();
      for (var told = statement.getWarnings(); told != null; told = told.getNextWarning()) {
        plans.append(told.getMessage()).append('\n');
      }
      return plans.toString();
    }
  }

  /** Returns how many blocks a search reads, once its functions are known. */
  private static int blocks(String database, String owner, String asked) throws SQLException {
    try (var connection = in(Postgres.as("postgres", database), owner)) {
      rows(connection, search("count(*)", asked));
      var plan = rows(connection, "explain (analyze, buffers) " + search("count(*)", asked));
      var buffers = plan.stream().filter(line -> line.contains("Buffers:")).findFirst();
      int blocks = 0;
      for (var word : buffers.orElseThrow().split(" ", -1)) {
        if (word.matches("(hit|read)=\\d+")) blocks += Integer.parseInt(word.replaceAll("\\D", ""));
      }
      return blocks;
    }
  }

  private static String search(String what, String asked) {
    return "select " + what + " from search_conversations(" + asked + ", null, null, 21)";
  }

  private static Connection in(DataSource source, @Nullable String owner) throws SQLException {
    var connection = source.getConnection();
    connection.setAutoCommit(false);
    rows(connection, "select set_config('role', 'chat_app', true)");
    if (owner != null) {
      rows(connection, "select set_config('chat.owner', '" + owner + "', true)");
    }
    return connection;
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var lines = new ArrayList<String>();
      while (rows.next()) lines.add(rows.getString(1));
      return lines;
    }
  }
}
