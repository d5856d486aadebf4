import type { ReasoningMessage } from '../api/wire';
import type { Shown } from '../thread/shown';
import { Fold } from './Fold';
import { Markdown } from './Markdown';
import { duration } from './words';

/** What the model thought before it spoke, folded. */
export function Reasoning({ message }: { message: Shown & ReasoningMessage }) {
  const { id, content, live, duration_ms } = message;
  const name = live ? 'Thinking…' : duration_ms === undefined ? 'Thoughts' : `Thought for ${thought(duration_ms)}`;
  if (content === '') return <p className="text-sm text-muted">{name}</p>;
  return (
    <Fold id={`${id}-fold`} summary={name} className="text-sm text-muted">
      {() => (
        <div className="mt-2 border-s-2 border-line ps-3">
          <Markdown text={content} live={live ?? false} />
        </div>
      )}
    </Fold>
  );
}

function thought(ms: number): string {
  return ms < 1_000 ? 'a moment' : duration(ms);
}
