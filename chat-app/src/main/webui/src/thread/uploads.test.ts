import { beforeEach, describe, expect, it } from 'vitest';
import { Refused, Unreachable } from '../api/api';
import type { AttachmentDetail } from '../api/wire';
import { isolated } from '../parts/words';
import { promised } from '../testing/ScriptedServer';
import { type Transfer, Uploads } from './uploads';

const limits = { max_bytes: 100, max_per_message: 3, types: ['image/png', 'text/*'] };
const file = (name: string, size = 10, type = 'text/plain') => new File(['x'.repeat(size)], name, { type });

let discarded: string[];
let announced: string[];
let transfer: Transfer;
let uploads: Uploads;

const files = {
  async announce({ name, mime_type, size }: { name: string; mime_type: string; size: number }): Promise<AttachmentDetail> {
    announced.push(name);
    const upload = { url: `https://other.example/attachments/${name}`, method: 'PUT' as const, headers: {} };
    return { id: `id-${announced.length}`, name, mime_type, size, uploaded: false, upload, created_at: '' };
  },
  async attachment(id: string): Promise<AttachmentDetail> {
    if (id === 'gone') throw new Refused({ type: '', title: '', status: 404, detail: '', code: 'not_found' });
    const preview_url = 'https://other.example/attachments/P';
    return { id, name: 'a', mime_type: 'image/png', size: 1, uploaded: true, preview_url, created_at: '' };
  },
  async discard(id: string): Promise<void> {
    discarded.push(id);
  },
};

const items = () => uploads.list.getState().items;
const states = () => items().map((upload) => upload.state);

beforeEach(() => {
  discarded = [];
  announced = [];
  transfer = async () => undefined;
  uploads = new Uploads(files, limits, (...given) => transfer(...given));
});

describe('files', () => {
  it('are on the server before the message is', async () => {
    transfer = async (_, __, progress) => progress(0.5);
    expect(uploads.add([file('a.txt')])).toEqual([]);
    expect(states()).toEqual(['sending']);
    await expect.poll(states).toEqual(['done']);
    expect(uploads.takeDone()).toEqual([{ id: 'id-1', name: 'a.txt', mime_type: 'text/plain', size: 10 }]);
    expect(items()).toEqual([]);
    expect(discarded).toEqual([]);
  });

  it('that are not taken are said before a byte is sent', () => {
    const said = uploads.add([
      file('big.txt', 101),
      file('empty.txt', 0),
      file('a.exe', 1, 'application/x-msdownload'),
      file('untyped', 1, ''),
      file('a.svg', 1, 'image/svg+xml'),
      file('1.txt'),
      file('2.txt'),
      file('3.txt'),
      file('4.txt'),
    ]);
    expect(said).toEqual([
      `${isolated('big.txt')} is larger than 100 B`,
      `${isolated('empty.txt')} is empty`,
      `${isolated('a.exe')}: files of this type are not taken`,
      `${isolated('untyped')}: files of this type are not taken`,
      `${isolated('a.svg')}: files of this type are not taken`,
      `${isolated('4.txt')}: a message takes 3 files at most`,
    ]);
    expect(announced).toEqual(['1.txt', '2.txt', '3.txt']);
  });

  it('of a type that the system does not know are known by their name, and other text is plain text', async () => {
    uploads = new Uploads(files, { ...limits, types: ['text/plain', 'text/markdown'] }, async () => undefined);
    expect(uploads.add([file('a.MD', 1, ''), file('a.py', 1, 'text/x-python'), file('b.yml', 1, '')])).toEqual([]);
    await expect.poll(states).toEqual(['done', 'done', 'done']);
    expect(uploads.takeDone().map((one) => one.mime_type)).toEqual(['text/markdown', 'text/plain', 'text/plain']);
  });

  it('that failed stay, and can be tried again', async () => {
    transfer = async () => Promise.reject(new Unreachable());
    uploads.add([file('a.txt')]);
    await expect.poll(states).toEqual(['failed']);
    expect(items()[0]?.why).toBe('The server cannot be reached. Try again.');
    expect(uploads.takeDone()).toEqual([]);
    transfer = async () => undefined;
    uploads.retry(items()[0]!.key);
    await expect.poll(states).toEqual(['done']);
    expect(discarded).toEqual(['id-1']);
  });

  it('that are taken away on their way are called off, and left to nobody', async () => {
    const begun = promised<void>();
    transfer = (_, __, ___, signal) => {
      begun.resolve();
      return new Promise((___, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    uploads.add([file('a.txt')]);
    await begun.promise;
    uploads.remove(items()[0]!.key);
    expect(items()).toEqual([]);
    await expect.poll(() => discarded).toEqual(['id-1']);
    expect(items()).toEqual([]);
  });

  it('of an earlier visit are shown as long as the server has them', async () => {
    const attachment = (id: string) => ({ id, name: id, mime_type: 'image/png', size: 1 });
    uploads.restore([attachment('gone'), attachment('kept')]);
    await expect.poll(() => items().map((one) => one.name)).toEqual(['kept']);
    expect(items()[0]?.preview).toBe('/attachments/P');
  });
});
