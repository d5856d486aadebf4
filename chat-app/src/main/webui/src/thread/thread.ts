import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Api, isMissing, Unreachable } from '../api/api';
import type { Answer, Conversation, ConversationDetail, Message, Turn, TurnEvent } from '../api/wire';
import { refusal } from '../parts/words';
import { SignedOut } from '../session/session';
import { fold } from './fold';
import type { ThreadListener } from './listener';
import { learnName } from './naming';
import { hear, isEnd, prefixed, type Stream } from './hearing';
import { Retries } from './retries';
import { about, joined, outgoing } from './stretch';
import { isOpen, NOTHING, type ThreadState } from './state';

/** How many messages are read at first, and how many more when the reader gets there. */
const FIRST = 50;
const MORE = 200;

/**
 * A conversation that is being looked at: reads its history, follows what happens in it, and begins
 * turns, through lost connections. At any time at most one turn is followed; `#attend` ends what was
 * followed before. Messages are sent by `Sending`.
 */
export class Thread {
  readonly api: Api;
  readonly store: StoreApi<ThreadState>;
  readonly retries = new Retries();
  readonly #listener: ThreadListener;
  #id: string | undefined;
  #attention = new AbortController();
  #following = false;
  #loading: Promise<void> = Promise.resolve();
  /** A request that begins a turn is on its way: it goes on when the thread is closed. */
  #beginning = false;
  #reading: Partial<Record<'before' | 'after', Promise<void>>> = {};
  #heard: { turn: string; event: TurnEvent }[] = [];
  #closed = false;
  /** Begun here, and its first turn is not over. */
  #unnamed = false;

  constructor(api: Api, id: string | undefined, listener: ThreadListener) {
    this.api = api;
    this.#id = id;
    this.#listener = listener;
    this.store = createStore<ThreadState>(() => ({ ...NOTHING, phase: id === undefined ? 'new' : 'loading' }));
  }

  get id(): string | undefined {
    return this.#id;
  }

  get state(): ThreadState {
    return this.store.getState();
  }

  /** Until something else is followed. */
  get signal(): AbortSignal {
    return this.#attention.signal;
  }

  set(how: (state: ThreadState) => Partial<ThreadState>): void {
    if (!this.#closed) this.store.setState(how);
  }

  /** Reads the newest messages, or those around one, and follows the turn that is under way. */
  load(around?: string): Promise<void> {
    return (this.#loading = this.#load(around));
  }

  /** Resolves when the history is there, after another attempt if there was one in vain. */
  async ready(): Promise<void> {
    await this.#loading;
    if (this.state.phase === 'failed') await this.load();
  }

  /** Leaves the middle of the history for its end, which is there as soon as it can be had. */
  toEnd(): void {
    if (!this.state.moreAfter) return;
    this.set(() => ({ messages: [], moreBefore: false, moreAfter: false }));
    this.#loading = this.catchUp();
  }

  async #load(around?: string): Promise<void> {
    if (this.#id === undefined) return;
    const attention = this.#attend();
    try {
      const detail = await this.api.open(this.#id, FIRST, attention);
      const stretch = around === undefined ? undefined : await this.#around(detail, around, attention);
      if (attention.aborted) return;
      this.#learn(detail);
      this.set((state) => ({
        ...NOTHING,
        ...about(detail),
        phase: 'ready',
        messages: stretch?.data ?? [...detail.messages, ...outgoing(state, detail)],
        moreBefore: stretch?.has_more_before ?? detail.has_more,
        moreAfter: stretch?.has_more_after ?? false,
        stretch: state.stretch + 1,
        target: around,
      }));
      this.#followOpen(detail, attention);
    } catch (e) {
      if (attention.aborted) return;
      if (this.state.phase === 'ready') this.report(e);
      else this.set(() => ({ phase: isMissing(e) ? 'missing' : 'failed' }));
    }
  }

  /** A stretch around a message; undefined if it is among the newest, or not in the history (any more). */
  async #around(detail: ConversationDetail, message: string, signal: AbortSignal) {
    if (detail.messages.some((m) => m.id === message)) return undefined;
    try {
      return await this.api.messages(detail.id, { around: message, limit: FIRST }, signal);
    } catch (e) {
      if (isMissing(e)) return undefined;
      throw e;
    }
  }

  /** Sees whether something happened that this page did not do: in another tab, on another device. */
  async refresh(): Promise<void> {
    const { phase, turn, messages, moreAfter } = this.state;
    if (phase === 'failed') await this.load();
    if (this.#id === undefined || this.#following || phase !== 'ready') return;
    const attention = this.signal;
    try {
      const now = await this.api.open(this.#id, 1, attention);
      if (attention.aborted || this.#following) return;
      const last = messages.findLast((m) => !m.outgoing)?.id;
      const same = now.turn?.id === turn?.id && now.turn?.state === turn?.state;
      this.#learn(now);
      if (same && (moreAfter || now.messages.at(-1)?.id === last)) this.set(() => about(now));
      else await this.catchUp();
    } catch (e) {
      if (isMissing(e)) this.set(() => ({ phase: 'missing' }));
    }
  }

  /** Reads the end of the history again, keeping what stands before it, and follows what is under way. */
  async catchUp(): Promise<void> {
    if (this.#id === undefined) return;
    const attention = this.#attend();
    try {
      const detail = await this.retries.until(() => this.api.open(this.#id!, FIRST, attention), attention);
      if (attention.aborted) return;
      this.set((state) => ({ ...about(detail), ...joined(state, detail), progress: undefined, stopping: false }));
      this.#followOpen(detail, attention);
    } catch (e) {
      this.#ended(e, attention);
    }
  }

  /** Reads on from where the stretch ends, if the history does; one request at a time. */
  loadMore(direction: 'before' | 'after'): Promise<void> {
    return (this.#reading[direction] ??= this.#more(direction).finally(() => delete this.#reading[direction]));
  }

  async #more(direction: 'before' | 'after'): Promise<void> {
    const { messages, moreBefore, moreAfter, stretch } = this.state;
    const before = direction === 'before';
    const from = before ? messages[0] : messages.at(-1);
    if (this.#id === undefined || !from || !(before ? moreBefore : moreAfter)) return;
    try {
      const { data, has_more_before, has_more_after } = await this.api.messages(this.#id, {
        [direction]: from.id,
        limit: MORE,
      });
      this.set((state) => {
        if (state.stretch !== stretch) return {};
        if (!before) return { messages: [...state.messages, ...data], moreAfter: has_more_after };
        return {
          messages: [...data, ...state.messages],
          moreBefore: has_more_before,
          prepended: state.prepended + data.length,
        };
      });
    } catch (e) {
      this.report(e);
    }
  }

  /**
   * Begins a turn and follows it. The request is repeated until there is an answer to it, so it must
   * be one that may be. Resolves when the turn is there; rejects with what it is refused for, and when
   * something else is to be followed before there was an answer.
   */
  async begin(request: (signal: AbortSignal) => Promise<Stream>): Promise<void> {
    const attention = this.#attend();
    this.#following = true;
    this.#beginning = true;
    try {
      const { event, stream } = await this.retries.until(() => this.#first(request, attention), attention);
      const turn = this.#adopt(event);
      void this.#follow(turn, 0, attention, prefixed(event, stream));
    } catch (e) {
      if (!attention.aborted) this.#following = false;
      throw e;
    } finally {
      if (this.#attention.signal === attention) this.#beginning = false;
      if (this.#closed) this.#attention.abort();
    }
  }

  async #first(request: (signal: AbortSignal) => Promise<Stream>, attention: AbortSignal) {
    try {
      const stream = await request(attention);
      const { done, value } = await stream.next();
      if (done) throw new Unreachable();
      this.#lost(false, attention);
      return { event: value, stream };
    } catch (e) {
      this.#lost(e instanceof Unreachable, attention);
      throw e;
    }
  }

  /** The first event of a stream names the turn and, if that is new, the conversation. */
  #adopt(event: TurnEvent): string {
    const { turn_id, conversation_id } = event.data as { turn_id: string; conversation_id: string };
    const now = new Date().toISOString();
    if (this.#id === undefined) {
      this.#id = conversation_id;
      const conversation: Conversation = { id: conversation_id, status: 'active', created_at: now, updated_at: now };
      this.set(() => ({ phase: 'ready', conversation }));
      if (this.#closed) this.#listener.touched(conversation);
      else this.#listener.created(conversation_id);
      this.#unnamed = true;
      void learnName(this, 0);
    }
    this.set(() => ({ turn: { id: turn_id, conversation_id, state: 'running', created_at: now } }));
    this.#touch();
    return turn_id;
  }

  #followOpen(detail: ConversationDetail, attention: AbortSignal): void {
    if (isOpen(detail.turn)) void this.#follow(detail.turn.id, detail.turn.resume_from, attention);
    else if (detail.queue.length > 0) void this.#follow(detail.queue[0]!.id, 0, attention);
  }

  /** Hears a turn to its end, then what comes after it. */
  async #follow(turn: string, after: number, attention: AbortSignal, first?: Stream): Promise<void> {
    this.#following = true;
    const source = {
      open: (last: number) => this.api.follow(this.#id!, turn, last, attention),
      retries: this.retries,
      signal: attention,
      lost: (lost: boolean) => this.#lost(lost, attention),
    };
    try {
      let end: TurnEvent | undefined;
      for await (const event of hear(source, after, first)) {
        if (attention.aborted) return;
        this.#hear(turn, event);
        if (isEnd(event)) end = event;
      }
      if (attention.aborted) return;
      this.#following = false;
      this.#touch();
      if (this.#unnamed) void learnName(this, 1000, 4000);
      this.#unnamed = false;
      const next = end?.name === 'turn.stopped' && end.data.next_turn_id !== undefined;
      if (!end || next || this.#isRetry(turn) || this.state.queue.length > 0) await this.catchUp();
    } catch (e) {
      this.#ended(e, attention);
    }
  }

  /** Another answer to a question of an earlier turn: how many there are, the events do not tell. */
  #isRetry(turn: string): boolean {
    const { messages, turn: now } = this.state;
    const question = messages.find((m) => m.id === now?.user_message_id);
    return question !== undefined && question.turn_id !== turn;
  }

  /** Takes what was heard into the state, once a frame however many events there are. */
  #hear(turn: string, event: TurnEvent): void {
    if (event.name === 'notice') this.#listener.notice(event.data.level, event.data.message, event.data.title);
    if (event.name === 'conversation.updated') this.#listener.touched(event.data);
    this.#heard.push({ turn, event });
    if (isEnd(event) || document.hidden) this.#takeHeard();
    else if (this.#heard.length === 1) requestAnimationFrame(() => this.#takeHeard());
  }

  #takeHeard(): void {
    const heard = this.#heard;
    this.#heard = [];
    if (heard.length > 0) this.set((state) => heard.reduce((s, { turn, event }) => fold(s, event, turn), state));
  }

  async stop(turn: Turn | undefined = this.state.turn): Promise<void> {
    if (this.#id === undefined || !isOpen(turn)) return;
    const current = turn.id === this.state.turn?.id;
    if (current) this.set(() => ({ stopping: true }));
    else this.set((state) => ({ queue: state.queue.filter((t) => t.id !== turn.id) }));
    try {
      await this.retries.until(() => this.api.stop(this.#id!, turn.id), this.signal);
    } catch (e) {
      if (current) this.set(() => ({ stopping: false }));
      this.report(e);
    }
  }

  /** Begins to write a message anew; ends it with none. */
  edit(editing: ThreadState['editing']): void {
    this.set(() => ({ editing }));
  }

  /** Answers what the turn waits for. Rejects when the answer is refused. */
  async answer(message: Message, answer: Answer): Promise<void> {
    const turn = this.state.turn;
    if (this.#id === undefined || turn?.state !== 'awaiting') return;
    const now = await this.api.answer(this.#id, turn.id, message.id, answer);
    const same = (state: ThreadState) => state.turn?.id === now.id && state.turn.state === 'awaiting';
    if (now.state === 'awaiting') this.set((state) => (same(state) ? { turn: now } : {}));
    if (!this.#following) await this.catchUp();
  }

  /** Says in words what went wrong, unless it is nothing, or the session says it. */
  report(e: unknown): void {
    if (this.#closed || e instanceof SignedOut || (e instanceof DOMException && e.name === 'AbortError')) return;
    this.#listener.notice('danger', refusal(e));
  }

  /** Opens it, also again after it was closed. */
  open(): void {
    this.#closed = false;
  }

  close(): void {
    this.#closed = true;
    if (!this.#beginning) this.#attention.abort();
  }

  /** Ends what was followed, and begins to follow something else. */
  #attend(): AbortSignal {
    this.#takeHeard();
    this.#attention.abort();
    this.#attention = new AbortController();
    this.#following = false;
    this.#beginning = false;
    if (this.#closed) this.#attention.abort();
    return this.#attention.signal;
  }

  #ended(e: unknown, attention: AbortSignal): void {
    if (attention.aborted) return;
    this.#following = false;
    this.set(() => ({ reconnecting: false, ...(isMissing(e) ? { phase: 'missing' } : {}) }));
    if (!isMissing(e)) this.report(e);
  }

  #lost(reconnecting: boolean, attention: AbortSignal): void {
    if (!attention.aborted && this.state.reconnecting !== reconnecting) this.set(() => ({ reconnecting }));
  }

  /** It may have been renamed or closed elsewhere. */
  #learn(detail: ConversationDetail): void {
    const { conversation } = about(detail);
    const known = this.state.conversation;
    if (known?.title !== conversation.title || known?.status !== conversation.status) this.#listener.touched(conversation);
  }

  #touch(): void {
    const { conversation } = this.state;
    if (conversation) this.touched({ ...conversation, updated_at: new Date().toISOString() });
  }

  /** Takes what is new of the conversation, and passes it on. */
  touched(conversation: Conversation): void {
    this.set(() => ({ conversation }));
    this.#listener.touched(conversation);
  }
}
