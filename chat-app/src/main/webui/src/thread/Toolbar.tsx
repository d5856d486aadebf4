import { Check, Copy, Link, Pencil, RotateCcw, ThumbsDown, ThumbsUp } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Feedback } from '../api/api';
import { href } from '../router';
import { Button } from '../ui/Button';
import { copy } from '../lib/copy';
import { useOpenThread } from './context';
import type { Shown } from './shown';
import { isOpen } from './state';

/** What can be done with a text. */
export function Toolbar({ message, endsTurn, onEdit }: { message: Shown; endsTurn: boolean; onEdit(): void }) {
  const { thread, sending } = useOpenThread();
  const open = useStore(thread.store, ({ turn }) => isOpen(turn));
  const user = message.role === 'user';
  const time = new Date(message.created_at);
  const link = () => new URL(href({ conversation: thread.id!, message: message.id }), location.origin).href;
  return (
    <div role="toolbar" aria-label="Message actions" className="flex items-center">
      <CopyButton label="Copy" icon={<Copy aria-hidden />} text={() => message.content} />
      {user && (
        <Tool label="Edit" disabled={open} onClick={onEdit}>
          <Pencil aria-hidden />
        </Tool>
      )}
      {(user || endsTurn) && (
        <Tool label="Try again" disabled={open} onClick={() => void sending.retry(message)}>
          <RotateCcw aria-hidden />
        </Tool>
      )}
      {!user && <Rating message={message} />}
      <CopyButton label="Copy link" icon={<Link aria-hidden />} text={link} />
      <time dateTime={message.created_at} title={time.toLocaleString()} className="px-1.5 text-xs text-muted">
        {time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
      </time>
    </div>
  );
}

interface ToolProps {
  label: string;
  disabled?: boolean;
  pressed?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Tool({ label, pressed, children, ...props }: ToolProps) {
  return (
    <Button variant="ghost" size="icon-small" aria-label={label} title={label} aria-pressed={pressed} {...props}>
      {children}
    </Button>
  );
}

function CopyButton({ label, icon, text }: { label: string; icon: ReactNode; text(): string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Tool label={copied ? 'Copied' : label} onClick={() => void copy(text()).then(setCopied)}>
      {copied ? <Check aria-hidden /> : icon}
    </Tool>
  );
}

/** What the user thinks of an answer; asked for when somebody looks. */
function Rating({ message: { id } }: { message: Shown }) {
  const { thread } = useOpenThread();
  const [kind, setKind] = useState<Feedback>();
  useEffect(() => {
    let wanted = true;
    thread.api.feedback(thread.id!, id).then(
      (known) => wanted && setKind(known),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [thread, id]);
  const rate = (clicked: Feedback) => {
    const now = clicked === kind ? undefined : clicked;
    setKind(now);
    thread.api.rate(thread.id!, id, now).catch((e: unknown) => {
      setKind(kind);
      thread.report(e);
    });
  };
  return (
    <>
      <Tool label="Good answer" pressed={kind === 'positive'} onClick={() => rate('positive')}>
        <ThumbsUp aria-hidden className={kind === 'positive' ? 'fill-current text-accent-ink' : undefined} />
      </Tool>
      <Tool label="Bad answer" pressed={kind === 'negative'} onClick={() => rate('negative')}>
        <ThumbsDown aria-hidden className={kind === 'negative' ? 'fill-current text-danger-ink' : undefined} />
      </Tool>
    </>
  );
}
