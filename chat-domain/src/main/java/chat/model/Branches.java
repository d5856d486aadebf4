package chat.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which messages are active when a user switches to another branch. Pure. */
public final class Branches {
  private Branches() {}

  /** Is what the decision needs to know of a message. */
  public record Node(
      Message.Id id, Message.@Nullable Id parent, Turn.Id turn, long seq, Content.Role role) {}

  /**
   * Returns the active messages after the fork once {@code chosen} is active: itself or, of an
   * answer, its whole turn; what leads there from the fork; and below it, at each fork, the newest.
   *
   * @param afterFork every message of the conversation, active or not, behind the nearest ancestor
   *     of {@code chosen} that is active; all messages if there is none
   */
  public static Set<Message.Id> active(List<Node> afterFork, Message.Id chosen) {
    var children = new HashMap<Message.Id, List<Node>>();
    var byId = new HashMap<Message.Id, Node>();
    for (var node : afterFork) {
      byId.put(node.id(), node);
      if (node.parent() != null) {
        children.computeIfAbsent(node.parent(), p -> new ArrayList<>()).add(node);
      }
    }
    var start = byId.get(chosen);
    if (start == null) throw new IllegalArgumentException("not after the fork: " + chosen);
    var active = new HashSet<Message.Id>();
    for (var above = parent(start, byId); above != null; above = parent(above, byId)) {
      for (var node : together(above, afterFork)) active.add(node.id());
    }
    var level = together(start, afterFork);
    while (!level.isEmpty()) {
      for (var node : level) active.add(node.id());
      var newest = newestChild(level, children);
      level = newest == null ? List.of() : together(newest, afterFork);
    }
    return active;
  }

  private static @Nullable Node parent(Node node, Map<Message.Id, Node> byId) {
    return node.parent() == null ? null : byId.get(node.parent());
  }

  /** A user message stands alone; what an agent makes in one turn goes together. */
  private static List<Node> together(Node node, List<Node> all) {
    if (node.role() == Content.Role.USER) return List.of(node);
    return all.stream()
        .filter(n -> n.role() == Content.Role.ASSISTANT && n.turn().equals(node.turn()))
        .toList();
  }

  private static @Nullable Node newestChild(
      List<Node> level, Map<Message.Id, List<Node>> children) {
    Node newest = null;
    for (var parent : level) {
      for (var child : children.getOrDefault(parent.id(), List.of())) {
        if (newest == null || child.seq() > newest.seq()) newest = child;
      }
    }
    return newest;
  }
}
