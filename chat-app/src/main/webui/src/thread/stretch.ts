import type { ConversationDetail } from '../api/wire';
import type { Shown } from './shown';
import type { ThreadState } from './state';

/** What a conversation's detail says beside its messages. */
export function about({ messages: _, has_more: __, turn, queue, ...conversation }: ConversationDetail) {
  return { conversation, turn, queue };
}

/** Puts the newest messages behind what is known before them; in its place, if there is a gap between. */
export function joined(state: ThreadState, { messages, has_more }: ConversationDetail): Partial<ThreadState> {
  if (state.moreAfter) return {};
  const unsent = outgoing(state, { messages });
  const joint = messages.length === 0 ? 0 : state.messages.findIndex((m) => m.id === messages[0]!.id);
  if (joint >= 0) return { messages: [...state.messages.slice(0, joint), ...messages, ...unsent] };
  const { stretch } = state;
  return { messages: [...messages, ...unsent], moreBefore: has_more, prepended: 0, stretch: stretch + 1, target: undefined };
}

/** What is shown and was not stored yet. */
export function outgoing(state: ThreadState, { messages }: Pick<ConversationDetail, 'messages'>): Shown[] {
  return state.messages.filter((m) => m.outgoing && !messages.some((stored) => stored.id === m.id));
}
