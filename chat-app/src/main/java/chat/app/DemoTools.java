package chat.app;

import chat.model.Content;
import chat.model.Json;
import chat.model.Message;
import chat.model.Tool;
import chat.model.ToolResult;
import chat.port.Agent;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Understands the lines by which a user has the demo call tools, {@code /tool name {json}} and
 * {@code /tools}, and says in Markdown what came of it. Results are shown and never obeyed.
 */
final class DemoTools {
  private static final Pattern LINE = Pattern.compile("/(tools?)(?:\\s+(\\S+)\\s*(.*))?");
  private static final Pattern TICKS = Pattern.compile("`+");
  private static final int LONGEST_RESULT = 1000;
  private static final int LONGEST_DESCRIPTION = 200;

  static final String HINT =
      """

      Tools are at hand: `/tools` lists them, and a line like \
      `/tool name {"argument": "value"}` calls one; several lines, several at once.
      """;

  private DemoTools() {}

  /**
   * Is what a message asks for.
   *
   * @param words is said first
   * @param calls are then made, all at once; none, if one of them is wrong
   */
  record Asked(String words, List<Agent.Call> calls) {}

  /** Reads a message; returns null where no line is about tools. */
  static @Nullable Asked read(String message, List<Tool> tools) {
    var calls = new ArrayList<Agent.Call>();
    var troubles = new ArrayList<String>();
    boolean listed = false;
    for (var line : message.lines().map(String::strip).toList()) {
      var matcher = LINE.matcher(line);
      if (!matcher.matches()) continue;
      if (matcher.group(1).equals("tools")) {
        listed = true;
        continue;
      }
      var trouble = trouble(matcher, tools);
      if (trouble == null) {
        calls.add(new Agent.Call(matcher.group(2), new Json(arguments(matcher)), null));
      } else {
        troubles.add(trouble);
      }
    }
    if (!listed && calls.isEmpty() && troubles.isEmpty()) return null;
    var words = new StringBuilder(listed ? list(tools) : "");
    if (troubles.isEmpty()) return new Asked(words.toString(), calls);
    words.append(String.join("\n", troubles)).append("\n\nNothing was called.\n");
    return new Asked(words.toString(), List.of());
  }

  private static @Nullable String trouble(Matcher line, List<Tool> tools) {
    var name = line.group(2);
    if (name == null) return "- Which tool? Write `/tool name {\"argument\": \"value\"}`.";
    if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      return "- There is no tool " + code(name) + "; `/tools` lists those that there are.";
    }
    try {
      if (new Json(arguments(line)).isObject()) return null;
    } catch (IllegalArgumentException notJson) {
      // Said below.
    }
    return "- "
        + code(arguments(line))
        + " is no JSON object: write "
        + code("/tool " + name + " {\"argument\": \"value\"}")
        + " on one line.";
  }

  private static String arguments(Matcher line) {
    return line.group(3).isEmpty() ? "{}" : line.group(3);
  }

  private static String list(List<Tool> tools) {
    if (tools.isEmpty()) return "There are no tools here.\n\n";
    return tools.stream()
        .map(tool -> "- " + code(tool.name()) + ": " + described(tool) + "\n")
        .collect(Collectors.joining("", "These tools are at hand:\n\n", "\n"));
  }

  private static String described(Tool tool) {
    var how =
        switch (tool.run()) {
          case FREELY -> "";
          case AFTER_APPROVAL -> " *You are asked first.*";
          case NEVER -> " *It is never called.*";
          case BY_THE_CLIENT -> " *Your client runs it.*";
        };
    return shortened(tool.description(), LONGEST_DESCRIPTION).replaceAll("\\R", " ") + how;
  }

  /** Returns the calls that were made since the user spoke last, in order. */
  static List<Content.ToolCall> since(List<Message> history) {
    var calls = new ArrayList<Content.ToolCall>();
    for (var message : history.reversed()) {
      if (message.content() instanceof Content.UserInput) break;
      if (message.content() instanceof Content.ToolCall call) calls.addFirst(call);
    }
    return calls;
  }

  static String outcome(List<Content.ToolCall> calls) {
    return calls.stream().map(DemoTools::outcome).collect(Collectors.joining("\n"));
  }

  private static String outcome(Content.ToolCall call) {
    var came =
        switch (call.state()) {
          case SUCCEEDED -> "**succeeded**";
          case FAILED -> "**failed**";
          case DENIED -> "**was not allowed**";
          case UNKNOWN -> "**may have run or not**: it was cut off";
          case PENDING, AWAITING, RUNNING -> "**has no result yet**";
        };
    var words = code(call.name()) + " " + came;
    var result = call.result();
    if (result == null) return words + ".\n";
    if (result.error() != null) words += " (" + code(result.error()) + ")";
    var shown = shown(result);
    return shown.isEmpty() ? words + ".\n" : words + ":\n\n" + fenced(shown);
  }

  private static String shown(ToolResult result) {
    var lines = new ArrayList<String>();
    for (var part : result.parts()) {
      lines.add(
          switch (part) {
            case ToolResult.Part.Text text -> text.text();
            case ToolResult.Part.Image image -> "[an image, " + image.mimeType() + "]";
            case ToolResult.Part.Link link -> "[a link, " + link.name() + ": " + link.uri() + "]";
          });
    }
    if (result.structured() != null) lines.add(result.structured().text());
    if (result.truncated()) lines.add("[cut off for its size]");
    return shortened(String.join("\n", lines), LONGEST_RESULT);
  }

  private static String shortened(String text, int most) {
    if (text.codePointCount(0, text.length()) <= most) return text;
    return text.substring(0, text.offsetByCodePoints(0, most)) + "…";
  }

  /** What stands between more backticks than it has in a row cannot end the block. */
  private static String fenced(String text) {
    var fence = "`".repeat(Math.max(3, longestRun(text) + 1));
    return fence + "\n" + text + "\n" + fence + "\n";
  }

  private static String code(String text) {
    var shown = shortened(text, LONGEST_DESCRIPTION);
    var ticks = "`".repeat(longestRun(shown) + 1);
    return ticks.length() == 1 ? ticks + shown + ticks : ticks + " " + shown + " " + ticks;
  }

  private static int longestRun(String text) {
    return TICKS.matcher(text).results().mapToInt(run -> run.end() - run.start()).max().orElse(0);
  }
}
