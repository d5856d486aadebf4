import { useOpenThread } from './context';
import type { Shown } from './shown';
import { Button } from '../ui/Button';

/** Says of the user's own message that the server does not have it (yet). */
export function Outgoing({ message }: { message: Shown }) {
  const { sending } = useOpenThread();
  if (message.outgoing === 'sending') return <span className="sr-only">Sending</span>;
  return (
    <div role="alert" className="mt-1 flex flex-wrap items-center justify-end gap-2 text-sm text-danger-ink">
      Not sent.
      <Button size="small" onClick={() => void sending.resend(message)}>
        Send again
      </Button>
      <Button size="small" variant="ghost" onClick={() => sending.discard(message)}>
        Discard
      </Button>
    </div>
  );
}
