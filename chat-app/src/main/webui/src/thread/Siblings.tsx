import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useStore } from 'zustand';
import { Button } from '../ui/Button';
import { useOpenThread } from './context';
import type { Shown } from './shown';
import { isOpen } from './state';

/** Which of the edits, or of the answers, is shown; and the way to the others. */
export function Siblings({ message }: { message: Shown }) {
  const { thread, sending } = useOpenThread();
  const busy = useStore(thread.store, ({ turn, queue }) => isOpen(turn) || queue.length > 0);
  const { sibling_index: index, sibling_count: count } = message;
  const what = message.role === 'user' ? 'version' : 'answer';
  return (
    <div className="flex items-center text-xs text-muted" role="group" aria-label={`Other ${what}s`}>
      <Button
        variant="ghost"
        size="icon-small"
        aria-label={`Previous ${what}`}
        disabled={busy || index === 0}
        onClick={() => void sending.switchTo(message, index - 1)}
      >
        <ChevronLeft aria-hidden />
      </Button>
      <span aria-label={`${what} ${index + 1} of ${count}`}>
        {index + 1}/{count}
      </span>
      <Button
        variant="ghost"
        size="icon-small"
        aria-label={`Next ${what}`}
        disabled={busy || index === count - 1}
        onClick={() => void sending.switchTo(message, index + 1)}
      >
        <ChevronRight aria-hidden />
      </Button>
    </div>
  );
}
