import { PanelLeftClose, Search as Glass, SquarePen, X } from 'lucide-react';
import { type MouseEvent, type RefObject, useState } from 'react';
import { ConversationList } from '../conversations/ConversationList';
import { FoundList } from '../conversations/FoundList';
import { href } from '../router';
import { Button } from '../ui/Button';
import { Input } from '../ui/Input';
import { Tooltip } from '../ui/Tooltip';
import { newConversation } from './newConversation';
import { UserMenu } from './UserMenu';

export interface SidebarProps {
  search: RefObject<HTMLInputElement | null>;
  onHide(): void;
  onHelp(): void;
}

export function Sidebar({ search, onHide, onHelp }: SidebarProps) {
  const [query, setQuery] = useState('');
  const begin = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    newConversation();
  };
  return (
    <div className="flex h-full flex-col bg-surface">
      <div className="flex h-12 shrink-0 items-center gap-1 pr-2 pl-4">
        <span className="flex flex-1 items-center gap-2 text-sm font-semibold">
          <span className="size-2 rounded-full bg-accent" aria-hidden /> chat
        </span>
        <Tooltip text="Hide conversations">
          <Button variant="ghost" size="icon" aria-label="Hide conversations" onClick={onHide}>
            <PanelLeftClose />
          </Button>
        </Tooltip>
      </div>
      <div className="flex flex-col gap-2 px-2 pb-2">
        <Button asChild className="w-full justify-start px-3">
          <a href={href({})} onClick={begin}>
            <SquarePen className="size-4" /> New conversation
          </a>
        </Button>
        <div className="relative" role="search">
          <Glass className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" aria-hidden />
          <Input
            ref={search}
            className="px-9"
            type="text"
            inputMode="search"
            enterKeyHint="search"
            placeholder="Search"
            aria-label="Search conversations"
            maxLength={1000}
            autoComplete="off"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || query === '') return;
              event.preventDefault();
              event.stopPropagation();
              setQuery('');
            }}
          />
          {query !== '' && (
            <Button
              variant="ghost"
              size="icon-small"
              className="absolute top-1 right-1"
              aria-label="Clear the search"
              onClick={() => {
                setQuery('');
                search.current?.focus();
              }}
            >
              <X />
            </Button>
          )}
        </div>
      </div>
      <nav aria-label="Conversations" className="min-h-0 flex-1">
        {query.trim() === '' ? <ConversationList /> : <FoundList query={query} />}
      </nav>
      <UserMenu onHelp={onHelp} />
    </div>
  );
}
