package chat.agent.openai;

import chat.model.Message;
import java.io.IOException;
import java.util.List;

/**
 * Is one of OpenAI's two ways to talk to a model, for one turn: writes its requests, which grow by
 * a step with every call of tools, and reads the events of its answers. Everything else is the same
 * for both.
 */
sealed interface Dialect permits ChatCompletions, Responses {

  /** Returns the model that is asked. */
  String model();

  /** Returns the body of the next request. */
  byte[] body(ToolChoice choice);

  /** Begins to read an answer; its events go to the reply. */
  Reader answer(Reply reply);

  /** Adds the last answer and the results of its calls to what the model is told next. */
  void add(List<Message> results);

  /**
   * Leaves out what the endpoint refused to take, if that can be left out.
   *
   * @param said the endpoint's words
   * @return whether the next request is another one
   */
  boolean concedes(String said);

  /** Reads an answer. */
  interface Reader {
    /** Takes the data of one event. */
    void event(String data) throws IOException;

    /** Takes an answer that was not streamed. */
    void whole(String data) throws IOException;

    /** Takes note that nothing more is to come; from now on the reply has its calls. */
    void end() throws IOException;
  }
}
