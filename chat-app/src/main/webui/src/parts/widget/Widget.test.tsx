import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Refused } from '../../api/api';
import { said, showMessage } from '../../testing/showMessage';

afterEach(cleanup);

function widget(root: unknown, live = false) {
  return said('widget', { widget: { root, copy_text: 'In words' }, ...(live ? { live: true } : {}) });
}

function acting(root: unknown): unknown[] {
  const acted: unknown[] = [];
  showMessage(widget(root), { act: async (_, action) => void acted.push(action) });
  return acted;
}

/** Presses a button, and waits for what it does. */
async function press(button: HTMLElement): Promise<void> {
  await act(async () => void fireEvent.click(button));
}

describe('A widget', () => {
  it('tells what its button does, without a payload of null', async () => {
    const acted = acting({
      type: 'Card',
      children: [
        { type: 'Button', label: 'Like', onClickAction: { type: 'like', payload: { what: 'poem' }, handler: 'server' } },
        { type: 'Button', label: 'Leave', onClickAction: { type: 'leave', payload: null } },
        { type: 'Button', label: 'Outside', onClickAction: { type: 'host', handler: 'client' } },
      ],
    });
    for (const button of screen.getAllByRole('button')) await press(button);
    expect(acted).toEqual([{ type: 'like', payload: { what: 'poem' } }, { type: 'leave' }]);
  });

  it('adds what was filled in to what its form sends, by name, with dots as objects', async () => {
    const acted = acting({
      type: 'Card',
      asForm: true,
      confirm: { label: 'Send', action: { type: 'send', payload: { todo: { id: 7 } } } },
      cancel: { label: 'Leave', action: { type: 'leave' } },
      children: [
        { type: 'Label', value: 'Title', fieldName: 'todo.title' },
        { type: 'Input', name: 'todo.title', defaultValue: 'Old' },
        { type: 'Textarea', name: 'why', placeholder: 'Why' },
        { type: 'Select', name: 'size', defaultValue: 's', options: [{ value: 's', label: 'Small' }, { value: 'l', label: 'Large' }] },
        { type: 'Checkbox', name: 'sure', label: 'Sure' },
        { type: 'RadioGroup', name: 'when', options: [{ value: 'now', label: 'Now' }, { value: 'later', label: 'Later' }] },
        { type: 'DatePicker', name: 'day', defaultValue: '2026-01-02T00:00:00Z' },
        { type: 'Text', value: 'Ann', editable: { name: 'who' } },
        { type: 'Input', name: '__proto__.polluted', defaultValue: 'yes' },
      ],
    });
    fireEvent.change(screen.getByLabelText('Title'), { target: { value: 'New' } });
    fireEvent.change(screen.getByLabelText('Why'), { target: { value: 'Because' } });
    fireEvent.change(screen.getByLabelText('size'), { target: { value: 'l' } });
    fireEvent.click(screen.getByLabelText('Sure'));
    fireEvent.click(screen.getByLabelText('Later'));
    await press(screen.getByRole('button', { name: 'Send' }));
    const payload = { todo: { id: 7, title: 'New' }, why: 'Because', size: 'l', sure: true, when: 'later', day: '2026-01-02', who: 'Ann' };
    expect(acted).toEqual([{ type: 'send', payload }]);
    expect({}).not.toHaveProperty('polluted');
    await press(screen.getByRole('button', { name: 'Leave' }));
    expect(acted[1]).toEqual({ type: 'leave' });
  });

  it('tells of a field that acts when it changes', () => {
    const acted = acting({
      type: 'Basic',
      children: { type: 'Select', name: 'city', onChangeAction: { type: 'chose' }, options: [{ value: 'oslo', label: 'Oslo' }] },
    });
    fireEvent.change(screen.getByLabelText('city'), { target: { value: 'oslo' } });
    expect(acted).toEqual([{ type: 'chose', payload: { city: 'oslo' } }]);
  });

  it('does one thing at a time, nothing while it is being written, and says what failed', async () => {
    let fail = (_: unknown) => {};
    const root = { type: 'Card', children: [{ type: 'Button', label: 'Like', onClickAction: { type: 'like' } }] };
    const { show } = showMessage(widget(root, true), { act: () => new Promise((_, reject) => (fail = reject)) });
    const button: HTMLButtonElement = screen.getByRole('button');
    expect(button.disabled).toBe(true);
    show(widget(root));
    fireEvent.click(button);
    expect(button.disabled).toBe(true);
    fail(new Refused({ type: 'about:blank', title: 'Conflict', status: 409, detail: 'busy', code: 'turn_running' }));
    expect((await screen.findByRole('alert')).textContent).toContain('still being written');
    expect(button.disabled).toBe(false);
  });

  it('offers nothing while a turn is under way', () => {
    showMessage(widget({ type: 'Card', children: [{ type: 'Button', label: 'Like', onClickAction: { type: 'like' } }] }), { busy: true });
    expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(true);
  });

  it('chooses a row of a list, which is a button unless it holds others', async () => {
    const item = (type: string, ...more: unknown[]) => ({
      type: 'ListViewItem',
      onClickAction: { type },
      children: [{ type: 'Text', value: `Item ${type}` }, ...more],
    });
    const acted = acting({ type: 'ListView', limit: 2, children: [item('one'), item('two', { type: 'Button', label: 'Own' }), item('three')] });
    await press(screen.getByRole('button', { name: 'Item one' }));
    await press(screen.getByRole('button', { name: 'Choose' }));
    expect(screen.queryByText('Item three')).toBeNull();
    await press(screen.getByRole('button', { name: 'Show 1 more' }));
    await press(screen.getByRole('button', { name: 'Item three' }));
    expect(acted).toEqual([{ type: 'one' }, { type: 'two' }, { type: 'three' }]);
  });

  it('that is broken harms nothing', () => {
    for (const root of [null, 7, 'text', [], {}, { type: 7 }]) {
      expect(showMessage(widget(root)).container.textContent).toBe('In words');
      cleanup();
    }
    const strange = {
      type: 'Card',
      size: {},
      status: 'x',
      confirm: 'x',
      children: [
        null, 'text', 7, [[]],
        { type: 'Text', value: { toString: 'no' }, size: 'constructor', maxLines: {} },
        { type: 'Select', name: {}, options: 'none' },
        { type: 'RadioGroup', options: [null, { value: {} }] },
        { type: 'Chart', data: [{ a: 'x' }], series: [{ type: 'bar', dataKey: 'a' }], xAxis: null },
        { type: 'Image', src: 'javascript:alert(1)' },
        { type: 'Icon', name: '__proto__' },
        { type: 'Unheard', children: [{ type: 'Text', value: 'inside' }] },
        { type: 'Transition', children: { type: 'Caption', value: 'one child' } },
      ],
    };
    const { container } = showMessage(widget(strange));
    expect(container.textContent).toContain('inside');
    expect(container.textContent).toContain('one child');
    expect(container.querySelector('a, img')).toBeNull();
  });

  it('that is nested without end, or larger than any, is cut', () => {
    let deep: unknown = { type: 'Text', value: 'bottom' };
    for (let i = 0; i < 5_000; i++) deep = { type: 'Box', children: [deep] };
    expect(showMessage(widget(deep)).container.querySelectorAll('*').length).toBeLessThan(100);
    cleanup();
    const wide = { type: 'Col', children: Array.from({ length: 10_000 }, () => ({ type: 'Divider' })) };
    expect(showMessage(widget(wide)).container.querySelectorAll('hr').length).toBeLessThan(2_001);
  });
});
