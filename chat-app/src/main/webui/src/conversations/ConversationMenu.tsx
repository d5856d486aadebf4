import { Archive, ArchiveRestore, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu';
import { go, route } from '../router';
import { RenameDialog } from './RenameDialog';
import { useConversation, useConversations } from './store';

export interface ConversationMenuProps extends Pick<ComponentProps<typeof Menu>, 'align'> {
  id: string;
  /** Where the name can be changed in its place; else it is asked for in a dialog. */
  onRename?: () => void;
  className?: string;
}

/** What can be done to a conversation as a whole. */
export function ConversationMenu({ id, onRename, align, className }: ConversationMenuProps) {
  const conversations = useConversations();
  const conversation = useConversation(id);
  const [naming, setNaming] = useState(false);
  const closed = conversation?.status === 'closed';

  const remove = () => {
    const open = route().conversation === id;
    if (open) go({});
    conversations.remove(id, () => open && !route().conversation && go({ conversation: id }, { replace: true }));
  };
  const trigger = (
    <Button
      variant="ghost"
      size="icon-small"
      aria-label={`Options of ${conversation?.title ?? 'this conversation'}`}
      className={cn('data-[state=open]:bg-raised data-[state=open]:text-ink', className)}
    >
      <Ellipsis />
    </Button>
  );
  return (
    <>
      <Menu trigger={trigger} align={align} onCloseAutoFocus={(event) => naming && event.preventDefault()}>
        <MenuItem
          onSelect={() => {
            if (onRename) onRename();
            else setNaming(true);
          }}
        >
          <Pencil /> Rename
        </MenuItem>
        <MenuItem onSelect={() => void conversations.change(id, { status: closed ? 'active' : 'closed' })}>
          {closed ? <ArchiveRestore /> : <Archive />} {closed ? 'Reopen' : 'Archive'}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={remove}>
          <Trash2 /> Delete
        </MenuItem>
      </Menu>
      {naming && <RenameDialog id={id} title={conversation?.title ?? ''} onClose={() => setNaming(false)} />}
    </>
  );
}
