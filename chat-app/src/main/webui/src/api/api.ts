import type { Session } from '../session/session';
import { events } from './events';
import { prefix } from './prefix';
import type {
  Answer,
  AttachmentDetail,
  ChatRequest,
  Conversation,
  ConversationDetail,
  ConversationPage,
  Found,
  Message,
  MessageWindow,
  OnBusy,
  Problem,
  Turn,
  TurnEvent,
} from './wire';

/** The server refused, and said why. */
export class Refused extends Error {
  readonly problem: Problem;
  /** When to ask again, in milliseconds; where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail);
    this.name = 'Refused';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** It is not there, or another's. */
export function isMissing(e: unknown): boolean {
  return e instanceof Refused && e.problem.status === 404;
}

/** There was no answer, or only half of one: the network, a proxy, a server that went away. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('the server cannot be reached', { cause });
    this.name = 'Unreachable';
  }
}

interface Options {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  keepalive?: boolean;
}

/** The server's REST interface, in the name of one user. */
export class Api {
  readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  conversations(query: { limit?: number; after?: string }) {
    return this.#json<ConversationPage>(`conversations${search(query)}`);
  }

  /** The conversations in which all words were found. */
  search(query: { query: string; limit?: number; after?: string }, signal?: AbortSignal) {
    return this.#json<ConversationPage<Found>>(`conversations${search(query)}`, { signal });
  }

  open(conversation: string, limit = 50, signal?: AbortSignal) {
    return this.#json<ConversationDetail>(`${at(conversation)}?limit=${limit}`, { signal });
  }

  change(conversation: string, change: { title?: string; status?: 'active' | 'closed' }) {
    return this.#json<Conversation>(at(conversation), { method: 'PATCH', body: change });
  }

  /** `keepalive`: even if the page is being left. */
  async delete(conversation: string, keepalive = false): Promise<void> {
    await this.#fetch(at(conversation), { method: 'DELETE', keepalive });
  }

  messages(
    conversation: string,
    query: { before?: string; after?: string; around?: string; limit?: number },
    signal?: AbortSignal,
  ) {
    return this.#json<MessageWindow>(`${at(conversation)}/messages${search(query)}`, { signal });
  }

  siblings(conversation: string, message: string) {
    return this.#json<{ data: Message[] }>(`${at(conversation, message)}/siblings`);
  }

  async activate(conversation: string, message: string): Promise<void> {
    await this.#fetch(`${at(conversation, message)}/active`, { method: 'PUT' });
  }

  async feedback(conversation: string, message: string) {
    return (await this.#json<{ kind?: Feedback }>(`${at(conversation, message)}/feedback`)).kind;
  }

  async rate(conversation: string, message: string, kind: Feedback | undefined): Promise<void> {
    const path = `${at(conversation, message)}/feedback`;
    await this.#fetch(path, kind ? { method: 'PUT', body: { kind } } : { method: 'DELETE' });
  }

  /** Sends a message; the events are those of its turn. The same `message_id` again follows the first. */
  chat(request: ChatRequest, signal: AbortSignal) {
    return this.#stream('chat', { method: 'POST', body: request, signal });
  }

  /**
   * Sends a message that may wait for its turn, without waiting for the answer. Undefined when it had
   * been sent before, and its turn is over.
   */
  async enqueue(request: ChatRequest): Promise<Turn | undefined> {
    const headers = { Prefer: 'respond-async' };
    const body = { ...request, on_busy: 'enqueue' };
    try {
      const reply = await this.#json<Turn | object>('chat', { method: 'POST', body, headers });
      return 'state' in reply ? reply : undefined;
    } catch (e) {
      // Its turn failed.
      if (e instanceof Refused && e.problem.user_message_id !== undefined) return undefined;
      throw e;
    }
  }

  retry(conversation: string, message: string, body: { on_busy?: OnBusy; model?: string }, key: string, signal: AbortSignal) {
    const headers = { 'Idempotency-Key': key };
    return this.#stream(`${at(conversation, message)}/retry`, { method: 'POST', body, headers, signal });
  }

  act(
    conversation: string,
    message: string,
    body: { type: string; payload?: unknown; on_busy?: OnBusy },
    key: string,
    signal: AbortSignal,
  ) {
    const headers = { 'Idempotency-Key': key };
    return this.#stream(`${at(conversation, message)}/actions`, { method: 'POST', body, headers, signal });
  }

  turn(conversation: string, turn: string) {
    return this.#json<Turn>(`${at(conversation)}/turns/${turn}`);
  }

  /** The events of a turn behind one of them; undefined when it is over and there are none. */
  async follow(conversation: string, turn: string, after: number, signal: AbortSignal) {
    const headers = { 'Last-Event-ID': String(after), Accept: 'text/event-stream' };
    const response = await this.#fetch(`${at(conversation)}/turns/${turn}/events`, { headers, signal });
    return response.status === 204 || !response.body ? undefined : read(response.body);
  }

  async stop(conversation: string, turn: string): Promise<void> {
    await this.#fetch(`${at(conversation)}/turns/${turn}/stop`, { method: 'POST' });
  }

  answer(conversation: string, turn: string, message: string, answer: Answer) {
    const path = `${at(conversation)}/turns/${turn}/answers/${message}`;
    return this.#json<Turn>(path, { method: 'POST', body: answer });
  }

  announce(file: { name: string; mime_type: string; size: number }, signal?: AbortSignal) {
    return this.#json<AttachmentDetail>('attachments', { method: 'POST', body: file, signal });
  }

  attachment(id: string) {
    return this.#json<AttachmentDetail>(`attachments/${id}`);
  }

  async discard(attachment: string): Promise<void> {
    await this.#fetch(`attachments/${attachment}`, { method: 'DELETE' });
  }

  async #stream(path: string, options: Options): Promise<AsyncGenerator<TurnEvent>> {
    const headers = { Accept: 'text/event-stream', ...options.headers };
    const response = await this.#fetch(path, { ...options, headers });
    if (!response.body) throw new Unreachable();
    return read(response.body);
  }

  async #json<T>(path: string, options: Options = {}): Promise<T> {
    const response = await this.#fetch(path, options);
    try {
      return (await response.json()) as T;
    } catch (e) {
      throw interrupted(e, options.signal);
    }
  }

  /** Asks; once more with another token where this one is not good, or not any more. */
  async #fetch(path: string, options: Options): Promise<Response> {
    const token = await this.session.token();
    const response = await this.#ask(path, options, token);
    if (response.status !== 401) return accepted(response);
    return accepted(await this.#ask(path, options, await this.session.renew(token)));
  }

  async #ask(path: string, options: Options, token: string): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, ...options.headers };
    if (options.body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await fetch(`${prefix}/api/${encodeURIComponent(this.session.userId)}/${path}`, {
        method: options.method ?? 'GET',
        headers,
        credentials: 'omit',
        cache: 'no-store',
        keepalive: options.keepalive ?? false,
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
    } catch (e) {
      throw interrupted(e, options.signal);
    }
  }
}

export type Feedback = 'positive' | 'negative';

/** A path of this server out of a file's address that it gave, whatever host it thinks it has. */
export function ownPath(url: string): string {
  return prefix + url.slice(url.indexOf('/attachments/'));
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const seconds = Number(response.headers.get('Retry-After'));
  const retryAfter = seconds > 0 ? seconds * 1000 : undefined;
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    throw new Refused((await response.json()) as Problem, retryAfter);
  }
  // Not this server: a proxy before it.
  if (response.status >= 500) throw new Unreachable();
  const { status, statusText } = response;
  throw new Refused({ type: 'about:blank', title: statusText, status, detail: statusText, code: 'internal' }, retryAfter);
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<TurnEvent> {
  try {
    yield* events(body);
  } catch (e) {
    throw interrupted(e);
  }
}

function interrupted(e: unknown, signal?: AbortSignal): unknown {
  return signal?.aborted || (e instanceof DOMException && e.name === 'AbortError') ? e : new Unreachable(e);
}

function at(conversation: string, message?: string): string {
  return `conversations/${conversation}${message === undefined ? '' : `/messages/${message}`}`;
}

function search(query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
