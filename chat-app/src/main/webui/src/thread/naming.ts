import { about } from './stretch';
import type { Thread } from './thread';

/**
 * Learns what the server calls a new conversation, which is said beside the turns: by its first words
 * when it begins, as the model says when the first answer is there.
 *
 * @param waits how long before each look, in milliseconds
 */
export async function learnName(thread: Thread, ...waits: number[]): Promise<void> {
  for (const wait of waits) {
    await new Promise((done) => setTimeout(done, wait));
    try {
      thread.touched(about(await thread.api.open(thread.id!, 1)).conversation);
    } catch {
      // The list asks again before long.
    }
  }
}
