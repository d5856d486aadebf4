package chat.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Is a way to spoil a good request, and where that is found. */
record Fault(String name, String found, Consumer<Node> spoils) {

  /** Is a value in a request, by its path. */
  record Node(Object value) {
    Node at(Object... path) {
      var node = value;
      for (var step : path) {
        var next =
            step instanceof Integer i ? ((List<?>) node).get(i) : ((Map<?, ?>) node).get(step);
        node = Objects.requireNonNull(next);
      }
      return new Node(node);
    }

    @SuppressWarnings("unchecked")
    void put(String name, Object value) {
      ((Map<String, Object>) this.value).put(name, value);
    }

    @SuppressWarnings("unchecked")
    void add(Object value) {
      ((List<Object>) this.value).add(value);
    }

    @SuppressWarnings("unchecked")
    void add(int place, Object value) {
      ((List<Object>) this.value).add(place, value);
    }

    void remove(Object nameOrPlace) {
      if (nameOrPlace instanceof Integer place) ((List<?>) value).remove(place.intValue());
      else ((Map<?, ?>) value).remove(nameOrPlace);
    }
  }

  void spoil(Map<String, Object> request) {
    spoils.accept(new Node(request));
  }

  /** Makes an object that can be spoilt. */
  static Map<String, Object> map(Object... members) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < members.length; i += 2) map.put((String) members[i], members[i + 1]);
    return map;
  }

  /** Makes a list that can be spoilt. */
  static List<Object> list(Object... elements) {
    return new ArrayList<>(List.of(elements));
  }

  @Override
  public String toString() {
    return name;
  }
}
