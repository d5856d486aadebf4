import { Ban, Check, CircleHelp, Hand, LoaderCircle, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ToolCall, ToolCallMessage, ToolCallState, ToolResult, ToolResultPart } from '../api/wire';
import type { Shown } from '../thread/shown';
import { cn } from '../ui/cn';
import { Approval, ClientCall } from './Approval';
import { Fold } from './Fold';
import { Raw } from './Raw';
import { TodoList, todos } from './TodoList';
import { rasterImage } from './urls';
import { duration, pretty, toolError } from './words';

const STATES: Record<ToolCallState, { word: string; icon: LucideIcon; className: string }> = {
  pending: { word: 'preparing', icon: LoaderCircle, className: 'text-muted' },
  awaiting: { word: 'waits for you', icon: Hand, className: 'text-warning-ink' },
  running: { word: 'running', icon: LoaderCircle, className: 'animate-spin text-accent-ink' },
  succeeded: { word: 'done', icon: Check, className: 'text-accent-ink' },
  failed: { word: 'failed', icon: TriangleAlert, className: 'text-danger-ink' },
  denied: { word: 'not allowed', icon: Ban, className: 'text-muted' },
  unknown: { word: 'unknown', icon: CircleHelp, className: 'text-warning-ink' },
};

/** A call of a tool: what is called, with what, how far it is, and what came of it. */
export function ToolCard({ message }: { message: Shown & ToolCallMessage }) {
  const call = message.tool_call;
  const state = Object.hasOwn(STATES, call.state) ? STATES[call.state] : STATES.unknown;
  const items = call.state === 'succeeded' ? todos(call) : undefined;
  return (
    <section className="max-w-full min-w-0 rounded-lg border border-line bg-surface px-3 py-2 text-sm" aria-label={`Tool ${call.name}`}>
      <Fold
        id={`${message.id}-fold`}
        summary={
          <>
            <state.icon className={cn('size-4 shrink-0', state.className)} aria-hidden />
            <bdi className="min-w-0 truncate font-mono" title={call.name}>
              {ownName(call)}
            </bdi>
            {call.server && <bdi className="min-w-0 shrink-[99] truncate text-muted">{call.server}</bdi>}
            <span className="ms-auto shrink-0 text-muted">
              {state.word}
              {call.duration_ms !== undefined && ` · ${duration(call.duration_ms)}`}
            </span>
          </>
        }
      >
        {() => <Details call={call} coming={message.arguments_text} />}
      </Fold>
      {call.state === 'awaiting' && (call.client ? <ClientCall message={message} /> : <Approval message={message} />)}
      {items && <TodoList items={items} />}
      {call.error !== undefined && (
        <p className={cn('mt-1 wrap-anywhere', call.state === 'denied' ? 'text-muted' : 'text-danger-ink')} dir="auto">
          {call.state === 'denied' && call.error === 'interrupted' ? 'The turn ended before it was called.' : toolError(call.error)}
        </p>
      )}
      {call.state === 'unknown' && call.error === undefined && (
        <p className="mt-1 text-warning-ink">It was cut off while it ran. It may have had an effect.</p>
      )}
    </section>
  );
}

/** A tool's name at its server: to the model the server's stands before it. */
function ownName({ name, server }: ToolCall): string {
  const prefix = `${server}__`;
  return server !== undefined && name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : name;
}

function Details({ call, coming }: { call: ToolCall; coming: string | undefined }) {
  return (
    <div className="mt-2 flex flex-col gap-2">
      <p className="text-muted">Arguments</p>
      <Raw text={coming ?? pretty(call.arguments)} />
      {call.result && <Result result={call.result} />}
    </div>
  );
}

function Result({ result: { content, structured_content, truncated } }: { result: ToolResult }) {
  return (
    <>
      <p className="text-muted">
        Result{truncated && <span className="text-warning-ink"> · something was cut off for its size</span>}
      </p>
      {content.map((part, i) => (
        <Part key={i} part={part} />
      ))}
      {structured_content !== undefined && <Raw text={pretty(structured_content)} />}
      {content.length === 0 && structured_content === undefined && <Raw text="" />}
    </>
  );
}

function Part({ part }: { part: ToolResultPart }) {
  switch (part.type) {
    case 'text':
      return <Raw text={formatted(part.text)} />;
    case 'image': {
      const source = rasterImage(part.mime_type, part.data);
      return source === undefined ? (
        <p className="text-muted">
          An image of the kind <bdi>{part.mime_type}</bdi>, which is not shown.
        </p>
      ) : (
        <img src={source} alt="From the tool" className="max-h-96 max-w-full self-start rounded-md" />
      );
    }
    case 'resource_link':
      return (
        <p className="wrap-anywhere">
          <bdi>{part.name}</bdi> <bdi className="text-muted">{part.uri}</bdi>
        </p>
      );
    default:
      return <Raw text={pretty(part)} />;
  }
}

/** JSON that came as a text, laid out. */
function formatted(text: string): string {
  if (!/^\s*[[{]/.test(text) || text.length > 100_000) return text;
  try {
    return pretty(JSON.parse(text));
  } catch {
    return text;
  }
}
