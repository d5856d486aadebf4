import { Unreachable } from '../api/api';
import { prefix } from '../api/prefix';
import { SignedOut } from './session';

/** Where tokens come from, without the user's doing. */
export interface TokenSource {
  /** Rejects with `SignedOut` where the user is needed, with `Unreachable` where asking again may help. */
  ask(): Promise<string>;
  /** Tokens that come unasked. */
  listen?(given: (token: string) => void): () => void;
}

/** The server's own login, there on a developer's machine only. */
export class DevelopmentLogin implements TokenSource {
  readonly userId: string;

  constructor(userId: string) {
    this.userId = userId;
  }

  ask(): Promise<string> {
    return fetchToken(`${prefix}/dev/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user_id: this.userId }),
      credentials: 'omit',
    });
  }
}

/** An address that gives a token to whoever has a session there, by cookie. */
export class TokenEndpoint implements TokenSource {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  ask(): Promise<string> {
    return fetchToken(this.#url, { credentials: 'include' });
  }
}

async function fetchToken(url: string, init: RequestInit): Promise<string> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { cache: 'no-store', ...init });
    body = response.ok ? await response.json() : undefined;
  } catch (e) {
    throw new Unreachable(e);
  }
  if (response.status >= 500 || response.status === 429) throw new Unreachable();
  const token = body instanceof Object && 'token' in body ? body.token : undefined;
  if (typeof token !== 'string') throw new SignedOut();
  return token;
}

/** The page that shows this one in a frame. Nobody else is heard, and nobody else hears that one is asked. */
export class HostPage implements TokenSource {
  readonly #origins: string[];
  readonly #patience: number;

  constructor(origins: string[], patience = 10_000) {
    this.#origins = origins;
    this.#patience = patience;
  }

  ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        silence();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Unreachable());
      }, this.#patience);
      const silence = this.listen((token) => {
        done();
        resolve(token);
      });
      for (const origin of this.#origins) window.parent.postMessage({ type: 'chat.token.wanted' }, origin);
    });
  }

  listen(given: (token: string) => void): () => void {
    const listener = ({ origin, source, data }: MessageEvent<unknown>) => {
      if (source !== window.parent || !this.#origins.includes(origin)) return;
      if (!(data instanceof Object) || !('type' in data) || data.type !== 'chat.token') return;
      if ('token' in data && typeof data.token === 'string') given(data.token);
    };
    window.addEventListener('message', listener);
    return () => window.removeEventListener('message', listener);
  }
}
