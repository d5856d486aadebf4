package chat.transport.javalin.chatkit;

import chat.model.UserId;
import java.util.UUID;

/** Makes the URLs through which files come and go. */
interface AttachmentUrls {
  String upload(UserId owner, UUID id);

  String preview(UserId owner, UUID id);
}
