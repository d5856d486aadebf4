package chat.agent.openai;

import chat.model.Message;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives the calls of one request the ids that the model knows them by: its own, or ours where it
 * gave none, or gave the same one before, as some endpoints do that count from 0 in every answer,
 * or gave one that another endpoint would refuse for its length: a conversation outlives its model.
 */
final class CallIds {
  /** Chat Completions at OpenAI refuse longer ones; its own have 29 characters. */
  private static final int LONGEST = 40;

  private final Set<String> given = new HashSet<>();

  String of(Message call) {
    var provider = call.provider();
    var own = provider == null ? null : Wording.tree(provider).path("id").textValue();
    boolean fits = own != null && !own.isEmpty() && own.length() <= LONGEST;
    if (own != null && fits && given.add(own)) return own;
    var ours = call.id().toString();
    given.add(ours);
    return ours;
  }
}
