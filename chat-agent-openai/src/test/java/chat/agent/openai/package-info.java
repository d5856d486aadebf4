/**
 * Tests of the agent for OpenAI-compatible endpoints, against a scripted one on the loopback. Start
 * reading at {@code ScriptedModel} and {@code OpenAiAgentContractTest}.
 */
@NullMarked
package chat.agent.openai;

import org.jspecify.annotations.NullMarked;
