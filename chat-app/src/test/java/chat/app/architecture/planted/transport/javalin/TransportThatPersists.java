package chat.app.architecture.planted.transport.javalin;

import jakarta.persistence.EntityManager;

/** Breaks: persistence stays in its adapter. */
public interface TransportThatPersists {
  EntityManager entities();
}
