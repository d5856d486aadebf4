package chat.app;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Is a conversation that nobody would wait for, written into the database as it would stand there:
 * questions and answers of mixed length, some with lists and code. The n-th message begins with
 * {@code Mn}, and its id ends with n.
 */
final class LongConversation {
  private static final String ID =
      "('00000000-0000-7000-8000-' || lpad((%s)::text, 12, '0'))::uuid";

  private static final String TURNS =
      """
      insert into turn (owner, id, conversation_id, user_message_id, origin, state, request_hash,
        created_at, started_at, finished_at)
      select ?, %s, ?, %s, 'send', 'completed', '', began, began, began
      from generate_series(1, ? / 2) i, lateral (select now() - interval '1 d' + i * interval '1 s' began)
      """
          .formatted(ID.formatted("i"), ID.formatted("2 * i - 1"));

  private static final String MESSAGES =
      """
      insert into message (owner, id, conversation_id, seq, turn_id, step, parent_id, role, kind,
        hidden, partial, content, created_at)
      select ?, %s, ?, i, %s, 0, case when i > 1 then %s end, role, 'text', false, false,
        case when role = 'user'
          then jsonb_build_object('type', 'user_input', 'options', '{}'::jsonb, 'attachments', '[]'::jsonb,
            'parts', jsonb_build_array(jsonb_build_object('type', 'text', 'text', said)))
          else jsonb_build_object('type', 'assistant_text', 'text', said, 'sources', '[]'::jsonb) end,
        now() - interval '1 d' + i * interval '500 ms'
      from generate_series(1, ?) i,
        lateral (select case when i %% 2 = 1 then 'user' else 'assistant' end role),
        lateral (select 'M' || i || repeat(' some words', 1 + i * 7919 %% 23) || case when role = 'user' then ''
          else repeat(E'\\n\\nAnother *paragraph*, with `code`, that is read or is not.', i * 104729 %% 5)
            || case when i %% 26 = 0 then E'\\n\\n- one\\n- two\\n' else '' end
            || case when i %% 38 = 0 then E'\\n\\n```js\\nlet x = 1;\\n```\\n' else '' end end said)
      """
          .formatted(ID.formatted("i"), ID.formatted("(i + 1) / 2"), ID.formatted("i - 1"));

  private LongConversation() {}

  /**
   * Makes one and returns its id.
   *
   * @param messages an even number
   */
  static String make(SharedDatabase database, Client client, String user, int messages)
      throws IOException, SQLException {
    var path = "/api/" + user + "/conversations";
    var id = client.post(client.token(user), path, Map.of("title", "A long one")).text("id");
    var conversation = UUID.fromString(id);
    try (var connection = database.owner();
        var turns = connection.prepareStatement(TURNS);
        var rows = connection.prepareStatement(MESSAGES);
        var counted =
            connection.prepareStatement(
                "update conversation set last_seq = ?, last_at = now() where owner = ? and id ="
                    + " ?")) {
      for (var insert : List.of(turns, rows)) {
        insert.setString(1, user);
        insert.setObject(2, conversation);
        insert.setInt(3, messages);
        insert.executeUpdate();
      }
      counted.setInt(1, messages);
      counted.setString(2, user);
      counted.setObject(3, conversation);
      counted.executeUpdate();
    }
    return id;
  }
}
