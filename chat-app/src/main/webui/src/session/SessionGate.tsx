import { LoaderCircle } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Unreachable } from '../api/api';
import { go } from '../router';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { type Config, loadConfig } from './config';
import { claims } from './jwt';
import { LoginForm, SignInLink } from './LoginForm';
import { remembered } from './remembered';
import { SignedOut } from './session';
import { DevelopmentLogin, HostPage, TokenEndpoint, type TokenSource } from './sources';
import { UserSession } from './UserSession';

export interface SignedIn {
  config: Config;
  source: TokenSource;
  session: UserSession;
  /** Undefined where signing out is another page's business. */
  signOut: (() => void) | undefined;
}

type Step =
  | { is: 'waiting' }
  | { is: 'login'; config: Config }
  | { is: 'signed-out'; config: Config }
  | { is: 'unconfigured'; config: Config }
  | { is: 'failed'; asked: 'server' | 'sign-in'; why: unknown }
  | { is: 'signed-in'; config: Config; source: TokenSource; session: UserSession };

/** Finds out who uses the page, and shows it to them; another user's token begins it anew. */
export function SessionGate({ children }: { children: (signedIn: SignedIn) => ReactNode }) {
  const [step, setStep] = useState<Step>({ is: 'waiting' });
  const latest = useRef(0);

  /** What was begun before is not waited for any more. */
  const take = useCallback(async (next: Promise<Step>) => {
    const mine = ++latest.current;
    const found = await next.catch((why: unknown): Step => ({ is: 'failed', asked: 'server', why }));
    if (mine === latest.current) setStep(found);
  }, []);
  const begin = useCallback(() => void take(first()), [take]);
  useEffect(begin, [begin]);

  const session = step.is === 'signed-in' ? step.session : undefined;
  useEffect(() => {
    if (!session || step.is !== 'signed-in') return;
    session.onOther = (token) => {
      go({}, { replace: true });
      setStep(enter(step.config, step.source, token));
    };
    return session.open();
  }, [session, step]);

  // Who has signed in on another page comes back to this one.
  const away = step.is === 'signed-out';
  useEffect(() => {
    if (!away) return;
    window.addEventListener('focus', begin);
    return () => window.removeEventListener('focus', begin);
  }, [away, begin]);

  switch (step.is) {
    case 'waiting':
      return (
        <div className="grid h-full place-items-center" role="status">
          <LoaderCircle
            className="size-6 animate-[fade_120ms_500ms_backwards,spin_1s_linear_infinite] text-muted"
            aria-label="Loading"
          />
        </div>
      );
    case 'login':
      return (
        <Notice title="Sign in" text="This server runs for development: any name will do.">
          <LoginForm
            onSignedIn={(source, token) => setStep(enter(step.config, source, token))}
          />
        </Notice>
      );
    case 'signed-out':
      return (
        <Notice title="You are signed out" text="Sign in, and your conversations are here.">
          <SignInLink config={step.config} />
          <Button onClick={begin}>Try again</Button>
        </Notice>
      );
    case 'unconfigured':
      return (
        <Notice
          title="There is no way to sign in here"
          text={
            step.config.sign_in.host_origins.length > 0
              ? 'This page is made to be part of another one. Open it there.'
              : 'Whoever runs this server can set CHAT_PAGE_TOKEN_URL or CHAT_PAGE_ORIGINS.'
          }
        />
      );
    case 'failed':
      return (
        <Notice
          title={step.asked === 'server' ? 'The server cannot be reached' : 'You could not be signed in'}
          text={step.why instanceof Unreachable ? unanswered[step.asked] : message(step.why)}
        >
          <Button variant="primary" onClick={begin}>
            Try again
          </Button>
        </Notice>
      );
    case 'signed-in': {
      const forget = () => {
        remembered.forget();
        setStep({ is: 'login', config: step.config });
      };
      return children({ ...step, signOut: step.source instanceof DevelopmentLogin ? forget : undefined });
    }
  }
}

const unanswered = {
  server: 'It may be starting, or the network is away.',
  'sign-in': 'Where your sign-in comes from does not answer. It may be starting, or the network is away.',
};

const message = (e: unknown) => (e instanceof Error ? e.message : String(e));

async function first(): Promise<Step> {
  const config = await loadConfig();
  const source = sourceOf(config);
  if (!source) return { is: config.sign_in.development ? 'login' : 'unconfigured', config };
  try {
    return enter(config, source, await source.ask());
  } catch (e) {
    if (!(e instanceof SignedOut)) return { is: 'failed', asked: 'sign-in', why: e };
    return { is: source instanceof DevelopmentLogin ? 'login' : 'signed-out', config };
  }
}

function enter(config: Config, asked: TokenSource, token: string): Step {
  const { userId } = claims(token);
  const development = asked instanceof DevelopmentLogin;
  if (development) remembered.set(userId);
  const source = development ? new DevelopmentLogin(userId) : asked;
  return { is: 'signed-in', config, source, session: new UserSession(source, token) };
}

function sourceOf({ sign_in }: Config): TokenSource | undefined {
  if (window.parent !== window && sign_in.host_origins.length > 0) return new HostPage(sign_in.host_origins);
  if (sign_in.token_url) return new TokenEndpoint(sign_in.token_url);
  const userId = sign_in.development ? remembered.get() : undefined;
  return userId === undefined ? undefined : new DevelopmentLogin(userId);
}
