import { useState } from 'react';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Input } from '../ui/Input';
import { useConversations } from './store';

/** How long a title may be, in characters. */
export const longestTitle = 200;

export function RenameDialog({ id, title, onClose }: { id: string; title: string; onClose(): void }) {
  const conversations = useConversations();
  const [name, setName] = useState(title);
  return (
    <Dialog open onClose={onClose} title="Rename the conversation">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '' && name.trim() !== title) void conversations.change(id, { title: name.trim() });
          onClose();
        }}
      >
        <Input
          aria-label="Title"
          value={name}
          maxLength={longestTitle}
          autoFocus
          dir="auto"
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={name.trim() === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
