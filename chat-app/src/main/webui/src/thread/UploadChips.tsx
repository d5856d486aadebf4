import { File as FileIcon, RotateCcw, X } from 'lucide-react';
import { bytes } from '../parts/words';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import type { Upload, Uploads } from './uploads';

/** The files of a message that is being written. */
export function UploadChips({ uploads, items }: { uploads: Uploads; items: Upload[] }) {
  if (items.length === 0) return null;
  return (
    <ul aria-label="Attached files" className="flex max-h-40 flex-wrap gap-2 overflow-y-auto p-3 pb-0">
      {items.map((upload) => (
        <li
          key={upload.key}
          className={cn(
            'relative flex min-h-12 w-56 max-w-full items-center gap-2 overflow-hidden rounded-xl border bg-page pr-1',
            upload.state === 'failed' ? 'border-danger' : 'border-line',
          )}
        >
          {upload.preview ? (
            <img src={upload.preview} alt="" className="size-12 shrink-0 object-cover" />
          ) : (
            <FileIcon className="ml-3 size-5 shrink-0 text-muted" aria-hidden />
          )}
          <span className="min-w-0 flex-1">
            <bdi className="block truncate text-xs font-medium" title={upload.name}>
              {upload.name}
            </bdi>
            <span
              className={cn('block text-xs', upload.state === 'failed' ? 'py-0.5 text-danger-ink' : 'truncate text-muted')}
            >
              {upload.state === 'failed' ? upload.why : bytes(upload.size)}
            </span>
          </span>
          {upload.state === 'failed' && (
            <Button variant="ghost" size="icon-small" aria-label={`Upload ${upload.name} again`} onClick={() => uploads.retry(upload.key)}>
              <RotateCcw />
            </Button>
          )}
          <Button variant="ghost" size="icon-small" aria-label={`Remove ${upload.name}`} onClick={() => uploads.remove(upload.key)}>
            <X />
          </Button>
          {upload.state === 'sending' && (
            <progress
              aria-label={`Uploading ${upload.name}`}
              value={upload.progress}
              max={1}
              className="absolute inset-x-0 bottom-0 h-0.5 w-full appearance-none bg-transparent [&::-moz-progress-bar]:bg-accent-ink [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent-ink"
            />
          )}
        </li>
      ))}
    </ul>
  );
}
