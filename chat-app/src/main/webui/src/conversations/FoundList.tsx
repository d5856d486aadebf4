import { Virtuoso } from 'react-virtuoso';
import { useStore } from 'zustand';
import type { Found } from '../api/wire';
import { href, type Route, useRoute } from '../router';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import { follow } from './ConversationRow';
import { moveFocus } from './moveFocus';
import { useSearch } from './search';
import { useConversations } from './store';

/** What a search found, each with the place where; it opens there. */
export function FoundList({ query }: { query: string }) {
  const { found, searching, failed, loadMore, retry } = useSearch(query);
  const deleting = useStore(useConversations().list, (list) => list.deleting);
  const shown = found?.filter((one) => !deleting.has(one.id));
  const none = shown?.length === 0 && !searching;
  return (
    <div className="flex h-full flex-col" aria-busy={searching}>
      <p role="status" className={cn('px-4 py-1 text-xs text-muted', shown && !none && !failed && 'sr-only')}>
        {failed ? '' : searching && !shown ? 'Searching…' : none ? 'Nothing was found. Fewer words find more.' : shown && `${shown.length} found`}
      </p>
      {failed && (
        <div role="alert" className="flex flex-col items-start gap-2 px-4 py-2 text-sm text-muted">
          The search did not work.
          <Button size="small" onClick={retry}>
            Try again
          </Button>
        </div>
      )}
      <Virtuoso
        className="min-h-0 flex-1"
        data={shown ?? []}
        computeItemKey={(_, one) => one.id}
        endReached={loadMore}
        itemContent={(_, one) => <FoundRow found={one} />}
        onKeyDown={moveFocus}
        tabIndex={-1}
      />
    </div>
  );
}

function FoundRow({ found: { id, title, match } }: { found: Found }) {
  const to: Route = match.message_id ? { conversation: id, message: match.message_id } : { conversation: id };
  const current = useRoute().conversation === id;
  return (
    <a
      href={href(to)}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => follow(event, to)}
      className={cn('mx-2 my-0.5 block rounded-lg px-2 py-1.5 text-sm', current ? 'bg-raised' : 'hover:bg-raised/60')}
    >
      {match.message_id && (
        <span className="block truncate" dir="auto">
          {title ?? 'New conversation'}
        </span>
      )}
      <span className={cn('wrap-anywhere', match.message_id ? 'line-clamp-2 text-xs text-muted' : 'line-clamp-2')} dir="auto">
        {match.snippet.map((piece, index) =>
          piece.hit ? (
            <mark key={index} className="bg-transparent font-semibold text-accent-ink">
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
      </span>
    </a>
  );
}
