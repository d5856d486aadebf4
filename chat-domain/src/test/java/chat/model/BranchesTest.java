package chat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chat.model.Branches.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BranchesTest {
  /**
   * Is a conversation that grows as the store lets it grow, and switches as {@link Branches} says.
   */
  private static final class Tree {
    final List<Node> nodes = new ArrayList<>();
    Set<Message.Id> active = new HashSet<>();

    Node says(@Nullable Node parent) {
      return add(parent, Turn.Id.next(), Content.Role.USER);
    }

    /** Answers with so many messages; the last of them is returned. */
    Node answers(Node question, int messages) {
      var turn = Turn.Id.next();
      var last = question;
      for (int i = 0; i < messages; i++) last = add(question, turn, Content.Role.ASSISTANT);
      return last;
    }

    private Node add(@Nullable Node parent, Turn.Id turn, Content.Role role) {
      var node =
          new Node(
              Message.Id.next(), parent == null ? null : parent.id(), turn, nodes.size() + 1, role);
      nodes.add(node);
      active.add(node.id());
      return node;
    }

    void cutAfter(@Nullable Node last) {
      long seq = last == null ? 0 : last.seq();
      nodes.stream().filter(n -> n.seq() > seq).forEach(n -> active.remove(n.id()));
    }

    void activate(Node chosen) {
      var fork = parent(chosen);
      while (fork != null && !active.contains(fork.id())) fork = parent(fork);
      long seq = fork == null ? 0 : fork.seq();
      var after = nodes.stream().filter(n -> n.seq() > seq).toList();
      var next = Branches.active(after, chosen.id());
      cutAfter(fork);
      active.addAll(next);
    }

    @Nullable Node parent(Node node) {
      return nodes.stream().filter(n -> n.id().equals(node.parent())).findFirst().orElse(null);
    }

    List<Node> path() {
      return nodes.stream().filter(n -> active.contains(n.id())).toList();
    }
  }

  @Test
  void aChosenUserMessageBringsTheNewestBelowIt() {
    var tree = new Tree();
    var root = tree.says(null);
    var old = tree.answers(root, 1);
    var next = tree.says(old);
    tree.cutAfter(root);
    var newer = tree.answers(root, 2);
    tree.cutAfter(null);
    var other = tree.says(null);
    tree.answers(other, 1);

    assertThat(Branches.active(tree.nodes, root.id()))
        .contains(root.id(), newer.id())
        .doesNotContain(old.id(), next.id(), other.id())
        .hasSize(3);
  }

  @Test
  void anyMessageOfAnAnswerBringsItsWholeTurn() {
    var tree = new Tree();
    var question = tree.says(null);
    var first = tree.answers(question, 3);
    var follow = tree.says(first);
    tree.cutAfter(question);
    tree.answers(question, 2);
    var afterFork = tree.nodes.subList(1, tree.nodes.size());

    for (var chosen : tree.nodes.subList(1, 4)) {
      assertThat(Branches.active(afterFork, chosen.id()))
          .containsExactlyInAnyOrder(
              tree.nodes.get(1).id(), tree.nodes.get(2).id(), first.id(), follow.id());
    }
  }

  @Test
  void whatLeadsThereFromTheForkIsActiveToo() {
    var tree = new Tree();
    var root = tree.says(null);
    var answer = tree.answers(root, 2);
    var deep = tree.says(answer);
    tree.cutAfter(null);
    tree.says(null);

    assertThat(Branches.active(tree.nodes, deep.id()))
        .containsExactlyInAnyOrder(root.id(), tree.nodes.get(1).id(), answer.id(), deep.id());
  }

  @Test
  void aMessageThatIsNotAfterTheForkIsAProgrammersError() {
    assertThatThrownBy(() -> Branches.active(List.of(), Message.Id.next()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whateverIsSwitchedThereIsOneActivePathThroughTheChosenMessage() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var tree = grown(random);
      for (int i = 0; i < 10; i++) {
        var chosen = tree.nodes.get(random.nextInt(tree.nodes.size()));
        tree.activate(chosen);
        assertThat(tree.active).as("seed %d", seed).contains(chosen.id());
        assertOnePath(tree, seed);
      }
    }
  }

  @Test
  void switchingAwayAndBackRestoresWhatWasActive() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var tree = grown(random);
      for (int i = 0; i < 10; i++) {
        tree.activate(tree.nodes.get(random.nextInt(tree.nodes.size())));
        var path = tree.path();
        var before = Set.copyOf(tree.active);
        tree.activate(tree.nodes.get(random.nextInt(tree.nodes.size())));
        tree.activate(path.get(path.size() - 1));
        assertThat(tree.active).as("seed %d", seed).isEqualTo(before);
      }
    }
  }

  /** Sends, edits and retries at random, as a user may. */
  private static Tree grown(Random random) {
    var tree = new Tree();
    for (int i = 0; i < 12; i++) {
      var path = tree.path();
      var at = path.isEmpty() ? null : path.get(random.nextInt(path.size()));
      Node question;
      if (at == null || random.nextInt(3) == 0) {
        question = tree.says(path.isEmpty() ? null : path.get(path.size() - 1));
      } else if (at.role() == Content.Role.USER && random.nextBoolean()) {
        var parent = tree.parent(at);
        tree.cutAfter(parent);
        question = tree.says(parent);
      } else {
        question = at.role() == Content.Role.USER ? at : Objects.requireNonNull(tree.parent(at));
        tree.cutAfter(question);
      }
      tree.answers(question, random.nextInt(4));
    }
    return tree;
  }

  /** Each parent is active; of the children of one parent, one user message or one turn is. */
  private static void assertOnePath(Tree tree, int seed) {
    Map<String, Set<Turn.Id>> children = new HashMap<>();
    for (var node : tree.path()) {
      if (node.parent() != null) assertThat(tree.active).as("%d", seed).contains(node.parent());
      children
          .computeIfAbsent(String.valueOf(node.parent()), p -> new HashSet<>())
          .add(node.turn());
    }
    assertThat(children.values()).as("seed %d", seed).allMatch(turns -> turns.size() == 1);
    for (var node : tree.nodes) {
      if (node.role() == Content.Role.USER || !tree.active.contains(node.id())) continue;
      assertThat(tree.nodes)
          .as("seed %d: a turn goes together", seed)
          .filteredOn(n -> n.turn().equals(node.turn()) && n.role() == node.role())
          .allMatch(n -> tree.active.contains(n.id()));
    }
  }
}
