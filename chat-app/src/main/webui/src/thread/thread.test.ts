import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Api, Refused, Unreachable } from '../api/api';
import type { ChatRequest, ConversationDetail, Message, Turn, TurnEvent } from '../api/wire';
import { Sending } from './sending';
import { Thread } from './thread';

const conversation = '01890000-0000-7000-8000-00000000000c';
const at = '2026-01-02T03:04:05Z';
const of = (turn: string) => ({ turn_id: turn, conversation_id: conversation });

function message(id: string, turn: string, role: 'user' | 'assistant', content = id): Message {
  const fields = { turn_id: turn, sibling_index: 0, sibling_count: 1, status: 'complete', revision: 0, created_at: at } as const;
  return { id, role, kind: 'text', content, ...fields } as Message;
}

/** A server in a few lines: it keeps what it got by its ids, and its network can be cut. */
class ScriptedServer {
  readonly session = { userId: 'alice', token: async () => 'token', renew: async () => 'token' };
  readonly said: Message[] = [];
  readonly requests: ChatRequest[] = [];
  readonly follows: { turn: string; after: number }[] = [];
  queue: Turn[] = [];
  turn: (Turn & { resume_from: number }) | undefined;
  /** How often nothing gets through, before the server and behind it. */
  lostRequests = 0;
  lostReplies = 0;
  /** After how many events a stream breaks off, once each. */
  breaks: number[] = [];

  events(turn: string): TurnEvent[] {
    const [question, answer] = this.said.filter((m) => m.turn_id === turn);
    return [
      { id: 1, name: 'turn.started', data: { ...of(turn), user_message_id: question!.id } },
      { id: 2, name: 'message.done', data: question! },
      { id: 3, name: 'message.started', data: { message_id: answer!.id, kind: 'text' } },
      { id: 4, name: 'message.delta', data: { message_id: answer!.id, content: answer!.content.slice(0, 3) } },
      { id: 5, name: 'message.delta', data: { message_id: answer!.id, content: answer!.content.slice(3) } },
      { id: 6, name: 'message.done', data: answer! },
      { id: 7, name: 'turn.completed', data: of(turn) },
    ];
  }

  async *stream(events: TurnEvent[]): AsyncGenerator<TurnEvent> {
    const end = this.breaks.shift() ?? Infinity;
    for (const [place, event] of events.entries()) {
      if (place === end) throw new Unreachable();
      yield event;
    }
  }

  #take(request: ChatRequest): string {
    this.requests.push(request);
    if (this.lostRequests-- > 0) throw new Unreachable();
    const turn = `turn of ${request.message_id}`;
    if (!this.said.some((m) => m.id === request.message_id)) {
      this.said.push(message(request.message_id, turn, 'user', request.message));
      this.said.push(message(`answer to ${request.message_id}`, turn, 'assistant', `You said ${request.message}`));
    }
    if (this.lostReplies-- > 0) throw new Unreachable();
    return turn;
  }

  async chat(request: ChatRequest) {
    if (this.turn?.state === 'running') throw refusal(409, 'turn_running');
    return this.stream(this.events(this.#take(request)));
  }

  async enqueue(request: ChatRequest): Promise<Turn> {
    this.requests.push(request);
    const turn: Turn = { id: `turn of ${request.message_id}`, conversation_id: conversation, state: 'queued', position: 1, input: { message: request.message! }, created_at: at };
    this.queue.push(turn);
    return turn;
  }

  async follow(_: string, turn: string, after: number) {
    if (this.queue.some((waiting) => waiting.id === turn)) return new Promise<undefined>(() => undefined);
    this.follows.push({ turn, after });
    const rest = this.events(turn).filter((event) => event.id! > after);
    return rest.length === 0 ? undefined : this.stream(rest);
  }

  async open(): Promise<ConversationDetail> {
    const { turn, queue, said: messages } = this;
    return { id: conversation, status: 'active', created_at: at, updated_at: at, messages, has_more: false, queue, ...(turn ? { turn } : {}) };
  }
}

function refusal(status: number, code: string): Refused {
  return new Refused({ type: 'about:blank', title: '', status, detail: code, code });
}

function open(server: ScriptedServer, { isNew = false } = {}) {
  const told = { created: [] as string[], notices: [] as string[] };
  const thread = new Thread(server as unknown as Api, isNew ? undefined : conversation, {
    touched: () => undefined,
    created: (made) => told.created.push(made),
    notice: (_, text) => told.notices.push(text),
  });
  return { thread, sending: new Sending(thread), told };
}

const texts = (thread: Thread) => thread.state.messages.map((m) => m.content);

describe('a thread', () => {
  const server = () => new ScriptedServer();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'performance', 'Date'] });
    localStorage.clear();
  });
  afterEach(() => vi.useRealTimers());

  async function settled(thread: Thread) {
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(20_000);
      expect(thread.state.turn?.state).toBe('completed');
    });
  }

  it('says hello, hears the answer and learns its own id', async () => {
    const { thread, sending, told } = open(server(), { isNew: true });
    await sending.send('hello');
    await settled(thread);
    expect(texts(thread)).toEqual(['hello', 'You said hello']);
    expect(told).toEqual({ created: [conversation], notices: [] });
    expect(thread.id).toBe(conversation);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('takes the stream up behind the last event when it breaks off after %i', async (cut) => {
    const broken = server();
    broken.breaks = [cut, 1];
    const { thread, sending } = open(broken);
    await Promise.all([sending.send('hello'), vi.advanceTimersByTimeAsync(60_000)]);
    await settled(thread);
    expect(texts(thread)).toEqual(['hello', 'You said hello']);
    expect(thread.state.reconnecting).toBe(false);
    if (cut > 0) expect(broken.follows[0]).toEqual({ turn: broken.said[0]!.turn_id, after: cut });
  });

  it('repeats under the same id what did not get through, and what may have', async () => {
    const lossy = server();
    lossy.lostRequests = 2;
    const { thread, sending } = open(lossy);
    await Promise.all([sending.send('first'), vi.advanceTimersByTimeAsync(60_000)]);
    await settled(thread);
    lossy.lostReplies = 2;
    await Promise.all([sending.send('second'), vi.advanceTimersByTimeAsync(60_000)]);
    await settled(thread);
    expect(texts(thread)).toEqual(['first', 'You said first', 'second', 'You said second']);
    expect(new Set(lossy.requests.map((request) => request.message_id)).size).toBe(2);
    expect(lossy.requests).toHaveLength(6);
  });

  it('keeps what was refused, to be sent again or given up', async () => {
    const strict = server();
    const { thread, sending, told } = open(strict);
    strict.chat = () => Promise.reject(refusal(413, 'too_large'));
    await sending.send('too much');
    expect(thread.state.messages[0]).toMatchObject({ content: 'too much', outgoing: 'failed' });
    expect(told.notices).toEqual(['That was refused: too_large']);

    const later = open(strict);
    await later.thread.load();
    later.sending.recall();
    expect(later.thread.state.messages[0]).toMatchObject({ content: 'too much', outgoing: 'failed' });
    Reflect.deleteProperty(strict, 'chat');
    await later.sending.resend(later.thread.state.messages[0]!);
    await settled(later.thread);
    expect(texts(later.thread)).toEqual(['too much', 'You said too much']);
    expect(localStorage).toHaveLength(0);
  });

  it('does not show as unsent what arrived after all', async () => {
    const kept = server();
    kept.lostReplies = 1000;
    const { thread, sending } = open(kept);
    void sending.send('hello').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(2000);
    thread.close();
    const later = open(kept);
    await later.thread.load();
    later.sending.recall();
    expect(texts(later.thread)).toEqual(['hello', 'You said hello']);
    expect(later.thread.state.messages.some((m) => m.outgoing)).toBe(false);
  });

  it('queues what is said while something else runs, also when it did not know', async () => {
    const busy = server();
    busy.said.push(message('question', 'running', 'user'), message('answer', 'running', 'assistant'));
    const { thread, sending } = open(busy);
    await thread.load();
    busy.turn = { id: 'running', conversation_id: conversation, state: 'running', resume_from: 0, created_at: at };
    busy.follow = async () => new Promise(() => undefined);
    await sending.send('next');
    expect(thread.state.queue.map((turn) => turn.input?.message)).toEqual(['next']);
    expect(thread.state.messages.some((m) => m.outgoing)).toBe(false);
    await sending.send('one more');
    expect(thread.state.queue.map((turn) => turn.input?.message)).toEqual(['next', 'one more']);
  });

  it('sends what is said before the history is there behind it', async () => {
    const slow = server();
    slow.said.push(message('question', 'earlier', 'user'), message('answer', 'earlier', 'assistant'));
    const { thread, sending } = open(slow);
    const loaded = thread.load();
    const sent = sending.send('hello');
    expect(thread.state.messages.map((m) => m.outgoing)).toEqual(['sending']);
    await Promise.all([loaded, sent]);
    await settled(thread);
    expect(texts(thread)).toEqual(['question', 'answer', 'hello', 'You said hello']);
  });

  it('keeps nothing of a new conversation that has arrived, however many messages it began with', async () => {
    const { thread, sending } = open(server(), { isNew: true });
    await Promise.all([sending.send('first'), sending.send('second')]);
    expect(thread.state.queue.map((turn) => turn.input?.message)).toEqual(['second']);
    expect(localStorage).toHaveLength(0);
  });

  it('sends on when it is left, and calls nothing unsent that is on its way', async () => {
    const slow = server();
    slow.lostRequests = 2;
    const { thread, sending, told } = open(slow, { isNew: true });
    const sent = sending.send('hello');
    await vi.advanceTimersByTimeAsync(10);
    thread.close();
    const next = open(slow, { isNew: true });
    next.sending.recall();
    expect(next.thread.state.messages).toEqual([]);
    await Promise.all([sent, vi.advanceTimersByTimeAsync(60_000)]);
    expect(slow.said[0]).toMatchObject({ content: 'hello' });
    expect(told.created).toEqual([]);
    expect(localStorage).toHaveLength(0);
  });

  it('gives an edit that is refused back to be written on, with the history as it was', async () => {
    const busy = server();
    busy.said.push(message('question', 'earlier', 'user'), message('answer', 'earlier', 'assistant'));
    const { thread, sending } = open(busy);
    await thread.load();
    busy.chat = () => Promise.reject(refusal(409, 'turn_running'));
    await sending.edit(thread.state.messages[0]!, 'better');
    expect(texts(thread)).toEqual(['question', 'answer']);
    expect(thread.state.editing).toEqual({ message: 'question', text: 'better' });
    expect(localStorage).toHaveLength(0);
  });

  it('leaves the middle of the history for its end when something is said there', async () => {
    const long = server();
    long.said.push(message('question', 'earlier', 'user'), message('answer', 'earlier', 'assistant'));
    const { thread, sending } = open(long);
    await thread.load();
    thread.set(() => ({ messages: [message('long ago', 'long ago', 'user')], moreAfter: true }));
    await Promise.all([sending.send('hello'), vi.advanceTimersByTimeAsync(1000)]);
    await settled(thread);
    expect(texts(thread)).toEqual(['question', 'answer', 'hello', 'You said hello']);
  });

  it('loads again what could not be loaded', async () => {
    const away = server();
    away.open = () => Promise.reject(new Unreachable());
    const { thread } = open(away);
    await thread.load();
    expect(thread.state.phase).toBe('failed');
    Reflect.deleteProperty(away, 'open');
    await thread.refresh();
    expect(thread.state.phase).toBe('ready');
  });

  it('says that a conversation is not there', async () => {
    const empty = server();
    empty.open = () => Promise.reject(refusal(404, 'not_found'));
    const { thread } = open(empty);
    await thread.load();
    expect(thread.state.phase).toBe('missing');
  });

  it('hears nothing any more when it is closed', async () => {
    const { thread, sending } = open(server());
    await sending.send('hello');
    thread.close();
    const { messages } = thread.state;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(thread.state.messages).toBe(messages);
  });
});
