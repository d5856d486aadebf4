import { Download, FileText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { ownPath } from '../api/api';
import type { Attachment, AttachmentDetail } from '../api/wire';
import { type ThreadActions, useThreadActions } from '../thread/actions';
import { useSending } from './useSending';
import { bytes } from './words';

/** What was sent with a message: images to be seen, files to be fetched. */
export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  return (
    <ul className="mb-2 flex flex-wrap gap-2" aria-label="Attachments">
      {attachments.map((attachment) => (
        <li key={attachment.id} className="max-w-full">
          {attachment.mime_type.startsWith('image/') ? <Picture attachment={attachment} /> : <File attachment={attachment} />}
        </li>
      ))}
    </ul>
  );
}

/** What is known of attachments: rows come and go, and need not ask again while the addresses are good. */
const known = new Map<string, { detail: Promise<AttachmentDetail>; until: number }>();

const GOOD_FOR_MS = 60 * 60 * 1_000;

function detailOf(id: string, look: ThreadActions['attachment']): Promise<AttachmentDetail> {
  const now = Date.now();
  const found = known.get(id);
  if (found && now < found.until) return found.detail;
  const detail = look(id);
  known.set(id, { detail, until: now + GOOD_FOR_MS });
  detail.catch(() => known.delete(id));
  return detail;
}

/** An image's preview; a file like any other where it has none. */
function Picture({ attachment }: { attachment: Attachment }) {
  const { attachment: look } = useThreadActions();
  const [detail, setDetail] = useState<AttachmentDetail>();
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    let isGone = false;
    detailOf(attachment.id, look).then(
      (found) => isGone || setDetail(found),
      () => isGone || setBroken(true),
    );
    return () => {
      isGone = true;
    };
  }, [look, attachment.id]);
  if (isBroken || (detail && !detail.preview_url)) return <File attachment={attachment} />;
  if (!detail) return <span className="block size-32 rounded-lg border border-line bg-raised" role="img" aria-label={attachment.name} />;
  const preview = ownPath(detail.preview_url!);
  const picture = (
    <img src={preview} alt={attachment.name} className="size-32 rounded-lg border border-line object-cover" onError={() => setBroken(true)} />
  );
  if (!detail.download_url) return picture;
  return (
    <a href={ownPath(detail.download_url)} download={attachment.name} title={`Download ${attachment.name}`} className="block">
      {picture}
    </a>
  );
}

/** A file that is fetched when it is asked for: its address is good for a day only. */
function File({ attachment }: { attachment: Attachment }) {
  const { attachment: look } = useThreadActions();
  const { isBusy, failure, send } = useSending();
  const { id, name, size, mime_type } = attachment;
  return (
    <>
      <button
        type="button"
        disabled={isBusy}
        title={`Download ${name} (${mime_type})`}
        className="flex max-w-full items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2 text-start text-sm hover:bg-raised disabled:opacity-50"
        onClick={() =>
          send(async () => {
            const { download_url } = await detailOf(id, look);
            if (download_url) save(ownPath(download_url), name);
          })
        }
      >
        <FileText className="size-4 shrink-0 text-muted" aria-hidden />
        <bdi className="min-w-0 truncate">{name}</bdi>
        <span className="shrink-0 text-muted">
          {ending(name)} {bytes(size)}
        </span>
        <Download className="size-4 shrink-0 text-muted" aria-hidden />
      </button>
      {failure && (
        <p role="alert" className="mt-1 text-sm text-danger-ink">
          {failure}
        </p>
      )}
    </>
  );
}

/** The end of a name, said apart: characters that turn the direction can make it look like another. */
function ending(name: string): string {
  return /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toUpperCase() ?? '';
}

function save(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
