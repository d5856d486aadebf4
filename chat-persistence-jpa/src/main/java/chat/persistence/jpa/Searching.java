package chat.persistence.jpa;

import static java.util.Objects.requireNonNull;

import chat.model.Conversation;
import chat.model.Message;
import chat.model.Page;
import chat.model.Search;
import chat.model.Search.Hit;
import chat.model.Search.Term;
import chat.model.UserId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Searches an owner's conversations: what the database finds, with a snippet of each text that was
 * found in. The search itself is the function {@code search_conversations}, which tells its
 * reasons.
 */
final class Searching {
  /** Reads of a long text no more than is searched. */
  static final Sql FOUND =
      Sql.of(
          """
          select f.found_in, m.id, m.said
          from search_conversations(:required, :excluded, cast(:begun as text),
            cast(:at as timestamptz), cast(:id as uuid), :many)
            with ordinality f(found_in, found_at, place)
          left join lateral (
            select m.id, left(search_text(m.content), %d) as said from message m
            where m.owner = :owner and m.conversation_id = f.found_in and m.seq = f.found_at
            limit 1) m on true
          order by f.place
          """
              .formatted(Search.REACH));

  private Searching() {}

  static Page<Hit> page(
      StatelessSession session,
      UserId owner,
      Search search,
      Conversation.@Nullable Cursor after,
      int limit) {
    if (!search.looksForSomething()) return new Page<>(List.of(), null);
    var found =
        session.doReturningWork(connection -> found(connection, owner, search, after, limit + 1));
    if (found.isEmpty()) return new Page<>(List.of(), null);
    var conversations = conversations(session, owner, found);
    var hits = new ArrayList<Hit>();
    for (var one : found.subList(0, Math.min(limit, found.size()))) {
      hits.add(one.in(requireNonNull(conversations.get(one.conversation)), search));
    }
    if (found.size() <= limit) return new Page<>(hits, null);
    var last = hits.get(limit - 1).conversation();
    return new Page<>(hits, new Conversation.Cursor(last.updatedAt(), last.id()));
  }

  /**
   * Is where something was found.
   *
   * @param message null when it is the title
   */
  private record Found(UUID conversation, @Nullable UUID message, @Nullable String said) {
    Hit in(ConversationEntity row, Search search) {
      var conversation = row.toDomain();
      var text = said == null ? conversation.title() : said;
      return new Hit(
          conversation,
          message == null ? null : new Message.Id(message),
          search.snippet(text == null ? "" : text));
    }
  }

  private static List<Found> found(
      Connection connection,
      UserId owner,
      Search search,
      Conversation.@Nullable Cursor after,
      int many)
      throws SQLException {
    var terms = search.terms();
    var found = new ArrayList<Found>();
    try (var run = FOUND.on(connection)) {
      run.set("owner", owner.value())
          .set("required", texts(connection, terms, false))
          .set("excluded", texts(connection, terms, true))
          .set(
              "begun",
              terms.stream().filter(Term::begun).map(Searching::text).findAny().orElse(null))
          .set("at", after == null ? null : after.at())
          .set("id", after == null ? null : after.id().value())
          .set("many", many);
      var rows = run.rows(0);
      while (rows.next()) {
        found.add(
            new Found(
                rows.getObject(1, UUID.class), rows.getObject(2, UUID.class), rows.getString(3)));
      }
    }
    return found;
  }

  private static java.sql.Array texts(Connection connection, List<Term> terms, boolean excluded)
      throws SQLException {
    return connection.createArrayOf(
        "text",
        terms.stream()
            .filter(term -> term.excluded() == excluded && !term.begun())
            .map(Searching::text)
            .toArray());
  }

  /** Its words are folded, and folding them again changes nothing. */
  private static String text(Term term) {
    return String.join(" ", term.words());
  }

  private static Map<UUID, ConversationEntity> conversations(
      StatelessSession session, UserId owner, List<Found> found) {
    var rows =
        session
            .createSelectionQuery(
                "from Conversation where key.owner = :owner and key.id in :ids",
                ConversationEntity.class)
            .setParameter("owner", owner.value())
            .setParameterList("ids", found.stream().map(Found::conversation).toList())
            .getResultList();
    var byId = new HashMap<UUID, ConversationEntity>();
    for (var row : rows) byId.put(row.key.id(), row);
    return byId;
  }
}
