import { ArrowUp, Paperclip, Square } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Attachment } from '../api/wire';
import { isField } from '../frame/shortcuts';
import { usePage } from '../page';
import { bytes } from '../parts/words';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import { toast } from '../ui/toasts';
import { Tooltip } from '../ui/Tooltip';
import type { Draft } from './drafts';
import { DropZone } from './DropZone';
import { ModelMenu, useModel } from './ModelMenu';
import { UploadChips } from './UploadChips';

export interface Sent {
  text: string;
  attachments: Attachment[];
  model?: string;
}

export interface ComposerProps {
  conversation: string | undefined;
  /** An answer is being written: it can be stopped, and what is sent waits for its end. */
  running: boolean;
  onSend(sent: Sent): void;
  onStop(): void;
  /** Why nothing can be sent. */
  disabled?: string | undefined;
  /** Makes that it can be. */
  onReopen?: (() => void) | undefined;
  onEditLast?: (() => void) | undefined;
}

/** How long a message may be, in UTF-16. */
const longest = 100_000;

const id = 'composer';

const growsByItself = CSS.supports('field-sizing', 'content');

export function focusComposer(): void {
  document.getElementById(id)?.focus();
}

/** Where a message is written. It is never blocked: neither by an answer under way nor by what failed. */
export function Composer({ conversation, running, onSend, onStop, disabled, onReopen, onEditLast }: ComposerProps) {
  const { config, drafts } = usePage();
  const draft = drafts.of(conversation);
  const { text } = useStore(draft.written);
  const { items } = useStore(draft.uploads.list);
  const [model, chooseModel] = useModel(config.models);
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const hint = useId();
  // Which draft waits for its files: another one is not sent for it.
  const [waitingFor, waitFor] = useState<Draft>();
  const waiting = waitingFor === draft;

  const uploading = items.some((upload) => upload.state === 'sending');
  const failed = items.some((upload) => upload.state === 'failed');
  const empty = text.trim() === '' && !items.some((upload) => upload.state !== 'failed');
  const tooLong = text.length > longest;
  const sendable = !empty && !tooLong && disabled === undefined;

  const send = useCallback(() => {
    const { text, attachments } = draft.take();
    waitFor(undefined);
    onSend({ text: wellFormed(text), attachments, ...(model === undefined ? {} : { model }) });
  }, [draft, onSend, model]);
  const submit = () => {
    if (!sendable) return;
    if (uploading) waitFor(draft);
    else send();
  };

  // What waited for its files goes when they are there; not without one of them.
  useEffect(() => {
    if (!waiting || uploading) return;
    if (failed || !sendable) waitFor(undefined);
    else send();
  }, [waiting, uploading, failed, sendable, send]);

  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
    return () => waitFor(undefined);
  }, [draft]);

  useLayoutEffect(() => {
    const area = field.current;
    if (!area || growsByItself) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);

  useEffect(() => {
    if (!running) return;
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape' || event.shiftKey || event.defaultPrevented || event.isComposing) return;
      if (event.target !== field.current && isField(event.target)) return;
      event.preventDefault();
      onStop();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [running, onStop]);

  const add = useCallback(
    (files: Iterable<File>) => draft.uploads.add(files).forEach((why) => toast({ kind: 'danger', text: why })),
    [draft],
  );

  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter ends what an input method composes; Safari says so by the key code only.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey && !matchMedia('(pointer: coarse)').matches) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && text === '' && onEditLast) {
      event.preventDefault();
      onEditLast();
    }
  };

  const pasted = (event: ClipboardEvent) => {
    const { files, types } = event.clipboardData;
    // Office programs put a picture beside the text that they copy.
    if (files.length === 0 || types.includes('text/plain')) return;
    event.preventDefault();
    add(files);
  };

  const { types, max_bytes, max_per_message } = config.attachments;
  const attach = `Attach files: up to ${max_per_message}, ${bytes(max_bytes)} each`;
  return (
    <div className="mx-auto w-full max-w-3xl px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      {disabled !== undefined && (
        <div role="status" className="mb-2 flex items-center justify-between gap-3 rounded-xl bg-surface px-4 py-2 text-sm text-muted">
          {disabled}
          {onReopen && (
            <Button size="small" onClick={onReopen}>
              Reopen
            </Button>
          )}
        </div>
      )}
      <form
        className="rounded-2xl border border-line bg-surface shadow-sm focus-within:border-muted"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <UploadChips uploads={draft.uploads} items={items} />
        <textarea
          id={id}
          ref={field}
          rows={1}
          className="block max-h-[40dvh] min-h-12 w-full resize-none field-sizing-content bg-transparent px-4 pt-3 pb-1 text-base leading-6 outline-none placeholder:text-muted"
          placeholder="Write a message"
          aria-label="Message"
          aria-describedby={hint}
          aria-invalid={tooLong}
          dir="auto"
          enterKeyHint={matchMedia('(pointer: coarse)').matches ? 'enter' : 'send'}
          value={text}
          onChange={(event) => draft.write(event.target.value)}
          onKeyDown={pressed}
          onPaste={pasted}
        />
        <div className="flex items-center gap-1 p-2">
          {types.length > 0 && (
            <Tooltip text={attach} side="top">
              <Button variant="ghost" size="icon" aria-label={attach} onClick={() => chooser.current?.click()}>
                <Paperclip />
              </Button>
            </Tooltip>
          )}
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            accept={types.includes('*/*') ? undefined : types.join(',')}
            onChange={(event) => {
              add(Array.from(event.target.files ?? []));
              event.target.value = '';
            }}
          />
          <ModelMenu models={config.models} model={model} onChoose={chooseModel} />
          <p id={hint} role="status" className={cn('min-w-0 flex-1 truncate px-1 text-right text-xs text-muted', tooLong && 'text-danger-ink')}>
            {tooLong
              ? `${text.length.toLocaleString()} of ${longest.toLocaleString()} characters`
              : waiting
                ? 'Goes out when the files are there'
                : running && !empty
                  ? 'Waits for the answer'
                  : ''}
          </p>
          {running && (
            <Tooltip text="Stop" side="top">
              <Button size="icon" aria-label="Stop the answer" onClick={onStop} className="[&_svg]:size-3.5">
                <Square className="fill-current" />
              </Button>
            </Tooltip>
          )}
          {(!running || !empty) && (
            <Tooltip text={waiting ? 'Do not send yet' : 'Send'} side="top">
              <Button
                type={waiting ? 'button' : 'submit'}
                variant={waiting ? 'outline' : 'primary'}
                size="icon"
                aria-label={waiting ? 'Do not send yet' : 'Send'}
                aria-disabled={!sendable}
                className="aria-disabled:bg-raised aria-disabled:text-muted"
                onClick={waiting ? () => waitFor(undefined) : undefined}
              >
                <ArrowUp className={cn(waiting && 'animate-pulse')} />
              </Button>
            </Tooltip>
          )}
        </div>
      </form>
      <DropZone onFiles={disabled === undefined && types.length > 0 ? add : undefined} />
    </div>
  );
}

/** Without what the server refuses: halves of characters, and NUL. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '');
}
