import { ArrowDown, LoaderCircle } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Virtuoso, type Components, type VirtuosoHandle } from 'react-virtuoso';
import { Button } from '../ui/Button';
import { usePin } from './pin';
import { Row } from './Row';
import { Tail } from './Tail';
import type { Shown } from './shown';
import { isOpen, type ThreadState } from './state';

/** Places count down from here as older messages come before the first ones. */
const START = 1_000_000;

interface Props {
  state: ThreadState;
  onMore(direction: 'before' | 'after'): void;
  onNewest(): void;
}

interface Context {
  state: ThreadState;
}

/** The messages of a thread, of which only those in view are in the page. */
export function MessageList({ state, onMore, onNewest }: Props) {
  const { messages, moreBefore, moreAfter, prepended, target } = state;
  const pin = usePin();
  const list = useRef<VirtuosoHandle>(null);
  const [unseen, setUnseen] = useState(false);
  const first = useMemo(() => {
    const at = target === undefined ? -1 : messages.findIndex((m) => m.id === target);
    return at >= 0 ? { index: at, align: 'start' as const, offset: -24 } : { index: messages.length - 1, align: 'end' as const };
    // Where the list begins is decided once: another stretch is another list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const { let: letGo, hold } = pin;
  useLayoutEffect(() => {
    if (first.align === 'start' || moreAfter) letGo();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useLayoutEffect(hold);

  const end = messages.at(-1);
  const heard = useRef(end);
  useEffect(() => {
    if (pin.atEnd) setUnseen(false);
    else if (heard.current !== end) setUnseen(true);
    heard.current = end;
  }, [end, pin.atEnd]);

  // What the reader says is to be seen, wherever they were.
  const said = end?.outgoing === 'sending' ? end.id : undefined;
  const { toEnd } = pin;
  useLayoutEffect(() => {
    if (said !== undefined) toEnd();
  }, [said, toEnd]);

  const jump = () => {
    if (moreAfter) return onNewest();
    list.current?.scrollToIndex({ index: 'LAST', align: 'end' });
    toEnd();
  };

  return (
    <div className="relative min-h-0 flex-1">
      <Virtuoso<Shown, Context>
        ref={list}
        scrollerRef={(element) => pin.attach(element instanceof HTMLElement ? element : null)}
        className="h-full"
        role="log"
        aria-label="Messages"
        aria-live="off"
        aria-busy={isOpen(state.turn)}
        tabIndex={-1}
        data={messages}
        context={{ state }}
        firstItemIndex={START - prepended}
        initialTopMostItemIndex={first}
        computeItemKey={(_, message) => message.id}
        skipAnimationFrameInResizeObserver
        defaultItemHeight={120}
        increaseViewportBy={{ top: 600, bottom: 200 }}
        startReached={() => moreBefore && onMore('before')}
        endReached={() => moreAfter && onMore('after')}
        components={COMPONENTS}
        itemContent={(place, message) => {
          const at = place - (START - prepended);
          const next = messages[at + 1];
          const follows = next !== undefined && (next.turn_id === message.turn_id || message.turn_id === '');
          return <Row message={message} endsTurn={!follows && message.role === 'assistant'} marked={message.id === target} />;
        }}
      />
      {(!pin.atEnd || moreAfter) && (
        <Button
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-lg"
          size="small"
          onClick={jump}
          aria-label={unseen ? 'New messages: go to the newest' : 'Go to the newest message'}
        >
          <ArrowDown aria-hidden />
          {unseen && 'New messages'}
        </Button>
      )}
    </div>
  );
}

const COMPONENTS: Components<Shown, Context> = {
  Header: ({ context }) =>
    context?.state.moreBefore ? (
      <div className="flex h-10 items-center justify-center text-muted" role="status">
        <LoaderCircle className="size-4 animate-spin" aria-label="Loading older messages" />
      </div>
    ) : (
      <div className="h-6" />
    ),
  Footer: ({ context }) => (context && !context.state.moreAfter ? <Tail state={context.state} /> : <div className="h-6" />),
};
