import { afterEach, describe, expect, it, vi } from 'vitest';
import { Unreachable } from '../api/api';
import { ScriptedServer } from '../testing/ScriptedServer';
import { tokenOf } from '../testing/tokens';
import { claims } from './jwt';
import { SignedOut } from './session';
import { DevelopmentLogin, HostPage, TokenEndpoint } from './sources';

afterEach(() => vi.unstubAllGlobals());

describe('a token', () => {
  it('tells its user in any script', () => {
    expect(claims(tokenOf('Zoë 漢字 😀')).userId).toBe('Zoë 漢字 😀');
  });

  it('that seems to have run out as it comes is left to the server to judge', () => {
    expect(claims(tokenOf('alice', 1_000), 5_000).expires).toBe(Infinity);
    expect(claims(tokenOf('alice', 9_000), 5_000).expires).toBe(9_000);
  });

  it.each(['', 'a.b', 'a.!!!.c', 'e30.e30.x'])('is not %j', (token) => {
    expect(() => claims(token)).toThrow();
  });
});

describe('an endpoint', () => {
  it('is asked with the cookies of its session', async () => {
    const init: RequestInit[] = [];
    vi.stubGlobal('fetch', async (_: string, given: RequestInit) => (init.push(given), Response.json({ token: 'T' })));
    expect(await new TokenEndpoint('/api/auth/token').ask()).toBe('T');
    expect(init[0]?.credentials).toBe('include');
  });

  it.each([401, 403, 404])('that answers %i wants the user to sign in', async (status) => {
    new ScriptedServer().on('GET', /token/, () => new Response('', { status }));
    await expect(new TokenEndpoint('/token').ask()).rejects.toBeInstanceOf(SignedOut);
  });

  it.each([500, 503, 429])('that answers %i may be asked again', async (status) => {
    new ScriptedServer().on('GET', /token/, () => new Response('', { status }));
    await expect(new TokenEndpoint('/token').ask()).rejects.toBeInstanceOf(Unreachable);
  });

  it('that answers no token is a sign-in page, say', async () => {
    new ScriptedServer().on('GET', /token/, () => ({ user: 'alice' }));
    await expect(new TokenEndpoint('/token').ask()).rejects.toBeInstanceOf(SignedOut);
  });
});

it('the development login is asked for its user', async () => {
  const server = new ScriptedServer().on('POST', /^\/dev\/token$/, () => ({ token: 'T', expires_at: '' }));
  expect(await new DevelopmentLogin('alice').ask()).toBe('T');
  expect(server.asked[0]?.body).toEqual({ user_id: 'alice' });
});

describe('a host page', () => {
  const heard: { data: unknown; to: string }[] = [];
  const parent = { postMessage: (data: unknown, to: string) => heard.push({ data, to }) } as unknown as Window;
  const say = (origin: string, data: unknown, source: unknown = parent) =>
    window.dispatchEvent(Object.assign(new MessageEvent('message', { data, origin }), { source }));
  const framed = () => {
    heard.length = 0;
    vi.stubGlobal('parent', parent);
    return new HostPage(['https://app.example', 'https://b.example'], 50);
  };

  it('is asked at each origin that is allowed, and nowhere else', async () => {
    const token = framed().ask();
    expect(heard.map(({ to }) => to)).toEqual(['https://app.example', 'https://b.example']);
    say('https://b.example', { type: 'chat.token', token: 'T' });
    expect(await token).toBe('T');
  });

  it('is heard from an allowed origin and from no other window', async () => {
    const token = framed().ask();
    say('https://evil.example', { type: 'chat.token', token: 'evil' });
    say('https://app.example.evil.example', { type: 'chat.token', token: 'evil' });
    say('https://app.example', { type: 'chat.token', token: 'evil' }, window);
    say('https://app.example', { type: 'other', token: 'evil' });
    say('https://app.example', { type: 'chat.token', token: 7 });
    say('https://app.example', null);
    say('https://app.example', { type: 'chat.token', token: 'T' });
    expect(await token).toBe('T');
  });

  it('that says nothing may be asked again', async () => {
    await expect(framed().ask()).rejects.toBeInstanceOf(Unreachable);
  });
});
