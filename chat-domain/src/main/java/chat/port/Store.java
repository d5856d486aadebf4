package chat.port;

/**
 * Is a place where conversations are kept: both sides of storage and the users' files, over the
 * same data. What happens through one is seen through the others.
 */
public interface Store {

  /** Returns the request side. */
  ConversationRepository conversations();

  /** Returns the engine's side. */
  TurnJournal journal();

  /** Returns what is known of the files that users bring. */
  AttachmentRepository attachments();

  /** Returns where their bytes are. */
  AttachmentStore files();

  /** Returns this store, but with the bytes of files somewhere else. */
  default Store with(AttachmentStore elsewhere) {
    var here = this;
    return new Store() {
      @Override
      public ConversationRepository conversations() {
        return here.conversations();
      }

      @Override
      public TurnJournal journal() {
        return here.journal();
      }

      @Override
      public AttachmentRepository attachments() {
        return here.attachments();
      }

      @Override
      public AttachmentStore files() {
        return elsewhere;
      }
    };
  }
}
