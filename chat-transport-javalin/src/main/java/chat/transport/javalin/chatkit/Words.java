package chat.transport.javalin.chatkit;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows the words that the protocol takes. */
final class Words {
  private static final Set<String> ICONS =
      Set.of(
          """
          agent analytics atom batch bolt book-open book-closed book-clock bug calendar chart check \
          check-circle check-circle-filled chevron-left chevron-right circle-question clock compass \
          confetti cube desktop document dot dots-horizontal dots-vertical empty-circle \
          external-link globe keys lab images info lifesaver lightbulb mail map-pin maps mobile \
          name notebook notebook-pencil page-blank phone play plus profile profile-card reload star \
          star-filled search sparkle sparkle-double square-code square-image square-text suitcase \
          settings-slider user wreath write write-alt write-alt2\
          """
              .split(" "));

  private Words() {}

  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Returns an icon that clients know; another one would be refused with all that it stands in. */
  static @Nullable String icon(@Nullable String name) {
    if (name == null) return null;
    boolean known =
        ICONS.contains(name) || name.startsWith("vendor:") || name.startsWith("lucide:");
    return known ? name : null;
  }
}
