import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api';
import { ScriptedServer } from '../testing/ScriptedServer';
import { Drafts } from './drafts';

const limits = { max_bytes: 100, max_per_message: 3, types: ['*/*'] };
const draftsOf = (userId: string) => new Drafts(new Api({ userId, token: async () => 'T', renew: async () => 'T' }), limits);

beforeEach(() => {
  localStorage.clear();
  new ScriptedServer().on('GET', /attachments/, () => ({ id: 'F', uploaded: true }));
});

describe('a draft', () => {
  it('is found again after a reload, in its own conversation only', () => {
    const drafts = draftsOf('alice');
    const close = drafts.open();
    drafts.of('c1').write('half a thought');
    window.dispatchEvent(new Event('pagehide'));
    const again = draftsOf('alice');
    expect(again.of('c1').written.getState().text).toBe('half a thought');
    expect(again.of('c2').written.getState().text).toBe('');
    expect(again.of(undefined).written.getState().text).toBe('');
    close();
  });

  it('is written down a moment after the last key', () => {
    vi.useFakeTimers();
    draftsOf('alice').of('c1').write('x');
    expect(localStorage.length).toBe(0);
    vi.advanceTimersByTime(300);
    vi.useRealTimers();
    expect(draftsOf('alice').of('c1').written.getState().text).toBe('x');
  });

  it('keeps the files that are on the server', () => {
    const file = { id: 'F', name: 'a.txt', mime_type: 'text/plain', size: 1 };
    const draft = draftsOf('alice').of('c1');
    draft.uploads.restore([file]);
    draft.save();
    expect(draftsOf('alice').of('c1').take()).toEqual({ text: '', attachments: [file] });
  });

  it('is no other user’s', () => {
    const draft = draftsOf('alice').of(undefined);
    draft.write('mine');
    draft.save();
    expect(draftsOf('bob').of(undefined).written.getState().text).toBe('');
  });

  it('leaves nothing behind when it is sent', () => {
    const draft = draftsOf('alice').of('c1');
    draft.write('go');
    draft.save();
    expect(draft.take().text).toBe('go');
    expect(localStorage.length).toBe(0);
  });

  it('goes along when a new conversation gets its name', () => {
    const drafts = draftsOf('alice');
    drafts.of(undefined).write('and then');
    drafts.adopt('c9');
    expect(drafts.of('c9').written.getState().text).toBe('and then');
    expect(drafts.of(undefined).written.getState().text).toBe('');
    expect(draftsOf('alice').of('c9').written.getState().text).toBe('and then');
  });

  it('is forgotten with the user who signs out, and nobody else’s is', () => {
    for (const user of ['alice', 'alice/2']) {
      const draft = draftsOf(user).of('c1');
      draft.write(user);
      draft.save();
    }
    const drafts = draftsOf('alice');
    const close = drafts.open();
    drafts.of('c1').uploads.restore([{ id: 'F', name: 'a.txt', mime_type: 'text/plain', size: 1 }]);
    drafts.forget();
    close();
    expect(Object.keys(localStorage)).toEqual(['chat.draft/alice%2F2/c1']);
    expect(draftsOf('alice').of('c1').written.getState().text).toBe('');
    expect(draftsOf('alice/2').of('c1').written.getState().text).toBe('alice/2');
  });

  it('that cannot be read is an empty one', () => {
    localStorage.setItem('chat.draft/alice/c1', '{"text":7,"attachments":"x"');
    expect(draftsOf('alice').of('c1').take()).toEqual({ text: '', attachments: [] });
  });
});
