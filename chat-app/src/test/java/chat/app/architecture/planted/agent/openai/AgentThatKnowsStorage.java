package chat.app.architecture.planted.agent.openai;

import chat.app.architecture.planted.persistence.jpa.Rows;

/** Breaks: adapters know the domain alone. */
public interface AgentThatKnowsStorage {
  Rows rows();
}
