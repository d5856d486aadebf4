import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Api } from '../api/api';
import type { Conversation } from '../api/wire';
import { problem, promised, ScriptedServer } from '../testing/ScriptedServer';
import { act, close, toasts } from '../ui/toasts';
import { Conversations } from './store';

const api = new Api({ userId: 'alice', token: async () => 'T', renew: async () => 'T' });

function conversation(n: number, minute = n): Conversation {
  const when = `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`;
  return { id: `id-${n}`, title: `c${n}`, status: 'active', created_at: when, updated_at: when };
}

let server: ScriptedServer;
let store: Conversations;
let leave: () => void;

const shown = () => {
  const { items, deleting } = store.list.getState();
  return items.filter((one) => !deleting.has(one.id)).map((one) => one.title);
};
const settled = () => expect.poll(() => store.list.getState().loading).toBe(false);
const asked = (times: number) => expect.poll(() => server.requests('GET').length).toBe(times);
const lastToast = () => toasts.getState().shown.at(-1)!;

beforeEach(async () => {
  server = new ScriptedServer()
    .on('GET', /conversations\?limit=\d+$/, () => ({ data: [3, 2].map((n) => conversation(n)), has_more: true, after: 'A' }))
    .on('GET', /after=A/, () => ({ data: [conversation(1)], has_more: false }));
  store = new Conversations(api);
  leave = store.open();
  await settled();
});

afterEach(() => {
  leave();
  toasts.getState().shown.forEach(({ id }) => close(id));
});

describe('the list', () => {
  it('asks for older ones where it ended', async () => {
    expect(shown()).toEqual(['c3', 'c2']);
    await store.loadMore();
    expect(shown()).toEqual(['c3', 'c2', 'c1']);
    expect(store.list.getState().more).toBe(false);
  });

  it('keeps the older ones that are loaded when it is asked for anew', async () => {
    await store.loadMore();
    server.on('GET', /conversations\?limit=\d+$/, () => ({ data: [conversation(4), conversation(3)], has_more: true, after: 'B' }));
    await store.refresh();
    expect(shown()).toEqual(['c4', 'c3', 'c2', 'c1']);
  });

  it('lets go of what the server does not have any more', async () => {
    await store.loadMore();
    server.on('GET', /conversations\?limit=\d+$/, () => ({ data: [conversation(3)], has_more: false }));
    await store.refresh();
    expect(shown()).toEqual(['c3']);
  });

  it('asks once more after what was asked for while it asked', async () => {
    const first = promised<object>();
    server.on('GET', /conversations\?limit=\d+$/, () => first.promise);
    void store.refresh();
    await asked(2);
    server.on('GET', /conversations\?limit=\d+$/, () => ({ data: [conversation(5)], has_more: false }));
    void store.refresh();
    first.resolve({ data: [conversation(3)], has_more: false });
    await expect.poll(shown).toEqual(['c5']);
  });

  it('is not put back by an answer that was on its way', async () => {
    const slow = promised<object>();
    server.on('GET', /conversations\?limit=\d+$/, () => slow.promise);
    const answered = store.refresh();
    await asked(2);
    server.on('GET', /conversations\?limit=\d+$/, () => ({ data: [{ ...conversation(3), title: 'new' }], has_more: false }));
    store.touch({ ...conversation(3), title: 'new' });
    slow.resolve({ data: [conversation(3)], has_more: false });
    await answered;
    await expect.poll(shown).toEqual(['new']);
  });

  it('brings what is touched to the top', () => {
    store.touch({ ...conversation(2), updated_at: '2026-11-22T11:00:00.5Z' });
    expect(shown()).toEqual(['c2', 'c3']);
  });

  it('tells other tabs', async () => {
    const other = new Conversations(api);
    const close = other.open();
    await expect.poll(() => other.list.getState().items.length).toBe(2);
    store.touch(conversation(9));
    await expect.poll(() => other.list.getState().items[0]?.title).toBe('c9');
    close();
  });

  it('says that it failed, and keeps what it has', async () => {
    server.on('GET', /conversations/, () => problem(503, 'storage_unavailable'));
    await store.refresh();
    expect(store.list.getState().failed).toBe(true);
    expect(shown()).toEqual(['c3', 'c2']);
  });
});

describe('a rename', () => {
  it('shows at once, and is taken back where the server refuses', async () => {
    server.on('PATCH', /id-3/, () => problem(409, 'conversation_locked'));
    const change = store.change('id-3', { title: 'new' });
    expect(shown()).toEqual(['new', 'c2']);
    await change;
    expect(shown()).toEqual(['c3', 'c2']);
    expect(lastToast().text).toContain('was not saved');
  });
});

describe('a deletion', () => {
  beforeEach(() => server.on('DELETE', /id-3$/, () => new Response(null, { status: 204 })));

  it('is not made where it is undone', async () => {
    store.remove('id-3');
    expect(shown()).toEqual(['c2']);
    act(lastToast().id);
    expect(shown()).toEqual(['c3', 'c2']);
    expect(server.requests('DELETE')).toEqual([]);
  });

  it('is made when its time is over', async () => {
    store.remove('id-3');
    close(lastToast().id);
    await expect.poll(() => store.find('id-3')).toBeUndefined();
    expect(server.requests('DELETE')).toEqual(['/api/alice/conversations/id-3']);
  });

  it('is made at once when the page is left, and outlives it', async () => {
    store.remove('id-3');
    window.dispatchEvent(new Event('pagehide'));
    await expect.poll(() => server.asked.at(-1)).toMatchObject({ method: 'DELETE', keepalive: true });
    expect(toasts.getState().shown).toEqual([]);
    expect(server.requests('DELETE')).toHaveLength(1);
  });

  it('is taken back where the server does not make it', async () => {
    server.on('DELETE', /id-3$/, () => problem(503, 'storage_unavailable'));
    store.remove('id-3');
    close(lastToast().id);
    await expect.poll(shown).toEqual(['c3', 'c2']);
    expect(lastToast().kind).toBe('danger');
  });

  it('of what is gone already has been made', async () => {
    server.on('DELETE', /id-3$/, () => problem(404, 'not_found'));
    store.remove('id-3');
    close(lastToast().id);
    await expect.poll(() => store.find('id-3')).toBeUndefined();
    expect(toasts.getState().shown).toEqual([]);
  });

  it('stays hidden when the list is asked for meanwhile', async () => {
    store.remove('id-3');
    await store.refresh();
    expect(shown()).toEqual(['c2']);
  });
});
