import { createStore } from 'zustand/vanilla';

export interface Toast {
  title?: string | undefined;
  text: string;
  /** The text is Markdown. */
  markdown?: true;
  /** What went wrong interrupts a screen reader; all else waits for its pause. */
  kind?: 'info' | 'warning' | 'danger';
  action?: { label: string; run(): void };
  /** How long it stays, in milliseconds; while it is pointed at or has the focus, it stays longer. */
  duration?: number;
  /** It has gone, and not by its action. */
  onClose?(): void;
}

export interface Shown extends Toast {
  id: number;
}

interface Clock {
  left: number;
  since: number;
  timer?: ReturnType<typeof setTimeout>;
}

export const toasts = createStore<{ shown: Shown[] }>(() => ({ shown: [] }));
/** More than these would hide the page; the oldest goes. */
const most = 4;

const clocks = new Map<number, Clock>();
let last = 0;

/** Shows a toast; what it returns takes it away, as if its time had come. */
export function toast(given: Toast): () => void {
  const id = ++last;
  toasts.setState(({ shown }) => ({ shown: [...shown, { ...given, id }] }));
  clocks.set(id, { left: given.duration ?? (given.kind === 'danger' ? 10_000 : 6_000), since: 0 });
  resume(id);
  const [oldest, ...others] = toasts.getState().shown;
  if (oldest && others.length >= most) close(oldest.id);
  return () => close(id);
}

export function pause(id: number): void {
  const clock = clocks.get(id);
  if (!clock?.timer) return;
  clearTimeout(clock.timer);
  clocks.set(id, { left: clock.left - (Date.now() - clock.since), since: 0 });
}

export function resume(id: number): void {
  const clock = clocks.get(id);
  if (!clock || clock.timer) return;
  clocks.set(id, { left: clock.left, since: Date.now(), timer: setTimeout(() => close(id), Math.max(clock.left, 0)) });
}

export function act(id: number): void {
  take(id)?.action?.run();
}

export function close(id: number): void {
  take(id)?.onClose?.();
}

function take(id: number): Shown | undefined {
  const found = toasts.getState().shown.find((shown) => shown.id === id);
  clearTimeout(clocks.get(id)?.timer);
  clocks.delete(id);
  if (found) toasts.setState(({ shown }) => ({ shown: shown.filter((one) => one !== found) }));
  return found;
}
