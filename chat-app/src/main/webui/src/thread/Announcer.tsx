import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useOpenThread } from './context';
import { ended } from './endings';
import type { Shown } from './shown';
import { isOpen } from './state';
import { doing } from './Tail';

/** As much of an answer as is read out at once; the rest is in the page. */
const LONGEST = 1500;

/**
 * Tells a screen reader what happens, a sentence at a time: that something is being done, what it
 * waits for, and the answer when it is whole. What streams is never read out piece by piece.
 */
export function Announcer() {
  const { thread } = useOpenThread();
  const [heard, setHeard] = useState<string>();
  const now = useStore(thread.store, (state) => {
    const { turn, messages } = state;
    if (state.reconnecting) return 'The connection is lost. Trying again.';
    if (!turn) return '';
    if (turn.state === 'awaiting') return 'Your answer is wanted.';
    if (isOpen(turn)) {
      const last = messages.at(-1);
      return last?.live && last.kind === 'text' ? 'The answer is being written.' : doing(state);
    }
    const answer = messages.findLast((m) => m.turn_id === turn.id && m.role === 'assistant' && m.kind === 'text');
    return [answer && words(answer), ended(turn)].filter(Boolean).join('\n');
  });
  const open = useStore(thread.store, ({ turn }) => isOpen(turn));
  // What was said before the page was opened is not news.
  const [news, setNews] = useState(false);
  useEffect(() => {
    if (open) setNews(true);
  }, [open]);
  useEffect(() => {
    if (news) setHeard(now);
  }, [news, now]);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {heard}
    </div>
  );
}

/** What an answer says, without the marks that make it look as it does. */
function words({ id, content }: Shown): string {
  const drawn = document.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"] .md`);
  return (drawn?.innerText ?? content).slice(0, LONGEST);
}
