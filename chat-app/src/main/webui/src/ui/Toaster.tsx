import { X } from 'lucide-react';
import { useStore } from 'zustand';
import { Markdown } from '../parts/Markdown';
import { Button } from './Button';
import { cn } from './cn';
import { act, close, pause, resume, toasts, type Shown } from './toasts';

/**
 * The toasts, in two regions that are there from the start: a screen reader hears of changes only. What
 * says `aria-live` is heard from behind a dialog, too.
 */
export function Toaster() {
  const shown = useStore(toasts, (state) => state.shown);
  return (
    <div className="pointer-events-none fixed inset-x-0 top-10 z-50 flex flex-col items-center gap-2 p-4">
      <div role="status" aria-live="polite" className="contents">
        {shown.filter((one) => one.kind !== 'danger').map(view)}
      </div>
      <div role="alert" aria-live="assertive" className="contents">
        {shown.filter((one) => one.kind === 'danger').map(view)}
      </div>
    </div>
  );
}

const looks = {
  info: { box: 'border-line', title: '' },
  warning: { box: 'border-warning-ink', title: 'text-warning-ink' },
  danger: { box: 'border-danger', title: 'text-danger-ink' },
};

function view({ id, title, text, markdown, kind = 'info', action }: Shown) {
  const look = looks[kind];
  return (
    <div
      key={id}
      className={cn(
        'pointer-events-auto flex w-full max-w-sm animate-fade items-start gap-2 rounded-xl border bg-surface py-2 pr-2 pl-4 text-sm shadow-xl',
        look.box,
      )}
      onPointerEnter={() => pause(id)}
      onPointerLeave={() => resume(id)}
      onFocus={() => pause(id)}
      onBlur={() => resume(id)}
    >
      <div className="max-h-40 min-w-0 flex-1 overflow-y-auto py-1 wrap-anywhere" dir="auto">
        {title && <p className={cn('font-medium', look.title)}>{title}</p>}
        {markdown ? <Markdown text={text} /> : <p className={cn(!title && look.title)}>{text}</p>}
      </div>
      {action && (
        <Button size="small" onClick={() => act(id)}>
          {action.label}
        </Button>
      )}
      <Button variant="ghost" size="icon-small" aria-label="Dismiss" onClick={() => close(id)}>
        <X />
      </Button>
    </div>
  );
}
