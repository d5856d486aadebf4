/**
 * Lets any endpoint that speaks OpenAI's Chat Completions or Responses answer, streaming.
 *
 * <p>Depends on the domain, OkHttp and Jackson. Start reading at {@link
 * chat.agent.openai.OpenAiAgent}.
 */
@NullMarked
package chat.agent.openai;

import org.jspecify.annotations.NullMarked;
