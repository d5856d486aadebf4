import { Clock, X } from 'lucide-react';
import type { Turn } from '../api/wire';
import { usePage } from '../page';
import { Button } from '../ui/Button';
import { useOpenThread } from './context';

/** What waits for its turn; taken back, it can be written on. */
export function Queue({ turns }: { turns: readonly Turn[] }) {
  const { thread } = useOpenThread();
  const { drafts } = usePage();
  if (turns.length === 0) return null;
  const takeBack = (turn: Turn) => {
    const draft = drafts.of(thread.id);
    const { text } = draft.written.getState();
    if (turn.input?.message) draft.write(text === '' ? turn.input.message : `${turn.input.message}\n\n${text}`);
    void thread.stop(turn);
  };
  return (
    <ul aria-label="Waiting messages" className="mx-auto mb-2 flex w-full max-w-3xl flex-col gap-1 px-4">
      {turns.map((turn) => (
        <li key={turn.id} className="flex items-center gap-2 rounded-lg bg-surface px-3 py-1.5 text-sm text-muted">
          <Clock aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 flex-1 truncate" dir="auto">
            {waits(turn)}
          </span>
          <Button variant="ghost" size="icon-small" aria-label="Take it back" onClick={() => takeBack(turn)}>
            <X aria-hidden />
          </Button>
        </li>
      ))}
    </ul>
  );
}

function waits({ input }: Turn): string {
  if (input?.message) return input.message;
  const files = input?.attachments?.map((file) => file.name).join(', ');
  return files ?? input?.action?.type ?? 'Another answer';
}
