import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Refused } from '../api/api';
import type { Answer, ToolCall } from '../api/wire';
import { said, showMessage } from '../testing/showMessage';

afterEach(cleanup);

function call(tool_call: Partial<ToolCall>, id = 'message-1') {
  return said('tool_call', { id, tool_call: { name: 'get_weather', arguments: { city: 'Oslo' }, state: 'awaiting', ...tool_call } });
}

function button(name: string): HTMLButtonElement {
  return screen.getByRole('button', { name });
}

function refused(code: string): Refused {
  return new Refused({ type: 'about:blank', title: 'Conflict', status: 409, detail: code, code });
}

describe('A call that waits for approval', () => {
  it('is shown with its arguments, and allowed with the hash of what was shown', () => {
    const answers: Answer[] = [];
    const { container } = showMessage(call({}), { answer: async (_, answer) => void answers.push(answer) });
    expect(container.textContent).toContain('"city": "Oslo"');
    fireEvent.click(button('Allow'));
    expect(answers).toEqual([{ decision: 'approve', call_hash: 'the-hash' }]);
  });

  it('is denied', () => {
    const answers: Answer[] = [];
    showMessage(call({}), { answer: async (_, answer) => void answers.push(answer) });
    fireEvent.click(button('Deny'));
    expect(answers).toEqual([{ decision: 'deny', call_hash: 'the-hash' }]);
  });

  it('is allowed with other arguments once they are a JSON object', () => {
    const answers: Answer[] = [];
    showMessage(call({}), { answer: async (_, answer) => void answers.push(answer) });
    fireEvent.click(button('Edit arguments'));
    const editor = screen.getByLabelText('Arguments, as JSON');
    for (const wrong of ['{"city": ', '[]', '"Oslo"', 'null']) {
      fireEvent.change(editor, { target: { value: wrong } });
      expect(button('Allow with these arguments').disabled).toBe(true);
    }
    fireEvent.change(editor, { target: { value: '{"city": "Rome"}' } });
    fireEvent.click(button('Allow with these arguments'));
    expect(answers).toEqual([{ decision: 'approve', arguments: { city: 'Rome' }, call_hash: 'the-hash' }]);
  });

  it('takes one answer at a time', async () => {
    let answered = () => {};
    let count = 0;
    showMessage(call({}), {
      answer: () => {
        count++;
        return new Promise((resolve) => (answered = resolve));
      },
    });
    fireEvent.click(button('Allow'));
    expect(button('Allow').disabled).toBe(true);
    expect(button('Deny').disabled).toBe(true);
    fireEvent.click(button('Deny'));
    expect(count).toBe(1);
    answered();
    await waitFor(() => expect(button('Allow').disabled).toBe(false));
  });

  it('says in words why an answer was not taken', async () => {
    showMessage(call({}), { answer: () => Promise.reject(refused('call_changed')) });
    fireEvent.click(button('Allow'));
    expect((await screen.findByRole('alert')).textContent).toContain('has changed');
  });

  it('asks nothing when it is answered, or when nothing is known to wait', () => {
    const { container, show } = showMessage(call({}), {
      pending: ({ id }) => (id === 'gone' ? undefined : { message_id: id, expires_at: '2026-01-02T04:04:05Z', answered: true }),
    });
    expect(container.textContent).toContain('Answered.');
    show(call({}, 'gone'));
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('of the user’s own client takes a result', () => {
    const answers: Answer[] = [];
    showMessage(call({ client: true }), { answer: async (_, answer) => void answers.push(answer) });
    expect(screen.queryByRole('button', { name: 'Allow' })).toBeNull();
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'It is done' } });
    fireEvent.click(button('Send as the result'));
    expect(answers).toEqual([{ result: 'It is done', call_hash: 'the-hash' }]);
  });
});

describe('A call', () => {
  it('says its state, its duration and its error in words', () => {
    const { container, show } = showMessage(call({ state: 'succeeded', duration_ms: 340 }));
    expect(container.textContent).toContain('done · 340 ms');
    show(call({ state: 'failed', error: 'timeout', duration_ms: 2_100 }));
    expect(container.textContent).toContain('failed · 2.1 s');
    expect(container.textContent).toContain('took too long');
    show(call({ state: 'failed', error: 'something_new' }));
    expect(container.textContent).toContain('something_new');
    show(call({ state: 'denied', error: 'toString' }));
    expect(container.textContent).toContain('toString');
  });

  it('keeps what is opened in it when its row comes again', () => {
    const message = call({ state: 'succeeded', result: { content: [{ type: 'text', text: '{"a":1}' }], truncated: true } }, 'opened');
    const first = showMessage(message);
    expect(first.container.textContent).not.toContain('Arguments');
    const details = first.container.querySelector('details')!;
    details.open = true;
    fireEvent(details, new Event('toggle'));
    expect(first.container.textContent).toContain('"a": 1');
    expect(first.container.textContent).toContain('cut off');
    cleanup();
    expect(showMessage(message).container.querySelector('details')!.open).toBe(true);
  });

  it('shows its arguments while they come', () => {
    const message = { ...call({ state: 'pending', arguments: {} }, 'coming'), live: true as const, arguments_text: '{"city": "Os' };
    const { container } = showMessage(message);
    const details = container.querySelector('details')!;
    details.open = true;
    fireEvent(details, new Event('toggle'));
    expect(container.textContent).toContain('{"city": "Os');
  });

  it('of the to-do list is drawn as a list', () => {
    const items = [
      { id: 1, text: 'Buy milk', done: true },
      { id: 2, text: 'Write', done: false },
    ];
    showMessage(call({ name: 'list', state: 'succeeded', result: { content: [], structured_content: { items } } }));
    expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['Buy milk', 'Write']);
    expect(screen.getAllByRole('img').map((mark) => mark.getAttribute('aria-label'))).toEqual(['done', 'to do']);
  });

  it('of the to-do list that gives something else is a call like any other', () => {
    showMessage(call({ name: 'list', state: 'succeeded', result: { content: [], structured_content: { items: [{ id: 'x' }] } } }));
    expect(screen.queryByRole('list')).toBeNull();
  });
});
