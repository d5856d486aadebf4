import { useEffect, useRef } from 'react';

const apple = /mac|iphone|ipad/i.test(navigator.platform);
const command = apple ? '⌘' : 'Ctrl';

/** What can be done by keys anywhere on the page, and how it is shown. */
export const shortcuts = [
  { id: 'new', keys: [command, 'Shift', 'O'], text: 'New conversation' },
  { id: 'search', keys: [command, 'K'], text: 'Search conversations' },
  { id: 'sidebar', keys: [command, 'Shift', 'S'], text: 'Show or hide the conversations' },
  { id: 'write', keys: ['Shift', 'Esc'], text: 'Go to the message field' },
  { id: 'help', keys: ['?'], text: 'Show these shortcuts' },
] as const;

/** What the message field knows of itself. */
export const composerShortcuts = [
  { keys: ['Enter'], text: 'Send' },
  { keys: ['Shift', 'Enter'], text: 'New line' },
  { keys: ['Esc'], text: 'Stop the answer' },
  { keys: ['↑'], text: 'Edit the last message, in an empty field' },
] as const;

export type ShortcutId = (typeof shortcuts)[number]['id'];

export function useShortcuts(run: Record<ShortcutId, () => void>): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const id = event.isComposing ? undefined : meant(event);
      if (!id) return;
      event.preventDefault();
      latest.current[id]();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

function meant(event: KeyboardEvent): ShortcutId | undefined {
  const { key, shiftKey, altKey, target } = event;
  if (altKey || event.defaultPrevented) return undefined;
  if (apple ? event.metaKey : event.ctrlKey) {
    if (shiftKey && key.toLowerCase() === 'o') return 'new';
    if (shiftKey && key.toLowerCase() === 's') return 'sidebar';
    return !shiftKey && key.toLowerCase() === 'k' ? 'search' : undefined;
  }
  if (event.metaKey || event.ctrlKey) return undefined;
  if (shiftKey && key === 'Escape') return 'write';
  return key === '?' && !isField(target) ? 'help' : undefined;
}

/** Keys that are pressed there are meant for it. */
export function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}
