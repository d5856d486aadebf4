import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageForTests, PageForTests } from '../testing/PageForTests';
import { promised, ScriptedServer } from '../testing/ScriptedServer';
import { Composer, type ComposerProps, type Sent } from './Composer';
import { Uploads } from './uploads';

let sent: Sent[];
let stopped: number;

function show(more: Partial<ComposerProps> = {}, models: string[] = []) {
  const page = pageForTests({ models });
  const view = (props: Partial<ComposerProps>) => (
    <PageForTests page={page}>
      <Composer conversation="c1" running={false} onSend={(one) => sent.push(one)} onStop={() => stopped++} {...more} {...props} />
    </PageForTests>
  );
  const { rerender } = render(view({}));
  return { page, again: (props: Partial<ComposerProps>) => rerender(view(props)) };
}

const field = () => screen.getByLabelText<HTMLTextAreaElement>('Message');
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });
const press = (key: string, more: object = {}) => fireEvent.keyDown(field(), { key, ...more });
const texts = () => sent.map((one) => one.text);

beforeEach(() => {
  sent = [];
  stopped = 0;
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('Enter', () => {
  it('sends, and leaves the field empty', () => {
    show();
    write('hello');
    press('Enter');
    expect(sent).toEqual([{ text: 'hello', attachments: [] }]);
    expect(field().value).toBe('');
  });

  it('does not send while a character is composed', () => {
    show();
    write('にほん');
    press('Enter', { isComposing: true });
    press('Enter', { keyCode: 229 });
    expect(sent).toEqual([]);
  });

  it('breaks the line with Shift, and on a touch screen', () => {
    show();
    write('one');
    expect(press('Enter', { shiftKey: true })).toBe(true);
    vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes('coarse') }));
    expect(press('Enter')).toBe(true);
    expect(sent).toEqual([]);
  });

  it('sends nothing where there is nothing', () => {
    show();
    write(' \n ');
    press('Enter');
    expect(sent).toEqual([]);
  });

  it('sends while an answer is being written', () => {
    show({ running: true });
    write('also this');
    press('Enter');
    expect(texts()).toEqual(['also this']);
  });
});

it('what is too long is not sent, and stays', () => {
  show();
  write('x'.repeat(100_001));
  press('Enter');
  expect(sent).toEqual([]);
  expect(screen.getByText('100,001 of 100,000 characters')).toBeTruthy();
});

it('half a character and NUL are not sent', () => {
  show();
  write('a\uD800b\0c😀');
  press('Enter');
  expect(texts()).toEqual(['a\uFFFDbc😀']);
});

it('Escape stops an answer, wherever the focus is', () => {
  const { again } = show({ running: true });
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(stopped).toBe(1);
  fireEvent.keyDown(document.body.appendChild(document.createElement('input')), { key: 'Escape' });
  expect(stopped).toBe(1);
  again({ running: false });
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(stopped).toBe(1);
});

it('ArrowUp edits the last message, from an empty field only', () => {
  const edit = vi.fn();
  show({ onEditLast: edit });
  write('x');
  press('ArrowUp');
  expect(edit).not.toHaveBeenCalled();
  write('');
  press('ArrowUp');
  expect(edit).toHaveBeenCalledOnce();
});

it('each conversation has its own draft', () => {
  const { again } = show();
  write('for c1');
  again({ conversation: 'c2' });
  expect(field().value).toBe('');
  again({ conversation: 'c1' });
  expect(field().value).toBe('for c1');
});

it('an archived conversation says so, keeps what is written, and can be reopened', () => {
  const reopen = vi.fn();
  show({ disabled: 'This conversation is archived.', onReopen: reopen });
  write('later');
  press('Enter');
  expect(sent).toEqual([]);
  expect(field().value).toBe('later');
  fireEvent.click(screen.getByText('Reopen'));
  expect(reopen).toHaveBeenCalledOnce();
});

describe('a model', () => {
  it('is named where the user chose another than the usual', () => {
    localStorage.setItem('chat.model', 'large');
    show({}, ['small', 'large']);
    write('hi');
    press('Enter');
    expect(sent[0]?.model).toBe('large');
  });

  it('that is not offered any more is not asked for', () => {
    localStorage.setItem('chat.model', 'retired');
    show({}, ['small', 'large']);
    write('hi');
    press('Enter');
    expect(sent[0]).not.toHaveProperty('model');
  });
});

describe('files', () => {
  const paste = (types: string[]) => {
    const files = [new File(['x'], 'a.png', { type: 'image/png' })];
    return fireEvent.paste(field(), { clipboardData: { files, types } });
  };

  it('on their way hold back the message, which goes when they are there', async () => {
    const announced = promised<object>();
    new ScriptedServer().on('POST', /attachments$/, () => announced.promise).on('DELETE', /./, () => new Response());
    const { page } = show();
    Object.assign(page.drafts.of('c1'), { uploads: new Uploads(page.api, page.config.attachments, async () => undefined) });
    write('look');
    paste(['Files']);
    press('Enter');
    expect(sent).toEqual([]);
    expect(screen.getByText('Goes out when the files are there')).toBeTruthy();
    await act(async () => {
      announced.resolve({ id: 'F', name: 'a.png', mime_type: 'image/png', size: 1, upload: { url: '/attachments/x', method: 'PUT', headers: {} } });
      await expect.poll(texts).toEqual(['look']);
    });
    expect(sent[0]?.attachments).toEqual([{ id: 'F', name: 'a.png', mime_type: 'image/png', size: 1 }]);
  });

  it('hold back no other conversation’s message, and send none in its place', async () => {
    new ScriptedServer().on('POST', /attachments$/, () => new Promise(() => undefined));
    const { again } = show();
    write('look');
    paste(['Files']);
    press('Enter');
    again({ conversation: 'c2' });
    write('something else');
    await act(async () => undefined);
    expect(sent).toEqual([]);
    press('Enter');
    expect(texts()).toEqual(['something else']);
  });

  it('that come along with pasted text are left out', () => {
    show();
    expect(paste(['text/plain', 'text/html', 'Files'])).toBe(true);
    expect(screen.queryByLabelText('Attached files')).toBeNull();
  });

  it('that are not taken are not attached, and the page is not left for them', () => {
    show();
    const files = [new File(['x'], 'a.exe', { type: 'application/x-msdownload' })];
    expect(fireEvent.drop(document.body, { dataTransfer: { files, types: ['Files'] } })).toBe(false);
    expect(screen.queryByLabelText('Attached files')).toBeNull();
  });
});
