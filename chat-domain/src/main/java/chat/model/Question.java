package chat.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is one question of a form to the user. */
public sealed interface Question {
  /** Returns what names it within its form. */
  String id();

  String question();

  /** Returns what the user answered, null while nothing was. */
  @Nullable Given given();

  Question with(Given given);

  /**
   * Is an answer to a question.
   *
   * @param values empty when it was skipped
   */
  record Given(List<String> values, boolean skipped) {
    public static final Given SKIPPED = new Given(List.of(), true);

    public Given {
      values = values.stream().map(Text::storable).toList();
    }

    public static Given of(String... values) {
      return new Given(List.of(values), false);
    }
  }

  /**
   * Offers answers; one that is not among them is taken, too.
   *
   * @param multiple whether more than one may be given
   */
  record Choice(
      String id, String question, List<String> options, boolean multiple, @Nullable Given given)
      implements Question {
    public Choice {
      id = Text.storable(id);
      question = Text.storable(question);
      options = options.stream().map(Text::storable).toList();
    }

    @Override
    public Question with(Given given) {
      boolean tooMany = !multiple && given.values().size() > 1;
      var kept = tooMany ? new Given(given.values().subList(0, 1), given.skipped()) : given;
      return new Choice(id, question, options, multiple, kept);
    }
  }

  /** Takes any words. */
  record Freeform(String id, String question, @Nullable String description, @Nullable Given given)
      implements Question {
    public Freeform {
      id = Text.storable(id);
      question = Text.storable(question);
      description = Text.storableOrNull(description);
    }

    @Override
    public Question with(Given given) {
      return new Freeform(id, question, description, given);
    }
  }
}
