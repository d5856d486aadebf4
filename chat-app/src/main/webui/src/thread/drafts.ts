import { createStore } from 'zustand/vanilla';
import type { Api } from '../api/api';
import type { Attachment } from '../api/wire';
import type { Config } from '../session/config';
import { stored } from '../ui/stored';
import { Uploads } from './uploads';

/** How long after the last key a draft is written down, in milliseconds. */
const delay = 300;

/** What a user is writing, in each conversation and in a new one: kept in the browser until it is sent. */
export class Drafts {
  readonly #api: Api;
  readonly #limits: Config['attachments'];
  readonly #drafts = new Map<string, Draft>();

  constructor(api: Api, limits: Config['attachments']) {
    this.#api = api;
    this.#limits = limits;
  }

  /** The draft for a conversation; for a new one, where none is named. */
  of(conversation: string | undefined): Draft {
    const key = this.#key(conversation);
    let draft = this.#drafts.get(key);
    if (!draft) {
      draft = new Draft(key, new Uploads(this.#api, this.#limits));
      this.#drafts.set(key, draft);
    }
    return draft;
  }

  /** What was written for a new conversation goes on in the one that has come of it. */
  adopt(conversation: string): void {
    const draft = this.of(undefined);
    this.#drafts.delete(this.#key(undefined));
    this.#drafts.set(this.#key(conversation), draft);
    draft.move(this.#key(conversation));
  }

  /** Writes down what was not yet, until what it returns is called. */
  open(): () => void {
    const save = () => this.#drafts.forEach((draft) => draft.save());
    window.addEventListener('pagehide', save);
    return () => {
      save();
      window.removeEventListener('pagehide', save);
    };
  }

  /** Nobody who comes after the user finds what they were writing. */
  forget(): void {
    this.#drafts.forEach((draft) => draft.forget());
    const all = this.#key('');
    for (const key of stored.keys()) if (key.startsWith(all)) stored.remove(key);
  }

  #key(conversation = 'new'): string {
    return `chat.draft/${encodeURIComponent(this.#api.session.userId)}/${conversation}`;
  }
}

interface Kept {
  text: string;
  attachments: Attachment[];
}

export class Draft {
  readonly written = createStore<{ text: string }>(() => ({ text: '' }));
  readonly uploads: Uploads;
  #key: string;
  #forgotten = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(key: string, uploads: Uploads) {
    this.#key = key;
    this.uploads = uploads;
    const { text, attachments } = read(key);
    this.written.setState({ text });
    uploads.restore(attachments);
    this.written.subscribe(() => this.#later());
    uploads.list.subscribe(() => this.#later());
  }

  write(text: string): void {
    this.written.setState({ text });
  }

  /** Hands over what is to be sent, and begins an empty one. What failed to upload stays. */
  take(): { text: string; attachments: Attachment[] } {
    const { text } = this.written.getState();
    const attachments = this.uploads.takeDone();
    this.clear();
    return { text, attachments };
  }

  clear(): void {
    this.write('');
    this.save();
  }

  /** Is not written down any more. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#forgotten = true;
  }

  move(key: string): void {
    stored.remove(this.#key);
    this.#key = key;
    this.save();
  }

  save(): void {
    clearTimeout(this.#timer);
    if (this.#forgotten) return;
    const { text } = this.written.getState();
    const attachments = this.uploads.list.getState().items.flatMap((upload) => upload.attachment ?? []);
    if (text === '' && attachments.length === 0) stored.remove(this.#key);
    else stored.set(this.#key, JSON.stringify({ text, attachments } satisfies Kept));
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), delay);
  }
}

function read(key: string): Kept {
  try {
    const { text, attachments } = JSON.parse(stored.get(key) ?? '{}') as Partial<Kept>;
    return { text: typeof text === 'string' ? text : '', attachments: Array.isArray(attachments) ? attachments : [] };
  } catch {
    return { text: '', attachments: [] };
  }
}
