package chat.app.architecture.planted.app;

import com.fasterxml.jackson.databind.JsonNode;

/** Breaks: JSON stays in the adapters. */
public interface AppWithATree {
  JsonNode tree();
}
