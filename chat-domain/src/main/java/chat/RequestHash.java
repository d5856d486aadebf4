package chat;

import chat.model.Content;
import chat.model.Conversation;
import chat.model.Json;
import chat.model.Turn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests apart that came under one key: SHA-256 over everything a client said but its busy
 * policy. Every field is written with its length, so that no two requests read the same.
 */
final class RequestHash {
  private final MessageDigest digest;

  private RequestHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String of(Turn.Input input) {
    var hash = new RequestHash();
    switch (input) {
      case Turn.Input.Send send -> {
        hash.add("send", send.conversation(), send.message(), send.replaces());
        hash.content(send.content());
      }
      case Turn.Input.Retry retry -> {
        hash.add("retry", retry.conversation(), retry.message());
        hash.options(retry.options());
      }
      case Turn.Input.Act act -> {
        var widget = act.action().widget();
        hash.add("act", act.conversation(), widget == null ? null : widget.id());
        hash.add(act.action().name(), act.action().payload());
      }
    }
    return hash.hex();
  }

  static String of(Conversation.Change change) {
    var hash = new RequestHash();
    hash.add("create", change.title(), change.by(), change.status(), change.statusReason());
    hash.add(change.allowedImageDomains(), change.metadata());
    return hash.hex();
  }

  private void content(Content.UserInput content) {
    for (var part : content.parts()) {
      switch (part) {
        case Content.Part.Text text -> add("text", text.text());
        case Content.Part.Tag tag ->
            add("tag", tag.id(), tag.text(), tag.data(), tag.group(), tag.interactive());
      }
    }
    for (var file : content.attachments()) {
      add("attachment", file.id());
    }
    add("quoted", content.quoted());
    options(content.options());
  }

  private void options(Content.Options options) {
    add("options", options.model(), options.toolChoice());
  }

  private void add(@Nullable Object... fields) {
    for (var field : fields) {
      if (field == null) {
        digest.update((byte) 0);
        continue;
      }
      var text = field instanceof Json json ? json.text() : field.toString();
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      digest.update(bytes);
    }
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
