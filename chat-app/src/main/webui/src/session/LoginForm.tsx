import { LogIn } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '../ui/Button';
import { Input } from '../ui/Input';
import type { Config } from './config';
import { SignedOut } from './session';
import { DevelopmentLogin } from './sources';

export interface LoginFormProps {
  userId?: string;
  onSignedIn(source: DevelopmentLogin, token: string): void;
}

/** The login that a developer's server has. */
export function LoginForm({ userId = '', onSignedIn }: LoginFormProps) {
  const [name, setName] = useState(userId);
  const [state, setState] = useState<{ busy: boolean; why?: string }>({ busy: false });
  const id = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const source = new DevelopmentLogin(name.trim());
    if (source.userId === '' || state.busy) return;
    setState({ busy: true });
    try {
      const token = await source.ask();
      setState({ busy: false });
      onSignedIn(source, token);
    } catch (e) {
      const why = e instanceof SignedOut ? 'The server does not take this name.' : 'The server cannot be reached.';
      setState({ busy: false, why });
    }
  };

  return (
    <form className="flex w-full flex-col gap-3 text-left" onSubmit={submit}>
      <label htmlFor={id} className="text-sm font-medium">
        User name
      </label>
      <Input
        id={id}
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoFocus
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={128}
        placeholder="alice"
        aria-describedby={state.why ? `${id}-why` : undefined}
        aria-invalid={state.why !== undefined}
      />
      {state.why && (
        <p id={`${id}-why`} role="alert" className="text-sm text-danger-ink">
          {state.why}
        </p>
      )}
      <Button type="submit" variant="primary" disabled={name.trim() === '' || state.busy}>
        <LogIn className="size-4" /> Sign in
      </Button>
    </form>
  );
}

/** Leads to where one signs in. */
export function SignInLink({ config, newTab = false }: { config: Config; newTab?: boolean }) {
  const url = config.sign_in.sign_in_url;
  if (!url) return null;
  return (
    <Button variant="primary" asChild>
      <a href={url} {...(newTab ? { target: '_blank', rel: 'noopener' } : { target: '_top' })}>
        <LogIn className="size-4" /> Sign in
      </a>
    </Button>
  );
}
