import { createStore } from 'zustand/vanilla';
import { claims, type Claims } from './jwt';
import { type Session, SignedOut } from './session';
import type { TokenSource } from './sources';

/** A token is replaced this long before it runs out, or when a fifth of its time is left. */
const margin = 60_000;

interface Waiting {
  resolve(token: string): void;
  reject(reason: unknown): void;
}

/**
 * A user's tokens: kept in memory only, replaced before they run out, asked for once however many want
 * one. Where only the user can help, `state` says so, and whoever wants a token waits for `resume`.
 */
export class UserSession implements Session {
  readonly userId: string;
  readonly state = createStore<{ signedOut: boolean }>(() => ({ signedOut: false }));
  /** Another user's token came. */
  onOther: (token: string) => void = () => undefined;
  readonly #source: TokenSource;
  readonly #now: () => number;
  #token: string;
  #claims: Claims;
  #margin: number;
  #asked: Promise<void> | undefined;
  #waiting: Waiting[] = [];
  #ended = false;

  constructor(source: TokenSource, token: string, now: () => number = Date.now) {
    this.#source = source;
    this.#now = now;
    this.#token = token;
    this.#claims = claims(token, now());
    this.userId = this.#claims.userId;
    this.#margin = this.#early();
  }

  /** Takes tokens that come unasked, until what it returns is called: then nobody gets one any more. */
  open(): () => void {
    this.#ended = false;
    const silence = this.#source.listen?.((token) => this.resume(token));
    return () => {
      silence?.();
      this.#ended = true;
      this.#settle(({ reject }) => reject(new SignedOut()));
    };
  }

  async token(): Promise<string> {
    const left = this.#claims.expires - this.#now();
    if (left <= 0) return this.#another();
    // Nobody waits for the next one as long as this one is good.
    if (left < this.#margin && !this.state.getState().signedOut) this.#ask().catch(() => undefined);
    return this.#token;
  }

  async renew(refused: string): Promise<string> {
    if (refused !== this.#token && this.#claims.expires > this.#now()) return this.#token;
    const token = await this.#another();
    return token === refused ? this.#signedIn() : token;
  }

  /** Goes on with a token that the user, or somebody for them, has got. */
  resume(token: string): void {
    const next = claims(token, this.#now());
    if (next.userId !== this.userId) {
      this.#ended = true;
      this.onOther(token);
      return;
    }
    this.#token = token;
    this.#claims = next;
    this.#margin = this.#early();
    this.state.setState({ signedOut: false });
    this.#settle(({ resolve }) => resolve(token));
  }

  /** Asks the source again, which may know the user by now. */
  async retry(): Promise<void> {
    await this.#ask();
  }

  async #another(): Promise<string> {
    if (this.state.getState().signedOut) return this.#signedIn();
    try {
      await this.#ask();
      return this.#ended ? this.#signedIn() : this.#token;
    } catch (e) {
      if (!(e instanceof SignedOut)) throw e;
      return this.#signedIn();
    }
  }

  #ask(): Promise<void> {
    this.#asked ??= this.#source
      .ask()
      .then((token) => this.resume(token))
      .finally(() => (this.#asked = undefined));
    return this.#asked;
  }

  async #signedIn(): Promise<string> {
    if (this.#ended) throw new SignedOut();
    this.state.setState({ signedOut: true });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #early(): number {
    return Math.min(margin, (this.#claims.expires - this.#now()) / 5);
  }

  #settle(settle: (one: Waiting) => void) {
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach(settle);
  }
}
