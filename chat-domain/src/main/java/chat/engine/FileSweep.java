package chat.engine;

import chat.port.AttachmentRepository;
import chat.port.AttachmentStore;
import chat.port.Store;

/**
 * Deletes files that were never sent, and the bytes of all that are gone. Any number of instances
 * may do so at once: what another one has deleted is deleted again, to no effect.
 */
final class FileSweep implements Runnable {
  private static final int AT_ONCE = 100;

  private final AttachmentRepository attachments;
  private final AttachmentStore files;

  FileSweep(Store store) {
    this.attachments = store.attachments();
    this.files = store.files();
  }

  @Override
  public void run() {
    attachments.expire(AttachmentRepository.UNSENT);
    while (true) {
      var gone = attachments.gone(AT_ONCE);
      for (var file : gone) files.delete(file.owner(), file.id());
      attachments.forget(gone);
      if (gone.size() < AT_ONCE) return;
    }
  }
}
