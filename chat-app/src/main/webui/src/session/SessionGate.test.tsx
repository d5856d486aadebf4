import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { go, route } from '../router';
import { problem, ScriptedServer } from '../testing/ScriptedServer';
import { tokenOf } from '../testing/tokens';
import type { Config } from './config';
import { type SignedIn, SessionGate } from './SessionGate';
import { SignInAgain } from './SignInAgain';

const conversation = '01890000-0000-7000-8000-00000000000c';
let server: ScriptedServer;
let signedIn: SignedIn;

function configured(sign_in: Partial<Config['sign_in']>) {
  server.on('GET', /config.json$/, () => ({ sign_in: { development: false, host_origins: [], ...sign_in } }));
}

function show() {
  render(
    <SessionGate>
      {(given) => {
        signedIn = given;
        return (
          <>
            <p>page of {given.session.userId}</p>
            <SignInAgain {...given} />
          </>
        );
      }}
    </SessionGate>,
  );
}

beforeEach(() => {
  server = new ScriptedServer();
  localStorage.clear();
  sessionStorage.clear();
  go({});
});
afterEach(cleanup);

describe('the development login', () => {
  beforeEach(() => {
    configured({ development: true });
    server.on('POST', /dev\/token$/, ({ body }) => ({ token: tokenOf((body as { user_id: string }).user_id) }));
  });

  it('asks for a name, and remembers it but no token', async () => {
    show();
    fireEvent.change(await screen.findByLabelText('User name'), { target: { value: ' alice ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByText('page of alice');
    expect({ ...localStorage }).toEqual({ 'chat.user': 'alice' });
    cleanup();
    show();
    await screen.findByText('page of alice');
  });

  it('forgets who signs out', async () => {
    localStorage.setItem('chat.user', 'alice');
    show();
    await screen.findByText('page of alice');
    act(() => signedIn.signOut?.());
    await screen.findByLabelText('User name');
    expect(localStorage.length + sessionStorage.length).toBe(0);
  });

  it('says that a name is not taken', async () => {
    server.on('POST', /dev\/token$/, () => problem(400, 'invalid_input'));
    show();
    fireEvent.change(await screen.findByLabelText('User name'), { target: { value: 'x' } });
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The server does not take this name.');
  });
});

describe('a token endpoint', () => {
  const url = '/api/auth/token';
  const signIn = 'https://app.example/login';
  const gives = (userId: string, expires?: number) => server.on('GET', /auth\/token$/, () => ({ token: tokenOf(userId, expires) }));
  const refuses = () => server.on('GET', /auth\/token$/, () => new Response('', { status: 401 }));

  beforeEach(() => configured({ token_url: url, sign_in_url: signIn }));

  it('that knows nobody leads to where one signs in, and is asked again when one is back', async () => {
    refuses();
    show();
    const link = await screen.findByRole<HTMLAnchorElement>('link', { name: 'Sign in' });
    expect(link.href).toBe(signIn);
    gives('alice');
    fireEvent.focus(window);
    await screen.findByText('page of alice');
  });

  it('that lost its user keeps the page as it is until they are back', async () => {
    gives('alice');
    show();
    await screen.findByText('page of alice');
    refuses();
    const waiting = signedIn.session.renew(tokenOf('alice'));
    await screen.findByRole('dialog', { name: 'Sign in again' });
    expect(screen.getByText('page of alice')).toBeTruthy();
    expect(screen.getByRole<HTMLAnchorElement>('link', { name: 'Sign in' }).target).toBe('_blank');
    gives('alice', Date.now() + 60_000_000);
    fireEvent.focus(window);
    expect(await waiting).toContain('.');
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  });

  it('that has another user by now begins the page anew', async () => {
    gives('alice');
    show();
    await screen.findByText('page of alice');
    go({ conversation });
    gives('bob');
    await expect(signedIn.session.renew(tokenOf('alice'))).rejects.toThrow('signed out');
    await screen.findByText('page of bob');
    expect(route()).toEqual({});
  });

  it('that cannot be reached can be tried again', async () => {
    server.on('GET', /auth\/token$/, () => new Response('', { status: 502 }));
    show();
    await screen.findByText('You could not be signed in');
    const again = screen.getByRole('button', { name: 'Try again' });
    gives('alice');
    fireEvent.click(again);
    await screen.findByText('page of alice');
  });
});

it('a server that cannot be reached can be tried again', async () => {
  server.on('GET', /config.json$/, () => new Response('', { status: 502 }));
  show();
  await screen.findByText('The server cannot be reached');
  configured({});
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByText('There is no way to sign in here');
});

it('where there is no way to sign in, the page says so', async () => {
  configured({});
  show();
  await screen.findByText('There is no way to sign in here');
});
