import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, Message, ToolCallMessage } from '../api/wire';
import { type ThreadActions, ThreadActionsContext } from '../thread/actions';
import type { Shown } from '../thread/shown';
import { MessageBody } from './MessageBody';

afterEach(cleanup);

const FIELDS = {
  turn_id: 't',
  sibling_index: 0,
  sibling_count: 1,
  status: 'complete',
  revision: 1,
  content: '',
  created_at: '2026-01-02T03:04:05Z',
  role: 'assistant',
} as const;

function call(tool_call: Partial<ToolCallMessage['tool_call']>): Shown {
  return { ...FIELDS, id: 'm', kind: 'tool_call', tool_call: { name: 'get_weather', arguments: { city: 'Oslo' }, state: 'awaiting', ...tool_call } };
}

function show(message: Shown, actions: Partial<ThreadActions> = {}) {
  const all: ThreadActions = {
    answer: () => Promise.resolve(),
    act: () => Promise.resolve(),
    pending: ({ id }: Message) => ({ message_id: id, expires_at: '2026-01-02T04:04:05Z', answered: false, call_hash: 'h' }),
    attachment: () => Promise.reject(new Error('none')),
    ...actions,
  };
  return render(
    <ThreadActionsContext value={all}>
      <MessageBody message={message} />
    </ThreadActionsContext>,
  );
}

describe('A call that waits for approval', () => {
  it('is allowed, with the hash of what was shown', () => {
    const answers: Answer[] = [];
    show(call({}), { answer: async (_, answer) => void answers.push(answer) });
    fireEvent.click(screen.getByRole('button', { name: 'Allow' }));
    expect(answers).toEqual([{ decision: 'approve', call_hash: 'h' }]);
  });
});
