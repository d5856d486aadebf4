import { describe, expect, it } from 'vitest';
import type { Message, TurnEvent } from '../api/wire';
import { fold } from './fold';
import { NOTHING, type ThreadState } from './state';

const turn = 'turn-2';
const conversation = 'conversation';
const of = { turn_id: turn, conversation_id: conversation };

function message(id: string, more: Partial<Message> = {}): Message {
  return {
    id,
    turn_id: turn,
    sibling_index: 0,
    sibling_count: 1,
    role: 'assistant',
    kind: 'text',
    status: 'complete',
    revision: 0,
    content: id,
    created_at: '2026-01-02T03:04:05Z',
    ...more,
  } as Message;
}

const earlier = [
  message('question-1', { role: 'user', turn_id: 'turn-1' }),
  message('answer-1', { turn_id: 'turn-1', parent_id: 'question-1' }),
];

const events: TurnEvent[] = [
  { id: 1, name: 'turn.started', data: { ...of, user_message_id: 'question-2', parent_id: 'answer-1' } },
  { id: 2, name: 'message.done', data: message('question-2', { role: 'user' }) },
  { id: 3, name: 'tool.started', data: { message_id: 'call', name: 'add', server: 'todo' } },
  { id: 4, name: 'tool.arguments.delta', data: { message_id: 'call', name: 'add', content: '{"text":' } },
  { id: 5, name: 'message.done', data: message('call', { kind: 'tool_call', tool_call: { name: 'add', arguments: {}, state: 'succeeded' } } as Partial<Message>) },
  { id: 6, name: 'message.started', data: { message_id: 'answer-2', kind: 'text' } },
  { id: 7, name: 'message.delta', data: { message_id: 'answer-2', content: 'Done' } },
  { id: 8, name: 'message.delta', data: { message_id: 'answer-2', content: ' it.' } },
  { id: 9, name: 'message.done', data: message('answer-2', { content: 'Done it.' }) },
  { id: 10, name: 'turn.completed', data: of },
];

function after(state: ThreadState, heard: readonly TurnEvent[]): ThreadState {
  return heard.reduce((now, event) => fold(now, event, turn), state);
}

const before: ThreadState = {
  ...NOTHING,
  phase: 'ready',
  messages: earlier,
  turn: { id: turn, conversation_id: conversation, state: 'running', created_at: '2026-01-02T03:04:05Z' },
};

const shown = (state: ThreadState) => state.messages.map(({ id, content, live }) => ({ id, content, live }));

describe('fold', () => {
  it('shows what was said when all was heard', () => {
    const end = after(before, events);
    expect(end.messages.map((m) => m.id)).toEqual(['question-1', 'answer-1', 'question-2', 'call', 'answer-2']);
    expect(end.messages.some((m) => m.live)).toBe(false);
    expect(end.turn?.state).toBe('completed');
  });

  it('is the same wherever a stream breaks off and is taken up, also from its beginning', () => {
    const whole = shown(after(before, events));
    for (let cut = 0; cut <= events.length; cut++) {
      const half = after(before, events.slice(0, cut));
      expect(shown(after(half, events.slice(cut))), `behind ${cut}`).toEqual(whole);
      expect(shown(after(half, events)), `again after ${cut}`).toEqual(whole);
    }
  });

  it('drops what was never stored when the turn ends', () => {
    const broken = after(before, [...events.slice(0, 8), { id: 9, name: 'turn.failed', data: { ...of, error: { code: 'internal', message: 'no', retryable: true } } }]);
    expect(broken.messages.map((m) => m.id)).toEqual(['question-1', 'answer-1', 'question-2', 'call']);
    expect(broken.turn?.error?.message).toBe('no');
  });

  it('puts what was kept in the place of what was heard', () => {
    const kept = message('answer-2', { content: 'Done', status: 'partial' });
    const end = after(before, [...events.slice(0, 8), { name: 'message.done', data: kept }, { id: 12, name: 'turn.interrupted', data: of }]);
    expect(end.messages.at(-1)).toEqual(kept);
  });

  it('takes the other answer out when a question is answered again', () => {
    const again: TurnEvent[] = [
      { id: 1, name: 'turn.started', data: { ...of, user_message_id: 'question-1' } },
      { id: 2, name: 'message.done', data: message('answer-2', { parent_id: 'question-1' }) },
    ];
    expect(after(before, again).messages.map((m) => m.id)).toEqual(['question-1', 'answer-2']);
  });

  it('takes what came after an edited message out, and keeps what is on its way', () => {
    const outgoing = { ...message('question-3', { role: 'user', turn_id: '' }), outgoing: 'sending' as const };
    const edited: TurnEvent = { id: 1, name: 'turn.started', data: { ...of, user_message_id: 'question-2', parent_id: 'question-1' } };
    const state = after({ ...before, messages: [...earlier, outgoing] }, [edited]);
    expect(state.messages.map((m) => m.id)).toEqual(['question-1', 'question-3']);
  });

  it('adds nothing to a stretch that is not the end', () => {
    const middle = { ...before, moreAfter: true };
    expect(after(middle, events).messages).toEqual(earlier);
    expect(after(middle, events).turn?.state).toBe('completed');
  });

  it('changes an identified text within a widget and nothing beside it', () => {
    const root = { type: 'Card', children: [{ type: 'Text', id: 'a', value: 'x' }, { type: 'Text', id: 'b', value: 'y' }] };
    const widget = message('widget', { kind: 'widget', widget: { root } } as Partial<Message>);
    const state = after({ ...before, messages: [widget] }, [
      { id: 1, name: 'widget.delta', data: { message_id: 'widget', component_id: 'b', content: ' more', done: false } },
    ]);
    const changed = (state.messages[0] as Extract<Message, { kind: 'widget' }>).widget.root as typeof root;
    expect(changed.children[1]).toMatchObject({ value: 'y more', streaming: true });
    expect(changed.children[0]).toBe(root.children[0]);
  });

  it('does not stumble over events of a newer server', () => {
    const unknown = { name: 'something.new', data: {} } as unknown as TurnEvent;
    expect(after(before, [unknown])).toEqual(before);
  });
});
