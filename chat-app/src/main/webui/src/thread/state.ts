import type { Conversation, Turn } from '../api/wire';
import type { Shown } from './shown';

/** What is known of a conversation that is being looked at: a stretch of its history, and what happens in it. */
export interface ThreadState {
  phase: 'new' | 'loading' | 'ready' | 'missing' | 'failed';
  conversation: Conversation | undefined;
  /** A stretch of the active history, ascending; at its end what is being said now. */
  messages: readonly Shown[];
  moreBefore: boolean;
  moreAfter: boolean;
  /** How many messages were put before those that were there first: places in a list hold by it. */
  prepended: number;
  /** Another number, another stretch: nothing of where the reader was holds. */
  stretch: number;
  /** The message to begin at; the end without it. */
  target: string | undefined;
  /** The turn that runs or awaits, else the last one. */
  turn: Turn | undefined;
  queue: readonly Turn[];
  /** What the agent says it is doing at the moment. */
  progress: { text: string; icon?: string } | undefined;
  /** The connection is lost while something is still to come. */
  reconnecting: boolean;
  /** The message of the user's that is being written anew, as far as it is. */
  editing: { message: string; text: string } | undefined;
  /** The user asked the turn to stop, and it has not yet. */
  stopping: boolean;
}

export const NOTHING: ThreadState = {
  phase: 'new',
  conversation: undefined,
  messages: [],
  moreBefore: false,
  moreAfter: false,
  prepended: 0,
  stretch: 0,
  target: undefined,
  turn: undefined,
  queue: [],
  progress: undefined,
  reconnecting: false,
  editing: undefined,
  stopping: false,
};

/** A turn that is not over. */
export type OpenTurn = Turn & { state: 'queued' | 'running' | 'awaiting' };

export function isOpen<T extends Turn>(turn: T | undefined): turn is T & OpenTurn {
  return turn?.state === 'queued' || turn?.state === 'running' || turn?.state === 'awaiting';
}
