import { RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Turn } from '../api/wire';
import { Button } from '../ui/Button';
import { useOpenThread } from './context';
import { ended } from './endings';
import type { Shown } from './shown';

/** Says under a message that was cut off what cut it off. */
export function PartialNote({ message, retry }: { message: Shown; retry: boolean }) {
  const { thread, sending } = useOpenThread();
  const newest = useStore(thread.store, ({ turn }) => (turn?.id === message.turn_id ? turn : undefined));
  const [older, setOlder] = useState<Turn>();
  const { turn_id } = message;
  useEffect(() => {
    if (newest || thread.id === undefined) return;
    let wanted = true;
    thread.api.turn(thread.id, turn_id).then(
      (turn) => wanted && setOlder(turn),
      // Then it says no more than that it is cut off.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [thread, turn_id, newest]);
  const turn = newest ?? older;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2 text-sm text-muted">
      <span>{(turn && ended(turn)) ?? 'This was cut off.'}</span>
      {retry && (
        <Button size="small" onClick={() => void sending.retry(message)}>
          <RotateCcw aria-hidden className="size-3.5" />
          Try again
        </Button>
      )}
    </div>
  );
}
