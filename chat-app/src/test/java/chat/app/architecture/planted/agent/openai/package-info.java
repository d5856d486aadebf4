@NullMarked
package chat.app.architecture.planted.agent.openai;

import org.jspecify.annotations.NullMarked;
