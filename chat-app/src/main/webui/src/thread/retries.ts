import { Refused, Unreachable } from '../api/api';

const FIRST = 500;
const LONGEST = 15_000;

/** Asks again while nobody answers: after ever longer pauses, and at once when the network is there again. */
export class Retries {
  /** How often one request is asked; a stream is asked for without an end. */
  readonly #times: number;

  constructor(times = Infinity) {
    this.#times = times;
  }

  /** Returns what the request gives; rejects with what it is refused for, and when it is aborted. */
  async until<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (e) {
        const passing = e instanceof Unreachable || (e instanceof Refused && e.retryAfter !== undefined);
        if (!passing || attempt >= this.#times || signal.aborted) throw e;
        await this.pause(attempt, signal, e instanceof Refused ? e.retryAfter : undefined);
      }
    }
  }

  /** Waits a while; not for long when the network comes back. */
  pause(attempt: number, signal: AbortSignal, least = 0): Promise<void> {
    const longest = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt - 1, 10));
    // Not all that lost the same server ask at the same moment.
    const wait = Math.max(least, longest * (0.5 + Math.random() / 2));
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener('online', done);
        signal.removeEventListener('abort', done);
        if (signal.aborted) reject(new DOMException('no longer wanted', 'AbortError'));
        else resolve();
      };
      const timer = setTimeout(done, wait);
      addEventListener('online', done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}
