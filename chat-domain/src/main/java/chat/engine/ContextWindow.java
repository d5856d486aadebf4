package chat.engine;

import chat.model.Content;
import chat.model.Message;
import chat.model.ToolResult;
import chat.port.Agent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what the model sees, and makes it valid for any model. Pure: history in, history out;
 * nothing stored changes.
 *
 * <p>History is read as questions: a user message or action with everything up to the next one.
 * Whole questions only, the newest ones that fit, the current one always:
 *
 * <ol>
 *   <li>while there are more texts than {@code messages}, the oldest question goes;
 *   <li>while it is more than {@code tokens}, the oldest oversized tool result is cut; when none is
 *       left, the oldest file of an earlier question is only named; then the oldest question goes;
 *       at last the files of the current one are only named.
 * </ol>
 *
 * <p>A call without a result, as a stop or a crash leaves it, gets one that says so; a text without
 * words is left out.
 *
 * @param messages how many user and assistant texts at most
 * @param tokens how much at most, estimated as a quarter of the bytes
 */
record ContextWindow(int messages, int tokens) {
  /** A tool result longer than this may be cut to it, in UTF-16 units. */
  static final int CUT = 1000;

  private static final int BYTES_PER_TOKEN = 4;

  /** What an image counts, in bytes: models take around a thousand tokens for one. */
  private static final int IMAGE = 1000 * BYTES_PER_TOKEN;

  /** What the name of a file counts, in bytes. */
  private static final int NAMED = 100;

  /**
   * Returns what the model is to see.
   *
   * @param active the active history, ascending, up to now
   */
  List<Message> of(List<Message> active) {
    var questions = questions(active);
    int texts = questions.stream().mapToInt(ContextWindow::texts).sum();
    while (texts > messages && questions.size() > 1) texts -= texts(questions.remove(0));
    long bytes = questions.stream().mapToLong(ContextWindow::bytes).sum();
    while (bytes > (long) tokens * BYTES_PER_TOKEN) {
      long saved = cutOldestResult(questions);
      if (saved == 0) saved = nameOldestFile(questions.subList(0, questions.size() - 1));
      if (saved == 0 && questions.size() > 1) saved = bytes(questions.remove(0));
      if (saved == 0) saved = nameOldestFile(questions);
      if (saved == 0) break;
      bytes -= saved;
    }
    return questions.stream().flatMap(List::stream).toList();
  }

  private static List<List<Message>> questions(List<Message> active) {
    var questions = new ArrayList<List<Message>>();
    for (var message : active) {
      var valid = valid(message);
      if (valid == null) continue;
      if (valid.content().role() == Content.Role.USER) questions.add(new ArrayList<>());
      // What stands before the first question belongs to one that is out of reach.
      if (!questions.isEmpty()) questions.get(questions.size() - 1).add(valid);
    }
    return questions;
  }

  private static @Nullable Message valid(Message message) {
    return switch (message.content()) {
      case Content.AssistantText text when text.text().isBlank() -> null;
      case Content.Reasoning reasoning when reasoning.text().isBlank() -> null;
      case Content.ToolCall call when call.result() == null -> {
        var unknown =
            ToolResult.error("interrupted", "The call was cut off; its effect is unknown.");
        yield message.with(
            call.ended(Content.ToolCall.State.UNKNOWN, unknown, null), message.revision());
      }
      default -> message;
    };
  }

  private static int texts(List<Message> question) {
    return (int) question.stream().filter(m -> m.content().kind() == Content.Kind.TEXT).count();
  }

  private static long bytes(List<Message> question) {
    return question.stream().mapToLong(ContextWindow::bytes).sum();
  }

  private static long bytes(Message message) {
    return switch (message.content()) {
      case Content.ToolCall call -> bytes(call.arguments().text()) + bytes(call.result());
      case Content.UserInput input ->
          bytes(input.text())
              + (input.quoted() == null ? 0 : bytes(input.quoted()))
              + input.attachments().stream().mapToLong(ContextWindow::bytes).sum();
      case Content.AssistantText text -> bytes(text.text());
      case Content.Reasoning reasoning -> bytes(reasoning.text());
      // Counted by the unit: what it is told by is mostly plain.
      default -> message.content().length();
    };
  }

  /** What an agent shows of a file: an image, or a text up to a length, and the name. */
  private static long bytes(Content.Attachment file) {
    long shown =
        file.isImage() ? IMAGE : file.isText() ? Math.min(file.size(), Agent.Files.TEXT) : 0;
    return shown + NAMED;
  }

  private static long bytes(@Nullable ToolResult result) {
    if (result == null) return 0;
    var structured = result.structured();
    long images = result.parts().stream().filter(ToolResult.Part.Image.class::isInstance).count();
    return bytes(result.text())
        + images * IMAGE
        + (structured == null ? 0 : bytes(structured.text()));
  }

  private static long bytes(String text) {
    return text.length() < 1 << 16
        ? text.getBytes(StandardCharsets.UTF_8).length
        : text.codePoints()
            .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
            .sum();
  }

  /** Cuts one result and returns how many bytes that saved; 0 when there is none to cut. */
  private static long cutOldestResult(List<List<Message>> questions) {
    for (var question : questions) {
      for (int i = 0; i < question.size(); i++) {
        var message = question.get(i);
        if (!(message.content() instanceof Content.ToolCall call)) continue;
        var result = call.result();
        if (result == null || bytes(result) <= CUT) continue;
        var cut = cut(result);
        long saved = bytes(result) - bytes(cut);
        if (saved <= 0) continue;
        question.set(
            i, message.with(call.ended(call.state(), cut, call.duration()), message.revision()));
        return saved;
      }
    }
    return 0;
  }

  /** Leaves the name of one file and returns how many bytes that saved; 0 when there is none. */
  private static long nameOldestFile(List<List<Message>> questions) {
    for (var question : questions) {
      for (int i = 0; i < question.size(); i++) {
        var message = question.get(i);
        if (!(message.content() instanceof Content.UserInput input)) continue;
        for (var file : input.attachments()) {
          var named = named(input, file);
          var changed = message.with(named, message.revision());
          long saved = bytes(message) - bytes(changed);
          if (saved <= 0) continue;
          question.set(i, changed);
          return saved;
        }
      }
    }
    return 0;
  }

  private static Content.UserInput named(Content.UserInput input, Content.Attachment file) {
    var parts = new ArrayList<>(input.parts());
    parts.add(new Content.Part.Text("\n[a file that is not shown any more: " + file.name() + "]"));
    var others = input.attachments().stream().filter(it -> !it.equals(file)).toList();
    return new Content.UserInput(parts, others, input.quoted(), input.options());
  }

  private static ToolResult cut(ToolResult result) {
    var structured = result.structured();
    var text = result.text().isEmpty() && structured != null ? structured.text() : result.text();
    int end = Math.min(text.length(), CUT / 4);
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) end--;
    return new ToolResult(
        List.of(new ToolResult.Part.Text(text.substring(0, end) + "… (cut)")),
        null,
        result.error(),
        true);
  }
}
