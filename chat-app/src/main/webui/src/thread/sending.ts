import { Refused } from '../api/api';
import { uuidv7 } from '../api/uuid';
import type { Attachment, ChatRequest, Message } from '../api/wire';
import { Outbox, type Unsent } from './outbox';
import type { Shown } from './shown';
import { isOpen } from './state';
import type { Thread } from './thread';

/**
 * Sends what the user says, and what they choose beside it. A message is shown at once and kept until the server has it; it is sent
 * under an id of its own, so that sending it again never doubles it. While a turn is under way it
 * waits in the server's queue.
 */
export class Sending {
  readonly #thread: Thread;
  readonly #outbox: Outbox;
  /** What this page is sending, also from threads that were left. */
  static readonly #underway = new Set<string>();
  /** One after the other, in the order they were written. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(thread: Thread) {
    this.#thread = thread;
    this.#outbox = new Outbox(thread.api.session.userId);
  }

  /** Shows what an earlier visit could not send, to be sent again or discarded. */
  recall(): void {
    const { messages, moreAfter } = this.#thread.state;
    if (moreAfter) return;
    for (const unsent of this.#outbox.all(this.#thread.id)) {
      if (Sending.#underway.has(unsent.request.message_id)) continue;
      const shown = messages.find((m) => m.id === unsent.request.message_id);
      if (!shown) this.#show(unsent, 'failed');
      else if (!shown.outgoing) this.#forget(unsent);
    }
  }

  async send(text: string, attachments: readonly Attachment[] = [], model?: string): Promise<void> {
    this.#thread.toEnd();
    await this.#deliver(this.#compose(text, attachments, { ...(model === undefined ? {} : { model }) }));
  }

  /** Says something else in the place of an earlier message of the user's. */
  async edit(message: Shown, text: string): Promise<void> {
    const attachments = message.role === 'user' ? (message.attachments ?? []) : [];
    const unsent = this.#compose(text, attachments, { replaces_message_id: message.id });
    this.#thread.set(({ messages }) => {
      const at = messages.findIndex((m) => m.id === message.id);
      return at < 0 ? {} : { messages: messages.slice(0, at), moreAfter: false };
    });
    await this.#deliver(unsent);
  }

  /** Asks for another answer in the place of one, or to a message of the user's. */
  async retry(message: Shown, model?: string): Promise<void> {
    const { id, api } = this.#thread;
    if (id === undefined) return;
    const question = message.role === 'user' ? message.id : message.parent_id;
    this.#thread.set((state) => {
      const at = state.messages.findIndex((m) => m.id === question);
      return at < 0 ? {} : { messages: state.messages.slice(0, at + 1), moreAfter: false };
    });
    const key = uuidv7();
    try {
      const options = model === undefined ? {} : { model };
      await this.#thread.begin((signal) => api.retry(id, message.id, options, key, signal));
    } catch (e) {
      this.#thread.report(e);
      await this.#thread.load();
    }
  }

  /** Does what a widget offers, which begins a turn. Rejects when that is refused. */
  async act(widget: Message, action: { type: string; payload?: unknown }): Promise<void> {
    const { id, api } = this.#thread;
    if (id === undefined) return;
    const key = uuidv7();
    try {
      await this.#thread.begin((signal) => api.act(id, widget.id, action, key, signal));
    } catch (e) {
      // Something else is under way, of which this page may not have known.
      if (e instanceof Refused && e.problem.turn_id !== undefined) await this.#thread.catchUp();
      throw e;
    }
  }

  /** Shows another one of a message's siblings, with what came after it. */
  async switchTo(message: Shown, index: number): Promise<void> {
    const { id, api } = this.#thread;
    if (id === undefined) return;
    try {
      const sibling = (await api.siblings(id, message.id)).data[index];
      if (!sibling) return;
      await api.activate(id, sibling.id);
      await this.#thread.load(sibling.id);
    } catch (e) {
      this.#thread.report(e);
    }
  }

  /** Tries again to send what could not be sent. */
  async resend(message: Shown): Promise<void> {
    const unsent = this.#outbox.all(this.#thread.id).find((u) => u.request.message_id === message.id);
    if (unsent) await this.#deliver(unsent);
  }

  /** Gives up what could not be sent. */
  discard(message: Shown): void {
    this.#outbox.remove(this.#thread.id, message.id);
    this.#hide(message.id);
  }

  #compose(text: string, attachments: readonly Attachment[], more: Partial<ChatRequest>): Unsent {
    return {
      request: {
        message_id: uuidv7(),
        ...(text === '' ? {} : { message: text }),
        ...(attachments.length === 0 ? {} : { attachments: attachments.map((a) => a.id) }),
        ...more,
      },
      attachments,
    };
  }

  #deliver(unsent: Unsent): Promise<void> {
    this.#outbox.put(this.#thread.id, unsent);
    this.#show(unsent, 'sending');
    Sending.#underway.add(unsent.request.message_id);
    const delivered = this.#last
      .then(() => this.#request(unsent))
      .finally(() => Sending.#underway.delete(unsent.request.message_id));
    this.#last = delivered;
    return delivered;
  }

  async #request(unsent: Unsent): Promise<void> {
    const thread = this.#thread;
    const edits = unsent.request.replaces_message_id !== undefined;
    try {
      await thread.ready();
      if (isOpen(thread.state.turn) && !edits) return await this.#enqueue(unsent);
      const before = thread.id;
      await thread.begin((signal) => thread.api.chat(this.#addressed(unsent), signal));
      this.#outbox.remove(before, unsent.request.message_id);
      if (before === undefined) this.#outbox.move(before, thread.id!);
    } catch (e) {
      const busy = e instanceof Refused && (e.problem.code === 'turn_running' || e.problem.code === 'turn_awaiting');
      if (busy && !edits) {
        // Something is under way that this page did not know of.
        await thread.catchUp();
        await this.#enqueue(unsent).catch((e: unknown) => this.#failed(unsent, e));
      } else {
        await this.#failed(unsent, e);
      }
    }
  }

  async #enqueue(unsent: Unsent): Promise<void> {
    const thread = this.#thread;
    // Following goes on, or something else is followed: that ends no message on its way.
    const signal = new AbortController().signal;
    const turn = await thread.retries.until(() => thread.api.enqueue(this.#addressed(unsent)), signal);
    this.#forget(unsent);
    this.#hide(unsent.request.message_id);
    if (turn?.state === 'queued' && isOpen(thread.state.turn)) {
      thread.set((state) => ({ queue: [...state.queue.filter((t) => t.id !== turn.id), turn] }));
    } else {
      await thread.catchUp();
    }
  }

  /** A message stays, to be sent again; an edit goes back to where it was written. */
  async #failed(unsent: Unsent, e: unknown): Promise<void> {
    this.#thread.report(e);
    const { replaces_message_id: message, message: text = '' } = unsent.request;
    if (message === undefined || !(e instanceof Refused)) {
      this.#show(unsent, 'failed');
      // It may have been closed, or deleted, elsewhere.
      return this.#thread.refresh();
    }
    this.#forget(unsent);
    this.#hide(unsent.request.message_id);
    await this.#thread.catchUp();
    this.#thread.edit({ message, text });
  }

  #addressed({ request }: Unsent): ChatRequest {
    return this.#thread.id === undefined ? request : { ...request, conversation_id: this.#thread.id };
  }

  #forget({ request }: Unsent): void {
    this.#outbox.remove(this.#thread.id, request.message_id);
  }

  #hide(id: string): void {
    this.#thread.set((state) => ({ messages: state.messages.filter((m) => m.id !== id || !m.outgoing) }));
  }

  #show({ request, attachments }: Unsent, outgoing: 'sending' | 'failed'): void {
    const message: Shown = {
      id: request.message_id,
      turn_id: '',
      sibling_index: 0,
      sibling_count: 1,
      role: 'user',
      kind: 'text',
      status: 'complete',
      revision: 0,
      content: request.message ?? '',
      created_at: new Date().toISOString(),
      ...(attachments.length === 0 ? {} : { attachments: [...attachments] }),
      outgoing,
    };
    this.#thread.set((state) => {
      const at = state.messages.findIndex((m) => m.id === message.id);
      if (at < 0) return { messages: [...state.messages, message] };
      return state.messages[at]!.outgoing ? { messages: state.messages.with(at, message) } : {};
    });
  }
}
