import { Unreachable } from '../api/api';
import type { TurnEvent } from '../api/wire';
import type { Retries } from './retries';

export type Stream = AsyncGenerator<TurnEvent>;

interface Source {
  /** Opens the turn's stream behind an event; undefined when the turn is over and nothing is behind it. */
  open(after: number): Promise<Stream | undefined>;
  retries: Retries;
  signal: AbortSignal;
  /** The connection was lost, or is there again. */
  lost(lost: boolean): void;
}

/**
 * Gives the events of a turn to its end, through as many streams as it takes, each taken up behind
 * the last event that was heard. Ends without a last event when the turn was over long ago.
 *
 * @param first what is open already, if anything is
 */
export async function* hear(source: Source, after: number, first?: Stream): Stream {
  let last = after;
  let stream = first;
  for (let silent = 0; ; silent++) {
    try {
      for await (const event of stream ?? []) {
        silent = 0;
        if (event.id !== undefined) last = event.id;
        yield event;
        if (isEnd(event)) return;
      }
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      source.lost(true);
    }
    if (silent > 1) await source.retries.pause(silent, source.signal);
    stream = await source.retries.until(() => source.open(last), source.signal);
    source.lost(false);
    if (!stream) return;
  }
}

export function isEnd({ name }: TurnEvent): boolean {
  return name === 'turn.completed' || name === 'turn.failed' || name === 'turn.stopped' || name === 'turn.interrupted';
}

/** Gives an event that was taken out of a stream, then the rest of it. */
export async function* prefixed(event: TurnEvent, rest: Stream): Stream {
  try {
    yield event;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
