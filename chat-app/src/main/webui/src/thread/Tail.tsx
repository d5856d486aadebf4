import { Hourglass, RotateCcw, TriangleAlert, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button';
import { useOpenThread } from './context';
import { ended } from './endings';
import { isOpen, type ThreadState } from './state';

/** What stands below the last message: what is going on, or how it ended. */
export function Tail({ state }: { state: ThreadState }) {
  return (
    <div className="mx-auto min-h-10 w-full max-w-3xl px-4 pb-6 text-sm text-muted" data-tail>
      <Content state={state} />
    </div>
  );
}

function Content({ state }: { state: ThreadState }) {
  const { turn, messages, reconnecting, stopping } = state;
  const last = messages.at(-1);
  if (reconnecting) return <Line icon={<WifiOff aria-hidden />}>The connection is lost. Trying again…</Line>;
  if (isOpen(turn)) {
    if (turn.state === 'awaiting') return <Line icon={<Hourglass aria-hidden />}>Waiting for your answer</Line>;
    if (stopping) return <Line icon={<Dots />}>Stopping…</Line>;
    // A text that grows says enough.
    if (last?.live && last.kind === 'text' && last.content !== '' && !state.progress) return null;
    return <Line icon={<Dots />}>{doing(state)}</Line>;
  }
  if (last?.outgoing === 'sending') return <Line icon={<Dots />}>Sending…</Line>;
  if (!turn || turn.state === 'completed' || (last?.status === 'partial' && last.turn_id === turn.id)) return null;
  return <Ended state={state} />;
}

/** In a few words what the agent does just now. */
export function doing({ progress, messages }: ThreadState): string {
  if (progress) return progress.text;
  const last = messages.at(-1);
  if (last?.kind === 'tool_call' && (last.live || last.tool_call.state === 'running' || last.tool_call.state === 'pending')) {
    return `Calling ${last.tool_call.name}…`;
  }
  return 'Thinking…';
}

function Ended({ state: { turn, messages } }: { state: ThreadState }) {
  const { sending } = useOpenThread();
  const question = messages.findLast((m) => m.id === turn?.user_message_id);
  const why = turn && ended(turn);
  if (!why) return null;
  return (
    <Line icon={<TriangleAlert aria-hidden className="text-warning-ink" />}>
      <span>{why}</span>
      {question && (
        <Button size="small" onClick={() => void sending.retry(question)}>
          <RotateCcw aria-hidden className="size-3.5" />
          Try again
        </Button>
      )}
    </Line>
  );
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return <div className="flex min-h-8 flex-wrap items-center gap-2 [&>svg]:size-4 [&>svg]:shrink-0">{icon} {children}</div>;
}

function Dots() {
  return <span aria-hidden className="inline-block size-2.5 animate-pulse rounded-full bg-accent" />;
}
