import { memo, useState } from 'react';
import { useStore } from 'zustand';
import { MessageBody } from '../parts/MessageBody';
import { cn } from '../ui/cn';
import { useOpenThread } from './context';
import { Editor } from './Editor';
import { Outgoing } from './Outgoing';
import { PartialNote } from './PartialNote';
import { Siblings } from './Siblings';
import type { Shown } from './shown';
import { Toolbar } from './Toolbar';

interface Props {
  message: Shown;
  /** It is the last one of an answer, as far as is known. */
  endsTurn: boolean;
  /** The reader was sent here. */
  marked: boolean;
}

/**
 * A message in its place. What can be done with it appears when it is pointed at or focused, so that
 * the page stays small; the room for it is there before, so that nothing moves.
 */
export const Row = memo(function Row({ message, endsTurn, marked }: Props) {
  const [active, setActive] = useState(false);
  const { thread } = useOpenThread();
  const editing = useStore(thread.store, (state) => state.editing?.message === message.id);
  const user = message.role === 'user';
  const said = message.kind === 'text' && !message.live && !message.outgoing;
  const siblings = message.sibling_count > 1 && (user || endsTurn);
  if (editing) return <Editor message={message} onDone={() => thread.edit(undefined)} />;
  return (
    <article
      className={cn(
        'relative mx-auto w-full max-w-3xl px-4 pt-1',
        said || siblings ? 'pb-9' : 'pb-2',
        user && 'flex flex-col items-end',
        marked && 'rounded-xl bg-raised/60',
      )}
      tabIndex={said ? 0 : undefined}
      aria-label={said ? `${user ? 'You' : 'Assistant'}, ${new Date(message.created_at).toLocaleString()}` : undefined}
      data-message={message.id}
      onPointerEnter={() => setActive(true)}
      onPointerLeave={() => setActive(false)}
      onFocus={() => setActive(true)}
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) setActive(false);
      }}
    >
      {user ? (
        <div className="max-w-[85%] rounded-2xl bg-raised px-4 py-2.5">
          <MessageBody message={message} />
        </div>
      ) : (
        <MessageBody message={message} />
      )}
      {message.outgoing && <Outgoing message={message} />}
      {message.status === 'partial' && !message.live && <PartialNote message={message} retry={endsTurn} />}
      {(siblings || (said && active)) && (
        // What was there stays in its place when the rest comes.
        <div className={cn('absolute bottom-1 flex h-7 items-center gap-0.5', user ? 'right-4 flex-row-reverse' : 'left-3')}>
          {siblings && <Siblings message={message} />}
          {said && active && <Toolbar message={message} endsTurn={endsTurn} onEdit={() => thread.edit({ message: message.id, text: message.content })} />}
        </div>
      )}
    </article>
  );
});
