package chat.app.architecture.planted;

/** Is a front door. */
public interface Door {}
