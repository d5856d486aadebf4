import type { Attachment, ChatRequest } from '../api/wire';

/** A message that the server has not confirmed. */
export interface Unsent {
  request: ChatRequest;
  attachments: readonly Attachment[];
}

const KEPT = 50;

/**
 * Keeps what was sent until the server has it, also when the page is closed meanwhile. Sent again
 * under its own id, a message that had arrived after all is not doubled.
 */
export class Outbox {
  readonly #user: string;

  constructor(user: string) {
    this.#user = user;
  }

  all(conversation: string | undefined): Unsent[] {
    try {
      return JSON.parse(localStorage.getItem(this.#key(conversation)) ?? '[]') as Unsent[];
    } catch {
      return [];
    }
  }

  find(conversation: string | undefined, message: string): Unsent | undefined {
    return this.all(conversation).find((unsent) => unsent.request.message_id === message);
  }

  put(conversation: string | undefined, unsent: Unsent): void {
    const others = this.all(conversation).filter((each) => each.request.message_id !== unsent.request.message_id);
    this.#write(conversation, [...others, unsent].slice(-KEPT));
  }

  remove(conversation: string | undefined, message: string): void {
    const all = this.all(conversation);
    const rest = all.filter((unsent) => unsent.request.message_id !== message);
    if (rest.length < all.length) this.#write(conversation, rest);
  }

  /** What was written to a new conversation belongs to it when it has got its id. */
  move(from: string | undefined, to: string): void {
    for (const unsent of this.all(from)) this.put(to, unsent);
    this.#write(from, []);
  }

  /** Leaves nothing of the user's behind. */
  forget(): void {
    const mine = Object.keys(localStorage).filter((key) => key.startsWith(this.#key('')));
    for (const key of mine) localStorage.removeItem(key);
  }

  #write(conversation: string | undefined, all: Unsent[]): void {
    try {
      if (all.length === 0) localStorage.removeItem(this.#key(conversation));
      else localStorage.setItem(this.#key(conversation), JSON.stringify(all));
    } catch {
      // Full, or not allowed: what is sent is kept by the open page alone.
    }
  }

  #key(conversation: string | undefined): string {
    return `chat.outbox.${this.#user}.${conversation ?? 'new'}`;
  }
}
