import { vi } from 'vitest';
import type { Problem } from '../api/wire';

export interface Asked {
  method: string;
  /** With its query. */
  path: string;
  body: unknown;
  token: string | undefined;
  keepalive: boolean;
  signal: AbortSignal | undefined;
}

type Answer = (asked: Asked) => unknown;

/** Answers `fetch` as a test says, and keeps what it was asked. */
export class ScriptedServer {
  readonly asked: Asked[] = [];
  readonly #answers: { method: string; path: RegExp; answer: Answer }[] = [];

  constructor() {
    vi.stubGlobal('fetch', (url: string, init?: RequestInit) => this.#fetch(url, init));
  }

  /** What it says; a `Response` is given as it is, everything else as JSON. The latest that fits counts. */
  on(method: string, path: RegExp, answer: Answer): this {
    this.#answers.unshift({ method, path, answer });
    return this;
  }

  requests(method: string): string[] {
    return this.asked.filter((one) => one.method === method).map((one) => one.path);
  }

  async #fetch(url: string, { method = 'GET', body, headers, keepalive = false, signal }: RequestInit = {}): Promise<Response> {
    const token = new Headers(headers).get('Authorization')?.replace('Bearer ', '');
    const asked = { method, path: url, body: body ? JSON.parse(String(body)) : undefined, token, keepalive, signal: signal ?? undefined };
    this.asked.push(asked);
    const found = this.#answers.find((one) => one.method === method && one.path.test(url));
    if (!found) throw new TypeError(`nothing is scripted for ${method} ${url}`);
    const answer = await found.answer(asked);
    signal?.throwIfAborted();
    return answer instanceof Response ? answer : Response.json(answer ?? {});
  }
}

export function problem(status: number, code: string, detail = code): Response {
  const body: Problem = { type: 'about:blank', title: code, status, detail, code };
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
}

/** A promise that the test keeps. */
export function promised<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}
