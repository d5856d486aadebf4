package chat.transport.javalin;

import chat.model.Conversation;
import chat.model.Page;
import chat.model.Search;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Holds the shapes of what a search finds. */
final class SearchWire {
  private SearchWire() {}

  record FoundBody(List<HitBody> data, boolean hasMore, @Nullable String after) {
    static FoundBody from(Page<Search.Hit> page) {
      return new FoundBody(
          page.data().stream().map(HitBody::from).toList(),
          page.hasMore(),
          page.after() == null ? null : page.after().encoded());
    }
  }

  record HitBody(
      UUID id,
      @Nullable String title,
      Conversation.Status status,
      Instant createdAt,
      Instant updatedAt,
      MatchBody match) {
    static HitBody from(Search.Hit hit) {
      var conversation = hit.conversation();
      return new HitBody(
          conversation.id().value(),
          conversation.title(),
          conversation.status(),
          conversation.createdAt(),
          conversation.updatedAt(),
          new MatchBody(
              hit.message() == null ? null : hit.message().value(),
              hit.snippet().stream().map(PieceBody::from).toList()));
    }
  }

  record MatchBody(@Nullable UUID messageId, List<PieceBody> snippet) {}

  record PieceBody(String text, @Nullable Boolean hit) {
    static PieceBody from(Search.Piece piece) {
      return new PieceBody(piece.text(), piece.hit() ? true : null);
    }
  }
}
