import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { LoginForm, SignInLink } from './LoginForm';
import { SignedOut } from './session';
import type { SignedIn } from './SessionGate';
import { DevelopmentLogin } from './sources';

/** Asks for another sign-in where a session ran out; the page behind it stays, and goes on afterwards. */
export function SignInAgain({ config, source, session }: SignedIn) {
  const { signedOut } = useStore(session.state);
  const [why, setWhy] = useState<string>();

  const retry = useCallback(async () => {
    setWhy(undefined);
    try {
      await session.retry();
    } catch (e) {
      setWhy(e instanceof SignedOut ? 'You are still signed out.' : 'The sign-in cannot be reached.');
    }
  }, [session]);

  useEffect(() => {
    if (!signedOut) return;
    const back = () => void retry();
    window.addEventListener('focus', back);
    return () => window.removeEventListener('focus', back);
  }, [signedOut, retry]);

  return (
    <Dialog
      open={signedOut}
      title="Sign in again"
      description="Your session has run out. Nothing is lost: what was under way goes on afterwards."
    >
      {source instanceof DevelopmentLogin ? (
        <LoginForm userId={session.userId} onSignedIn={(_, token) => session.resume(token)} />
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <SignInLink config={config} newTab />
          <Button onClick={() => void retry()}>Try again</Button>
          <p role="status" className="text-sm text-muted">
            {why}
          </p>
        </div>
      )}
    </Dialog>
  );
}
