import { render } from '@testing-library/react';
import { MessageBody } from '../parts/MessageBody';
import { type ThreadActions, ThreadActionsContext } from '../thread/actions';
import type { Shown } from '../thread/shown';
import { TooltipProvider } from '../ui/Tooltip';

type OfKind<K extends Shown['kind']> = Extract<Shown, { kind: K }>;

/** A message of the assistant's, with what matters of it. */
export function said<K extends Shown['kind']>(kind: K, more: Partial<OfKind<K>>): Shown {
  return {
    id: 'message-1',
    turn_id: 'turn-1',
    role: 'assistant',
    kind,
    status: 'complete',
    revision: 1,
    sibling_index: 0,
    sibling_count: 1,
    content: '',
    created_at: '2026-01-02T03:04:05Z',
    ...more,
  } as Shown;
}

/** A thread's actions that do nothing, but for those that are given; every message waits for an answer. */
export function actions(given: Partial<ThreadActions> = {}): ThreadActions {
  return {
    answer: () => Promise.resolve(),
    act: () => Promise.resolve(),
    busy: false,
    pending: ({ id }) => ({ message_id: id, expires_at: '2026-01-02T04:04:05Z', answered: false, call_hash: 'the-hash' }),
    attachment: () => Promise.reject(new Error('no such attachment')),
    ...given,
  };
}

/** Shows a message; what is returned shows another in its place. */
export function showMessage(message: Shown, given: Partial<ThreadActions> = {}) {
  const all = actions(given);
  const thread = (shown: Shown) => (
    <TooltipProvider>
      <ThreadActionsContext value={all}>
        <MessageBody message={shown} />
      </ThreadActionsContext>
    </TooltipProvider>
  );
  const { container, rerender } = render(thread(message));
  return { container, show: (other: Shown) => rerender(thread(other)) };
}
