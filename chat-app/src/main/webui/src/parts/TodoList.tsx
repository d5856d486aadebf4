import { Square, SquareCheck } from 'lucide-react';
import type { ToolCall } from '../api/wire';

interface Todo {
  id: number;
  text: string;
  done: boolean;
}

/** The to-do items in a call's result, if it is one of a to-do list's tools; what was deleted is none. */
export function todos({ name, result }: ToolCall): Todo[] | undefined {
  const data = result?.structured_content;
  if (isTodo(data)) return name.includes('delete') ? undefined : [data];
  if (typeof data !== 'object' || data === null || !('items' in data) || !Array.isArray(data.items)) return undefined;
  return data.items.every(isTodo) ? data.items : undefined;
}

function isTodo(value: unknown): value is Todo {
  if (typeof value !== 'object' || value === null) return false;
  const { id, text, done } = value as Record<string, unknown>;
  return typeof id === 'number' && typeof text === 'string' && typeof done === 'boolean';
}

/** How many are shown; the others are in the call's result. */
const MOST = 50;

export function TodoList({ items }: { items: readonly Todo[] }) {
  if (items.length === 0) return <p className="mt-1 text-muted">Nothing is to be done.</p>;
  return (
    <ul className="mt-2 flex flex-col gap-1" aria-label="To do">
      {items.slice(0, MOST).map(({ id, text, done }) => (
        <li key={id} className="flex items-start gap-2">
          {done ? (
            <SquareCheck className="mt-0.5 size-4 shrink-0 text-accent-ink" role="img" aria-label="done" />
          ) : (
            <Square className="mt-0.5 size-4 shrink-0 text-muted" role="img" aria-label="to do" />
          )}
          <span className={done ? 'wrap-anywhere text-muted line-through' : 'wrap-anywhere'} dir="auto">
            {text}
          </span>
        </li>
      ))}
      {items.length > MOST && <li className="text-muted">and {items.length - MOST} more</li>}
    </ul>
  );
}
