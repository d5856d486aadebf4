package chat.model;

import org.jspecify.annotations.Nullable;

/** Is where something that the assistant says comes from. */
public sealed interface Source {
  String title();

  @Nullable String description();

  /** Returns when it was published or changed, as its origin says it. */
  @Nullable String timestamp();

  /** Returns under which heading clients may list it. */
  @Nullable String group();

  /**
   * Is a page.
   *
   * @param attribution who publishes it
   */
  record Url(
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      String url,
      @Nullable String attribution)
      implements Source {
    public Url {
      title = Text.storable(title);
      description = Text.storableOrNull(description);
      timestamp = Text.storableOrNull(timestamp);
      group = Text.storableOrNull(group);
      url = Text.storable(url);
      attribution = Text.storableOrNull(attribution);
    }

    public static Url of(String title, String url) {
      return new Url(title, null, null, null, url, null);
    }
  }

  /** Is a file. */
  record File(
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      String filename)
      implements Source {
    public File {
      title = Text.storable(title);
      description = Text.storableOrNull(description);
      timestamp = Text.storableOrNull(timestamp);
      group = Text.storableOrNull(group);
      filename = Text.storable(filename);
    }

    public static File of(String title, String filename) {
      return new File(title, null, null, null, filename);
    }
  }

  /**
   * Is something that the front end knows.
   *
   * @param id the front end's own
   * @param label what it is, in a word
   * @param inlineLabel what stands in the text for it
   * @param interactive whether it can be pressed
   * @param data whatever the front end wants with it
   */
  record Entity(
      String title,
      @Nullable String description,
      @Nullable String timestamp,
      @Nullable String group,
      String id,
      @Nullable String icon,
      @Nullable String label,
      @Nullable String inlineLabel,
      boolean interactive,
      Json data)
      implements Source {
    public Entity {
      title = Text.storable(title);
      description = Text.storableOrNull(description);
      timestamp = Text.storableOrNull(timestamp);
      group = Text.storableOrNull(group);
      id = Text.storable(id);
      icon = Text.storableOrNull(icon);
      label = Text.storableOrNull(label);
      inlineLabel = Text.storableOrNull(inlineLabel);
    }
  }
}
