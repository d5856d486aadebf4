import { useEffect, useState } from 'react';
import { usePage } from '../page';
import { go, route } from '../router';
import { toast } from '../ui/toasts';
import { Sending } from './sending';
import { Thread } from './thread';
import type { OpenThread } from './context';

/** How often an open conversation is looked at for what happened on another device, in milliseconds. */
const LOOK = 10_000;

/**
 * Opens the conversation, at the message if one is named, and keeps it up to date while the page is
 * looked at. A new conversation stays the same thread when it gets its id.
 */
export function useThread(conversation: string | undefined, message: string | undefined): OpenThread {
  const { api, conversations, drafts } = usePage();
  const make = (): OpenThread => {
    const thread = new Thread(api, conversation, {
      touched: (changed) => {
        conversations.touch(changed);
        // When it was, the server's clock says.
        void conversations.refresh();
      },
      created: (id) => {
        drafts.adopt(id);
        if (route().conversation === undefined) go({ conversation: id }, { replace: true });
      },
      notice: (level, text, title) => toast({ kind: level, title, text, markdown: true }),
    });
    return { thread, sending: new Sending(thread) };
  };
  const [open, setOpen] = useState(make);
  const same = open.thread.id === conversation;

  // Another conversation; or a new one after the one before got its id.
  if (!same) setOpen(make());

  useEffect(() => {
    const { thread, sending } = open;
    thread.open();
    if (thread.id !== undefined) conversations.keep(thread.id);
    if (thread.state.phase === 'new') sending.recall();
    const look = () => document.visibilityState === 'visible' && void thread.refresh();
    const timer = setInterval(look, LOOK);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
      thread.close();
    };
  }, [open, conversations]);

  useEffect(() => {
    const { thread, sending } = open;
    if (thread.state.phase !== 'new') void thread.load(message).then(() => sending.recall());
    // A message of its own that a new conversation begins with is no place to go to.
  }, [open, message]);

  // What the user does in another tab shows in the list first.
  useEffect(
    () =>
      conversations.list.subscribe((now, before) => {
        const id = open.thread.id;
        const at = (list: typeof now) => list.items.find((item) => item.id === id)?.updated_at;
        if (id !== undefined && at(now) !== at(before)) void open.thread.refresh();
      }),
    [open, conversations],
  );

  return open;
}
