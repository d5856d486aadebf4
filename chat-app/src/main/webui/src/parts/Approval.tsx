import { type ReactNode, useId, useState } from 'react';
import type { Pending, ToolCallMessage } from '../api/wire';
import { useThreadActions } from '../thread/actions';
import type { Shown } from '../thread/shown';
import { Button } from '../ui/Button';
import { Textarea } from '../ui/Textarea';
import { Raw } from './Raw';
import { useSending } from './useSending';
import { moment, pretty } from './words';

type Call = Shown & ToolCallMessage;

/** Asks whether a tool may be called, with what is shown or with other arguments. */
export function Approval({ message }: { message: Call }) {
  const { answer, pending } = useThreadActions();
  const { isBusy, failure, send } = useSending();
  const [edited, edit] = useState<string>();
  const { arguments: given } = message.tool_call;
  const waiting = pending(message);
  if (!waiting || waiting.answered) return <Settled answered={waiting?.answered ?? false} />;
  const checked = edited === undefined ? undefined : parsed(edited);
  const hash = waiting.call_hash === undefined ? {} : { call_hash: waiting.call_hash };
  const allow = () =>
    answer(message, { decision: 'approve', ...(checked?.value ? { arguments: checked.value } : {}), ...hash });
  return (
    <Asked title="May this tool be called?" waiting={waiting} failure={failure}>
      {edited === undefined ? (
        <Raw text={pretty(given)} />
      ) : (
        <Editor label="Arguments, as JSON" text={edited} change={edit} problem={checked?.problem} mono />
      )}
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" size="small" disabled={isBusy || checked?.problem !== undefined} onClick={() => send(allow)}>
          {edited === undefined ? 'Allow' : 'Allow with these arguments'}
        </Button>
        <Button size="small" disabled={isBusy} onClick={() => send(() => answer(message, { decision: 'deny', ...hash }))}>
          Deny
        </Button>
        <Button
          variant="ghost"
          size="small"
          disabled={isBusy}
          onClick={() => edit(edited === undefined ? JSON.stringify(given ?? {}, null, 2) : undefined)}
        >
          {edited === undefined ? 'Edit arguments' : 'Do not edit'}
        </Button>
      </div>
    </Asked>
  );
}

/** A call that the user's own client makes; here its result can be told. */
export function ClientCall({ message }: { message: Call }) {
  const { answer, pending } = useThreadActions();
  const { isBusy, failure, send } = useSending();
  const [text, setText] = useState('');
  const waiting = pending(message);
  if (!waiting || waiting.answered) return <Settled answered={waiting?.answered ?? false} />;
  const hash = waiting.call_hash === undefined ? {} : { call_hash: waiting.call_hash };
  return (
    <Asked title="The app that you usually chat with makes this call; this page cannot." waiting={waiting} failure={failure}>
      <Raw text={pretty(message.tool_call.arguments)} />
      <Editor label="You may say yourself what came of it" text={text} change={setText} problem={undefined} />
      <div>
        <Button
          size="small"
          disabled={isBusy || text.trim() === ''}
          onClick={() => send(() => answer(message, { result: text, ...hash }))}
        >
          Send as the result
        </Button>
      </div>
    </Asked>
  );
}

/** Until when it waits is known a moment later than that it does. */
function Settled({ answered }: { answered: boolean }) {
  return answered ? <p className="mt-1 text-muted">Answered.</p> : null;
}

function Asked({
  title,
  waiting,
  failure,
  children,
}: {
  title: string;
  waiting: Pending;
  failure: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="mt-2 flex flex-col gap-2" role="group" aria-label={title}>
      <p className="font-medium">{title}</p>
      {children}
      <p className="text-xs text-muted">It waits until {moment(waiting.expires_at)}.</p>
      {failure && (
        <p role="alert" className="text-danger-ink">
          {failure}
        </p>
      )}
    </div>
  );
}

function Editor({
  label,
  text,
  change,
  problem,
  mono = false,
}: {
  label: string;
  text: string;
  change: (text: string) => void;
  problem: string | undefined;
  mono?: boolean;
}) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-muted">
        {label}
      </label>
      <Textarea
        id={id}
        className={mono ? 'font-mono' : undefined}
        rows={Math.min(16, Math.max(3, text.split('\n').length))}
        spellCheck={!mono}
        value={text}
        onChange={(event) => change(event.target.value)}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id} problem`}
      />
      {problem !== undefined && (
        <p id={`${id} problem`} className="mt-1 text-danger-ink">
          {problem}
        </p>
      )}
    </div>
  );
}

/** A JSON object, or what is wrong with it. */
function parsed(text: string): { value?: Record<string, unknown>; problem?: string } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { value: value as Record<string, unknown> }
      : { problem: 'Arguments are a JSON object: {…}.' };
  } catch (e) {
    return { problem: `This is not JSON yet: ${e instanceof Error ? e.message : ''}` };
  }
}
