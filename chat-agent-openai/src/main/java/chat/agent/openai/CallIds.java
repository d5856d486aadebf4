package chat.agent.openai;

import chat.model.Message;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives the calls of one request the ids that the model knows them by: its own where this endpoint
 * and model made it, and else one that every endpoint takes, since a conversation outlives its
 * model: OpenAI takes 40 characters at most, Mistral nine letters and digits. So does a call whose
 * id was given before, as by endpoints that count from 0 in every answer, or none at all.
 */
final class CallIds {
  private static final int RADIX = 36;
  private static final int LENGTH = 9;
  private static final BigInteger NUMBERS = BigInteger.valueOf(RADIX).pow(LENGTH);

  private final String origin;
  private final Set<String> given = new HashSet<>();

  /**
   * @param origin names endpoint and model
   */
  CallIds(String origin) {
    this.origin = origin;
  }

  String of(Message call) {
    var own = Wording.kept(call, origin).path("id").asText("");
    if (!own.isEmpty() && given.add(own)) return own;
    var number = new BigInteger(call.id().toString().replace("-", ""), 16);
    while (true) {
      var digits = number.mod(NUMBERS).toString(RADIX);
      var ours = "0".repeat(LENGTH - digits.length()) + digits;
      if (given.add(ours)) return ours;
      number = number.add(BigInteger.ONE);
    }
  }
}
