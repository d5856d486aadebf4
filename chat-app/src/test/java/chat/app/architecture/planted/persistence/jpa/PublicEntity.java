package chat.app.architecture.planted.persistence.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Breaks: entities are hidden. */
@Entity
public class PublicEntity {
  @Id int id;
}
