import { LoaderCircle } from 'lucide-react';
import { useMemo } from 'react';
import { Virtuoso } from 'react-virtuoso';
import { useStore } from 'zustand';
import { Button } from '../ui/Button';
import { ConversationRow } from './ConversationRow';
import { byDay, type Row } from './days';
import { moveFocus } from './moveFocus';
import { type Conversations, useConversations } from './store';

export function ConversationList() {
  const conversations = useConversations();
  const { items, deleting, loading, failed } = useStore(conversations.list);
  const rows = useMemo(() => byDay(items.filter((one) => !deleting.has(one.id))), [items, deleting]);
  if (rows.length === 0) {
    if (failed) return <Foot context={{ conversations }} />;
    if (loading) return <Skeleton />;
    return <p className="px-4 py-6 text-sm text-muted">Your conversations will be here.</p>;
  }
  return (
    <Virtuoso<Row, { conversations: Conversations }>
      className="h-full"
      data={rows}
      context={{ conversations }}
      computeItemKey={(_, row) => ('heading' in row ? row.heading : row.conversation.id)}
      endReached={() => void conversations.loadMore()}
      increaseViewportBy={400}
      defaultItemHeight={36}
      components={{ Footer: Foot }}
      itemContent={(_, row) =>
        'heading' in row ? (
          <h2 className="px-4 pt-4 pb-1 text-xs font-medium text-muted">{row.heading}</h2>
        ) : (
          <ConversationRow conversation={row.conversation} />
        )
      }
      onKeyDown={moveFocus}
      tabIndex={-1}
    />
  );
}

function Foot({ context: { conversations } }: { context: { conversations: Conversations } }) {
  const { loading, failed, items, more } = useStore(conversations.list);
  if (failed) {
    return (
      <div role="alert" className="flex flex-col items-start gap-2 px-4 py-4 text-sm text-muted">
        The conversations could not be loaded.
        <Button size="small" onClick={() => void (items.length > 0 && more ? conversations.loadMore() : conversations.refresh())}>
          Try again
        </Button>
      </div>
    );
  }
  return (
    <div className="grid h-8 place-items-center">
      {loading && <LoaderCircle className="size-4 animate-spin text-muted" aria-label="Loading" />}
    </div>
  );
}

function Skeleton() {
  return (
    <div className="flex flex-col gap-2 px-4 py-4" role="status" aria-label="Loading">
      {[70, 85, 55, 75].map((width) => (
        <div key={width} className="h-5 animate-pulse rounded-md bg-raised" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
