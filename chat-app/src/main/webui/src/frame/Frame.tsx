import { Menu as Lines, PanelLeft, SquarePen } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { ConversationMenu } from '../conversations/ConversationMenu';
import { useConversation } from '../conversations/store';
import { useRoute } from '../router';
import { focusComposer } from '../thread/Composer';
import { ThreadView } from '../thread/ThreadView';
import { Button } from '../ui/Button';
import { Tooltip } from '../ui/Tooltip';
import { useMedia } from '../ui/useMedia';
import { layout, narrow, showDrawer, showSidebar } from './layout';
import { newConversation } from './newConversation';
import { OfflineBar } from './OfflineBar';
import { useShortcuts } from './shortcuts';
import { ShortcutsDialog } from './ShortcutsDialog';
import { Sidebar } from './Sidebar';

/** The page of a signed-in user: the conversations at the side, one of them in the middle. */
export function Frame() {
  const isNarrow = useMedia(narrow);
  const { sidebar, drawer } = useStore(layout);
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const { conversation, message } = useRoute();
  const title = useConversation(conversation)?.title;

  useEffect(() => {
    document.title = `${(conversation && title) ?? 'New conversation'} · chat`;
  }, [conversation, title]);
  useEffect(() => showDrawer(false), [conversation, message, isNarrow]);

  const show = isNarrow ? showDrawer : showSidebar;
  useShortcuts({
    new: newConversation,
    search: () => {
      show(true);
      // At once, or what is typed next goes elsewhere; unless it has to be drawn first.
      if (search.current) search.current.select();
      else requestAnimationFrame(() => search.current?.select());
    },
    sidebar: () => show(!(isNarrow ? drawer : sidebar)),
    write: focusComposer,
    help: () => setHelp(true),
  });

  const conversations = <Sidebar search={search} onHide={() => show(false)} onHelp={() => setHelp(true)} />;
  return (
    <div className="flex h-dvh">
      <Button
        variant="primary"
        className="fixed top-2 left-2 z-50 not-focus:sr-only"
        onClick={() => main.current?.focus()}
      >
        Skip to the conversation
      </Button>
      {!isNarrow && sidebar && <aside className="w-72 shrink-0 border-r border-line">{conversations}</aside>}
      {isNarrow && <Drawer open={drawer} search={search}>{conversations}</Drawer>}
      <main ref={main} tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <header className="flex h-12 shrink-0 items-center gap-1 px-2">
          {(isNarrow || !sidebar) && (
            <Tooltip text="Show conversations">
              <Button variant="ghost" size="icon" aria-label="Show conversations" onClick={() => show(true)}>
                {isNarrow ? <Lines /> : <PanelLeft />}
              </Button>
            </Tooltip>
          )}
          {!isNarrow && !sidebar && <NewConversation />}
          <h1 className="min-w-0 flex-1 truncate px-2 text-sm font-medium" dir="auto">
            {title ?? <span className="sr-only">New conversation</span>}
          </h1>
          {conversation && <ConversationMenu id={conversation} align="end" />}
          {isNarrow && <NewConversation />}
        </header>
        <OfflineBar />
        <div className="flex min-h-0 flex-1 flex-col">
          <ThreadView conversation={conversation} message={message} />
        </div>
      </main>
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function NewConversation() {
  return (
    <Tooltip text="New conversation">
      <Button variant="ghost" size="icon" aria-label="New conversation" onClick={newConversation}>
        <SquarePen />
      </Button>
    </Tooltip>
  );
}

interface DrawerProps {
  open: boolean;
  search: RefObject<HTMLInputElement | null>;
  children: ReactNode;
}

function Drawer({ open, search, children }: DrawerProps) {
  return (
    <Dialog.Root open={open} onOpenChange={showDrawer}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-black/60 data-[state=open]:animate-fade" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-30 w-[min(20rem,85vw)] border-r border-line outline-none data-[state=open]:animate-drawer"
          onOpenAutoFocus={(event) => {
            // Without a keyboard on the screen before it is asked for.
            if (document.activeElement !== search.current) event.preventDefault();
          }}
        >
          <Dialog.Title className="sr-only">Conversations</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
