import { beforeEach, describe, expect, it } from 'vitest';
import { Unreachable } from '../api/api';
import { promised } from '../testing/ScriptedServer';
import { tokenOf } from '../testing/tokens';
import { SignedOut } from './session';
import type { TokenSource } from './sources';
import { UserSession } from './UserSession';

const minute = 60_000;
let now = 0;
const at = (minutes: number) => tokenOf('alice', minutes * minute, { n: minutes });

/** Gives what the test says, one after the other. */
class ScriptedSource implements TokenSource {
  asked = 0;
  answers: (string | Error | Promise<string>)[] = [];
  given: (token: string) => void = () => undefined;

  async ask(): Promise<string> {
    this.asked++;
    const answer = this.answers.shift();
    if (answer === undefined) throw new Error('asked once too often');
    if (answer instanceof Error) throw answer;
    return answer;
  }

  listen(given: (token: string) => void) {
    this.given = given;
    return () => undefined;
  }
}

describe('a session', () => {
  let source: ScriptedSource;
  let session: UserSession;
  let close: () => void;

  beforeEach(() => {
    now = 0;
    source = new ScriptedSource();
    session = new UserSession(source, at(10), () => now);
    close = session.open();
  });

  it('keeps a token that is good', async () => {
    expect(await session.token()).toBe(at(10));
    expect(source.asked).toBe(0);
  });

  it('fetches the next token before this one runs out, and lets nobody wait for it', async () => {
    now = 9.5 * minute;
    const next = promised<string>();
    source.answers = [next.promise];
    expect(await session.token()).toBe(at(10));
    expect(await session.token()).toBe(at(10));
    next.resolve(at(20));
    await expect.poll(() => session.token()).toBe(at(20));
    expect(source.asked).toBe(1);
  });

  it('asks once for however many need another token', async () => {
    now = 11 * minute;
    const next = promised<string>();
    source.answers = [next.promise];
    const asked = [session.token(), session.token(), session.renew(at(10))];
    next.resolve(at(20));
    expect(await Promise.all(asked)).toEqual([at(20), at(20), at(20)]);
    expect(source.asked).toBe(1);
  });

  it('gives the token that came since one was refused', async () => {
    source.answers = [at(20)];
    expect(await session.renew(at(10))).toBe(at(20));
    expect(await session.renew(at(10))).toBe(at(20));
    expect(source.asked).toBe(1);
  });

  it('lets what needs a token wait until the user has signed in again', async () => {
    now = 11 * minute;
    source.answers = [new SignedOut()];
    const waiting = [session.token(), session.renew(at(10))];
    await expect.poll(() => session.state.getState().signedOut).toBe(true);
    session.resume(at(20));
    expect(await Promise.all(waiting)).toEqual([at(20), at(20)]);
    expect(session.state.getState().signedOut).toBe(false);
  });

  it('is over when the source has nothing but the token that was refused', async () => {
    source.answers = [at(10)];
    const renewed = session.renew(at(10));
    await expect.poll(() => session.state.getState().signedOut).toBe(true);
    session.resume(at(20));
    expect(await renewed).toBe(at(20));
  });

  it('passes on that the source cannot be reached, and asks it again the next time', async () => {
    now = 11 * minute;
    source.answers = [new Unreachable(), at(20)];
    await expect(session.token()).rejects.toBeInstanceOf(Unreachable);
    expect(await session.token()).toBe(at(20));
    expect(session.state.getState().signedOut).toBe(false);
  });

  it('takes a token that comes unasked', async () => {
    source.given(at(30));
    expect(await session.token()).toBe(at(30));
  });

  it('never goes on as another user', async () => {
    now = 11 * minute;
    const others: string[] = [];
    session.onOther = (token) => others.push(token);
    source.answers = [tokenOf('bob')];
    await expect(session.token()).rejects.toBeInstanceOf(SignedOut);
    expect(others).toEqual([tokenOf('bob')]);
    expect(session.state.getState().signedOut).toBe(false);
  });

  it('lets nobody wait for ever who waited when it was closed', async () => {
    now = 11 * minute;
    source.answers = [new SignedOut()];
    const waiting = session.token();
    await expect.poll(() => session.state.getState().signedOut).toBe(true);
    close();
    await expect(waiting).rejects.toBeInstanceOf(SignedOut);
  });
});
