import { X } from 'lucide-react';
import { useStore } from 'zustand';
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

function view(toast: Shown) {
  const danger = toast.kind === 'danger';
  return (
    <div
      key={toast.id}
      className={cn(
        'pointer-events-auto flex w-full max-w-sm animate-fade items-center gap-2 rounded-xl border bg-surface py-2 pr-2 pl-4 text-sm shadow-xl',
        danger ? 'border-danger' : 'border-line',
      )}
      onPointerEnter={() => pause(toast.id)}
      onPointerLeave={() => resume(toast.id)}
      onFocus={() => pause(toast.id)}
      onBlur={() => resume(toast.id)}
    >
      <p className={cn('min-w-0 flex-1 py-1 wrap-anywhere', danger && 'text-danger-ink')}>{toast.text}</p>
      {toast.action && (
        <Button size="small" onClick={() => act(toast.id)}>
          {toast.action.label}
        </Button>
      )}
      <Button variant="ghost" size="icon-small" aria-label="Dismiss" onClick={() => close(toast.id)}>
        <X />
      </Button>
    </div>
  );
}
