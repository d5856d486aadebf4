import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import { useConversation } from '../conversations/store';
import { usePage } from '../page';
import { ImageOriginsContext } from '../parts/urls';
import { go } from '../router';
import { Button } from '../ui/Button';
import { type ThreadActions, ThreadActionsContext } from './actions';
import { Announcer } from './Announcer';
import { Composer } from './Composer';
import { OpenThreadContext } from './context';
import { MessageList } from './MessageList';
import { Queue } from './Queue';
import { isOpen } from './state';
import type { Thread } from './thread';
import { useThread } from './useThread';

interface Props {
  conversation: string | undefined;
  /** Where to begin; at the end without it. */
  message: string | undefined;
}

/** A conversation: what was said, what is being said, and where to say something. */
export function ThreadView({ conversation, message }: Props) {
  const { api, config, conversations } = usePage();
  const open = useThread(conversation, message);
  const { thread, sending } = open;
  const state = useStore(thread.store);
  const listed = useConversation(conversation);
  const status = listed?.status ?? state.conversation?.status ?? 'active';

  const awaiting = state.turn?.awaiting;
  const busy = isOpen(state.turn);
  // Another object when what can be done changes, so that the messages that offer it are drawn again.
  const actions = useMemo<ThreadActions>(
    () => ({
      answer: (to, answer) => thread.answer(to, answer),
      busy,
      act: (widget, action) => sending.act(widget, action),
      pending: (of) => awaiting?.find((pending) => pending.message_id === of.id),
      attachment: (id) => api.attachment(id),
    }),
    [thread, sending, api, awaiting, busy],
  );

  if (state.phase === 'missing') {
    return (
      <Empty title="This conversation is not there">
        <p>It was deleted, or the link is another person's.</p>
        <Button variant="primary" onClick={() => go({})}>
          Start a new one
        </Button>
      </Empty>
    );
  }
  return (
    <OpenThreadContext value={open}>
      <ThreadActionsContext value={actions}>
        <ImageOriginsContext value={config.image_origins}>
          {state.phase === 'failed' ? (
            <Empty title="The conversation could not be loaded">
              <p>The server does not answer, or the network is down.</p>
              <Button onClick={() => void thread.load(message)}>Try again</Button>
            </Empty>
          ) : state.phase === 'loading' ? (
            <div className="flex-1" aria-busy="true" aria-label="Loading" role="status" />
          ) : state.messages.length === 0 && !isOpen(state.turn) ? (
            <Empty title="What can I do for you?" />
          ) : (
            <MessageList
              key={state.stretch}
              state={state}
              onMore={(direction) => void thread.loadMore(direction)}
              onNewest={() => void thread.load()}
            />
          )}
          <Queue turns={state.queue} />
          <Composer
            conversation={conversation}
            running={isOpen(state.turn)}
            onSend={({ text, attachments, model }) => void sending.send(text, attachments, model)}
            onStop={() => void thread.stop()}
            onEditLast={isOpen(state.turn) ? undefined : () => editLast(thread)}
            {...(status === 'closed' && conversation !== undefined
              ? {
                  disabled: 'This conversation is archived.',
                  onReopen: () => void conversations.change(conversation, { status: 'active' }),
                }
              : status === 'locked'
                ? { disabled: 'This conversation is locked.' }
                : {})}
          />
          <Announcer />
        </ImageOriginsContext>
      </ThreadActionsContext>
    </OpenThreadContext>
  );
}

/** Begins to write the user's last message anew. */
function editLast(thread: Thread): void {
  const last = thread.state.messages.findLast((m) => m.role === 'user' && !m.outgoing);
  if (last) thread.edit({ message: last.id, text: last.content });
}

function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 px-6 text-center text-muted">
      <h2 className="text-xl font-medium text-ink">{title}</h2>
      {children}
    </div>
  );
}
