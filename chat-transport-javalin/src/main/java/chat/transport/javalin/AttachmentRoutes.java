package chat.transport.javalin;

import chat.Attachments;
import chat.model.ChatException.InvalidInput;
import chat.model.UserId;
import chat.port.AttachmentRepository.Entry;
import chat.transport.javalin.http.AttachmentUrls;
import chat.transport.javalin.http.Door;
import chat.transport.javalin.http.Exchange;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Announces, tells of and deletes files; their bytes come and go elsewhere. */
final class AttachmentRoutes {
  private static final String ALL = "/api/{user_id}/attachments";
  private static final String ONE = ALL + "/{attachment_id}";

  private final Attachments attachments;
  private final AttachmentUrls urls;
  private final int bodyLimit;

  AttachmentRoutes(Attachments attachments, AttachmentUrls urls, int bodyLimit) {
    this.attachments = attachments;
    this.urls = urls;
    this.bodyLimit = bodyLimit;
  }

  void mount(RoutesConfig routes) {
    routes.post(ALL, this::announce);
    RestRoutes.read(routes, ONE, this::open);
    routes.delete(ONE, this::delete);
  }

  /**
   * Is a file with where its bytes go to or are.
   *
   * @param conversationId to which it was sent
   * @param upload there until it has its bytes
   * @param previewUrl there for an image
   */
  record AttachmentDetail(
      UUID id,
      String name,
      String mimeType,
      long size,
      boolean uploaded,
      @Nullable UUID conversationId,
      @Nullable UploadBody upload,
      @Nullable String previewUrl,
      @Nullable String downloadUrl,
      Instant createdAt) {}

  record UploadBody(String url, String method, Map<String, String> headers) {}

  private void announce(Context ctx) throws IOException {
    Params.onlyQuery(ctx);
    var asked = RestJson.read(Exchange.body(ctx, bodyLimit), RestRequest.Announcement.class);
    if (asked.name() == null) throw new InvalidInput("name", "a name is needed");
    if (asked.mimeType() == null) throw new InvalidInput("mime_type", "a type is needed");
    if (asked.size() == null) throw new InvalidInput("size", "a size is needed");
    var caller = Door.caller(ctx);
    var entry = attachments.create(caller, asked.name(), asked.mimeType(), asked.size());
    RestRoutes.answer(ctx, 201, detail(caller.user(), entry));
  }

  private void open(Context ctx) {
    Params.onlyQuery(ctx);
    var caller = Door.caller(ctx);
    var entry = attachments.find(caller, Params.attachment(ctx));
    RestRoutes.answer(ctx, 200, detail(caller.user(), entry));
  }

  private void delete(Context ctx) {
    Params.onlyQuery(ctx);
    attachments.delete(Door.caller(ctx), Params.attachment(ctx));
    Exchange.nothing(ctx, 204);
  }

  private AttachmentDetail detail(UserId owner, Entry entry) {
    var file = entry.file();
    var id = file.id();
    boolean there = entry.uploaded();
    return new AttachmentDetail(
        id,
        file.name(),
        file.mimeType(),
        file.size(),
        there,
        entry.conversation() == null ? null : entry.conversation().value(),
        there ? null : new UploadBody(urls.upload(owner, id), "PUT", Map.of()),
        file.isImage() ? urls.preview(owner, id) : null,
        there ? urls.download(owner, id) : null,
        entry.createdAt());
  }
}
