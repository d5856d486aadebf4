import { createStore } from 'zustand/vanilla';
import { type Api, ownPath, Refused, Unreachable } from '../api/api';
import { uuidv7 } from '../api/uuid';
import type { Attachment, AttachmentDetail, Problem } from '../api/wire';
import { bytes, isolated, refusal } from '../parts/words';
import type { Config } from '../session/config';

export interface Upload {
  key: string;
  name: string;
  size: number;
  /** The address of a small picture of it, where there can be one. */
  preview?: string;
  state: 'sending' | 'done' | 'failed';
  /** From 0 to 1. */
  progress: number;
  /** Why it failed. */
  why?: string;
  /** What the server knows it as, once it has it whole. */
  attachment?: Attachment;
}

/** Brings the bytes to the server; rejects where it does not take them. */
export type Transfer = (
  to: NonNullable<AttachmentDetail['upload']>,
  file: File,
  progress: (part: number) => void,
  signal: AbortSignal,
) => Promise<void>;

type Files = Pick<Api, 'announce' | 'attachment' | 'discard'>;

/** The files of a message that is being written: each on its way to the server as soon as it is chosen. */
export class Uploads {
  readonly list = createStore<{ items: Upload[] }>(() => ({ items: [] }));
  readonly #api: Files;
  readonly #limits: Config['attachments'];
  readonly #transfer: Transfer;
  readonly #files = new Map<string, { file: File; type: string; abort: AbortController }>();

  constructor(api: Files, limits: Config['attachments'], transfer: Transfer = put) {
    this.#api = api;
    this.#limits = limits;
    this.#transfer = transfer;
  }

  /** Begins to upload what the server takes, and says of each other file why it does not. */
  add(files: Iterable<File>): string[] {
    const refused: string[] = [];
    for (const file of files) {
      const type = this.#typeOf(file);
      const why = this.#refusal(file, type);
      if (why !== undefined) refused.push(why);
      else if (type !== undefined) this.#start(file, type);
    }
    return refused;
  }

  /** Shows files that were uploaded earlier, as long as the server still has them. */
  restore(attachments: Attachment[]): void {
    for (const attachment of attachments) {
      const { id: key, name, size } = attachment;
      this.#append({ key, name, size, state: 'done', progress: 1, attachment });
      this.#api.attachment(key).then(
        ({ preview_url }) => preview_url && this.#set(key, { preview: ownPath(preview_url) }),
        (e: unknown) => e instanceof Refused && e.problem.status === 404 && this.#take(key),
      );
    }
  }

  /** Takes a file away, also from the server. */
  remove(key: string): void {
    this.#files.get(key)?.abort.abort();
    const upload = this.#take(key);
    if (upload?.attachment) this.#discard(upload.attachment.id);
  }

  retry(key: string): void {
    const kept = this.#files.get(key);
    if (!kept) return;
    this.#set(key, { state: 'sending', progress: 0 });
    void this.#upload(key, kept.file, kept.type);
  }

  /** Hands over those that are on the server: they belong to a message now. The others stay. */
  takeDone(): Attachment[] {
    const done = this.list.getState().items.filter((upload) => upload.state === 'done');
    done.forEach((upload) => this.#take(upload.key));
    return done.flatMap((upload) => upload.attachment ?? []);
  }

  /** The type that the server takes it as. What it takes no other way it may take as plain text, if it is text. */
  #typeOf({ name, type }: File): string | undefined {
    const known = type.replace(/;.*/, '').trim().toLowerCase() || unknown[name.replace(/.*\./, '').toLowerCase()] || '';
    const takes = (wanted: string) => this.#limits.types.some((taken) => matches(taken, wanted));
    if (known !== '' && takes(known)) return known;
    return known.startsWith('text/') && takes('text/plain') ? 'text/plain' : undefined;
  }

  #refusal({ name, size }: File, type: string | undefined): string | undefined {
    const { max_bytes, max_per_message } = this.#limits;
    if (this.list.getState().items.length >= max_per_message) return `${isolated(name)}: a message takes ${max_per_message} files at most`;
    if (size === 0) return `${isolated(name)} is empty`;
    if (size > max_bytes) return `${isolated(name)} is larger than ${bytes(max_bytes)}`;
    if (type === undefined) return `${isolated(name)}: files of this type are not taken`;
    return undefined;
  }

  #start(file: File, type: string): void {
    const key = uuidv7();
    const preview = raster.test(type) ? { preview: URL.createObjectURL(file) } : {};
    this.#append({ key, name: file.name, size: file.size, state: 'sending', progress: 0, ...preview });
    void this.#upload(key, file, type);
  }

  async #upload(key: string, file: File, type: string): Promise<void> {
    const abort = new AbortController();
    this.#files.set(key, { file, type, abort });
    let announced: AttachmentDetail | undefined;
    try {
      const { name, size } = file;
      announced = await this.#api.announce({ name: name.slice(-255), mime_type: type, size }, abort.signal);
      if (!announced.upload) throw new Unreachable();
      await this.#transfer(announced.upload, file, (progress) => this.#set(key, { progress }), abort.signal);
      const { id, name: kept, mime_type } = announced;
      this.#set(key, { state: 'done', progress: 1, attachment: { id, name: kept, mime_type, size } });
    } catch (e) {
      if (announced) this.#discard(announced.id);
      if (!abort.signal.aborted) this.#set(key, { state: 'failed', why: refusal(e) });
    }
  }

  /** The server forgets by itself what nobody sends: this only makes it sooner. */
  #discard(id: string): void {
    this.#api.discard(id).catch(() => undefined);
  }

  #append(upload: Upload): void {
    this.list.setState(({ items }) => ({ items: [...items, upload] }));
  }

  #set(key: string, change: Partial<Upload>): void {
    this.list.setState(({ items }) => ({ items: items.map((one) => (one.key === key ? { ...one, ...change } : one)) }));
  }

  #take(key: string): Upload | undefined {
    const { items } = this.list.getState();
    const upload = items.find((one) => one.key === key);
    if (upload?.preview?.startsWith('blob:')) URL.revokeObjectURL(upload.preview);
    this.#files.delete(key);
    this.list.setState({ items: items.filter((one) => one !== upload) });
    return upload;
  }
}

const raster = /^image\/(png|jpeg|gif|webp|avif)$/;

/** Types that systems do not always tell the browser, by the end of the name. */
const unknown: Record<string, string> = {
  csv: 'text/csv',
  json: 'application/json',
  log: 'text/plain',
  md: 'text/markdown',
  txt: 'text/plain',
  yaml: 'text/yaml',
  yml: 'text/yaml',
};

function matches(taken: string, type: string): boolean {
  return taken === '*/*' || taken === type || (taken.endsWith('/*') && type.startsWith(taken.slice(0, -1)));
}

/** By XMLHttpRequest, since fetch does not tell how much has gone. */
function put(to: NonNullable<AttachmentDetail['upload']>, file: File, progress: (part: number) => void, signal: AbortSignal) {
  return new Promise<void>((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    request.open(to.method, ownPath(to.url));
    for (const [name, value] of Object.entries(to.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onload = () => (request.status < 300 ? resolve() : reject(problemOf(request)));
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function problemOf({ responseText, status, statusText }: XMLHttpRequest): Refused | Unreachable {
  try {
    return new Refused(JSON.parse(responseText) as Problem);
  } catch {
    return status >= 500 ? new Unreachable() : new Refused({ type: '', title: '', status, detail: statusText, code: 'internal' });
  }
}
