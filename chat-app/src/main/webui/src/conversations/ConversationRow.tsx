import { Archive } from 'lucide-react';
import { memo, type MouseEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Conversation } from '../api/wire';
import { showDrawer } from '../frame/layout';
import { go, href, type Route, useRoute } from '../router';
import { Input } from '../ui/Input';
import { cn } from '../ui/cn';
import { ConversationMenu } from './ConversationMenu';
import { longestTitle } from './RenameDialog';
import { useConversations } from './store';

/** Follows a link within the page, unless it is meant for another tab. */
export function follow(event: MouseEvent, to: Route): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(to);
  showDrawer(false);
}

export const ConversationRow = memo(function ConversationRow({ conversation }: { conversation: Conversation }) {
  const { id, title, status } = conversation;
  const current = useRoute().conversation === id;
  const [renaming, setRenaming] = useState(false);
  const link = useRef<HTMLAnchorElement>(null);
  if (renaming) {
    const done = (byKey: boolean) => {
      flushSync(() => setRenaming(false));
      if (byKey) link.current?.focus();
    };
    return <Rename id={id} title={title ?? ''} onDone={done} />;
  }
  return (
    <div className={cn('group relative mx-2 flex items-center rounded-lg', current ? 'bg-raised' : 'hover:bg-raised/60')}>
      <a
        ref={link}
        href={href({ conversation: id })}
        aria-current={current ? 'page' : undefined}
        onClick={(event) => follow(event, { conversation: id })}
        onDoubleClick={() => setRenaming(true)}
        className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-lg px-2 text-sm"
      >
        {current && <span className="absolute inset-y-2 left-0 w-0.5 rounded-full bg-accent" aria-hidden />}
        <span className={cn('truncate', status === 'closed' && 'text-muted')} dir="auto">
          {title ?? 'New conversation'}
        </span>
        {status === 'closed' && <Archive className="size-3.5 shrink-0 text-muted" role="img" aria-label="archived" />}
      </a>
      <ConversationMenu
        id={id}
        onRename={() => setRenaming(true)}
        className="mr-1 shrink-0 pointer-fine:not-data-[state=open]:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100"
      />
    </div>
  );
});

function Rename({ id, title, onDone }: { id: string; title: string; onDone(byKey: boolean): void }) {
  const conversations = useConversations();
  const [name, setName] = useState(title);
  const save = (byKey: boolean) => {
    const given = name.trim();
    if (given !== '' && given !== title) void conversations.change(id, { title: given });
    onDone(byKey);
  };
  return (
    <form
      className="mx-2 flex h-9 items-center"
      onSubmit={(event) => {
        event.preventDefault();
        save(true);
      }}
    >
      <Input
        aria-label="Title"
        className="h-8 px-2"
        value={name}
        maxLength={longestTitle}
        autoFocus
        dir="auto"
        onFocus={(event) => event.target.select()}
        onChange={(event) => setName(event.target.value)}
        onBlur={() => save(false)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onDone(true);
          }
        }}
      />
    </form>
  );
}
