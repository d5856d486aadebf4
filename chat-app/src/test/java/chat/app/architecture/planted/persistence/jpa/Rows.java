package chat.app.architecture.planted.persistence.jpa;

/** Is an adapter. */
public interface Rows {}
