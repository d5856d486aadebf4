package chat.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is one step of some longer work, as it is shown. */
public sealed interface Task {

  /** Says how far it is, where that is to be shown. */
  enum Status {
    NONE,
    LOADING,
    COMPLETE
  }

  Status status();

  @Nullable String title();

  /** Is anything at all; {@code content} is Markdown. */
  record Custom(
      Status status, @Nullable String title, @Nullable String icon, @Nullable String content)
      implements Task {
    public Custom {
      title = Text.storableOrNull(title);
      icon = Text.storableOrNull(icon);
      content = Text.storableOrNull(content);
    }
  }

  /** Is a search of the web: what was asked, and what was found. */
  record WebSearch(
      Status status,
      @Nullable String title,
      @Nullable String titleQuery,
      List<String> queries,
      List<Source.Url> sources)
      implements Task {
    public WebSearch {
      title = Text.storableOrNull(title);
      titleQuery = Text.storableOrNull(titleQuery);
      queries = queries.stream().map(Text::storable).toList();
      sources = List.copyOf(sources);
    }
  }

  /** Is something thought; {@code content} is Markdown. */
  record Thought(Status status, @Nullable String title, String content) implements Task {
    public Thought {
      title = Text.storableOrNull(title);
      content = Text.storable(content);
    }
  }

  /** Is a look into files. */
  record Files(Status status, @Nullable String title, List<Source.File> sources) implements Task {
    public Files {
      title = Text.storableOrNull(title);
      sources = List.copyOf(sources);
    }
  }

  /** Is the making of an image. */
  record Image(Status status, @Nullable String title) implements Task {
    public Image {
      title = Text.storableOrNull(title);
    }
  }
}
