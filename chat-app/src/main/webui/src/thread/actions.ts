import { createContext, useContext } from 'react';
import type { Answer, AttachmentDetail, Message, Pending } from '../api/wire';

/** What the parts of a thread can do; given to them by the thread they stand in. */
export interface ThreadActions {
  /** Answers a call that waits for approval, a form, or a call that the page itself made. */
  answer(message: Message, answer: Answer): Promise<void>;
  /** A turn is under way: no other can be begun. */
  busy: boolean;
  /** Does what a widget offers: begins a turn. */
  act(widget: Message, action: { type: string; payload?: unknown }): Promise<void>;
  /** What is known of a message that waits for an answer; undefined when it does not (any more). */
  pending(message: Message): Pending | undefined;
  /** Where a file can be seen and fetched. The addresses run out after a day. */
  attachment(id: string): Promise<AttachmentDetail>;
}

export const ThreadActionsContext = createContext<ThreadActions | null>(null);

export function useThreadActions(): ThreadActions {
  const actions = useContext(ThreadActionsContext);
  if (!actions) throw new Error('not within a thread');
  return actions;
}
