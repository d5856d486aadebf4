package chat.transport.javalin.chatkit;

import chat.model.Content;
import chat.model.UserId;
import chat.transport.javalin.chatkit.ChatKitWire.Attachment;
import chat.transport.javalin.chatkit.ChatKitWire.FileAttachment;
import chat.transport.javalin.chatkit.ChatKitWire.ImageAttachment;
import chat.transport.javalin.chatkit.ChatKitWire.UploadDescriptor;
import chat.transport.javalin.http.AttachmentUrls;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one user. Their URLs carry a capability and expire, so they are made anew
 * each time.
 *
 * @param urls makes them; null where none can be made: then all files are shown by name alone
 */
record Files(UserId owner, @Nullable AttachmentUrls urls) {

  /** Writes a file that was announced, and where its bytes are to go. */
  static Attachment announced(Content.Attachment file, AttachmentUrls urls, UserId owner) {
    var url = urls.upload(owner, file.id());
    var headers = Map.of("Content-Type", file.mimeType());
    return new Files(owner, urls).written(file, new UploadDescriptor(url, "PUT", headers), null);
  }

  /** Writes a file that came with a message. */
  Attachment sent(Content.Attachment file, String thread) {
    return written(file, null, thread);
  }

  private Attachment written(
      Content.Attachment file, @Nullable UploadDescriptor upload, @Nullable String thread) {
    var id = Ids.attachment(file.id());
    return urls != null && file.isImage()
        ? new ImageAttachment(
            id, file.name(), file.mimeType(), urls.preview(owner, file.id()), upload, thread)
        : new FileAttachment(id, file.name(), file.mimeType(), upload, thread);
  }
}
