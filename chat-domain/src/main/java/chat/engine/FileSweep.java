package chat.engine;

import chat.port.AttachmentRepository;
import chat.port.AttachmentRepository.Gone;
import chat.port.AttachmentStore;
import chat.port.Store;
import java.util.ArrayList;

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
      var cleared = new ArrayList<Gone>();
      RuntimeException failure = null;
      for (var file : gone) {
        try {
          files.delete(file.owner(), file.id());
          cleared.add(file);
        } catch (RuntimeException e) {
          failure = e;
        }
      }
      attachments.forget(cleared);
      if (failure != null) throw failure;
      if (gone.size() < AT_ONCE) return;
    }
  }
}
