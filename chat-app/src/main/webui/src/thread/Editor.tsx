import { useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { Button } from '../ui/Button';
import { focusComposer } from './Composer';
import { useOpenThread } from './context';
import type { Shown } from './shown';

/** Where an earlier message is written anew. */
export function Editor({ message, onDone }: { message: Shown; onDone(): void }) {
  const { thread, sending } = useOpenThread();
  // Kept by the thread: what is scrolled out of view is not in the page.
  const text = useStore(thread.store, ({ editing }) => editing?.text ?? message.content);
  const area = useRef<HTMLTextAreaElement>(null);
  const attached = message.role === 'user' && (message.attachments?.length ?? 0) > 0;
  const sendable = (text.trim() !== '' || attached) && text !== message.content;

  useLayoutEffect(() => {
    const { current } = area;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight}px`;
  }, [text]);

  const send = () => {
    if (!sendable) return;
    onDone();
    focusComposer();
    void sending.edit(message, text);
  };
  const cancel = () => {
    onDone();
    // The message is there again with the next frame.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-message="${CSS.escape(message.id)}"]`)?.focus());
  };
  return (
    <form
      className="mx-auto mb-4 w-full max-w-3xl px-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={area}
        autoFocus
        className="max-h-[50dvh] w-full resize-none rounded-2xl border border-line bg-surface px-4 py-3 leading-6"
        aria-label="Edit the message"
        dir="auto"
        value={text}
        onChange={(event) => thread.edit({ message: message.id, text: event.target.value })}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === 'Escape') {
            event.stopPropagation();
            cancel();
          } else if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            send();
          }
        }}
      />
      <div className="mt-2 flex justify-end gap-2">
        <Button size="small" variant="ghost" onClick={cancel}>
          Cancel
        </Button>
        <Button size="small" variant="primary" type="submit" disabled={!sendable}>
          Send
        </Button>
      </div>
    </form>
  );
}
