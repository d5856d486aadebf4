import type { UserMessage } from '../api/wire';
import { Attachments } from './Attachments';
import { LongText } from './LongText';

/** What the user said, as it was written. */
export function UserText({ message: { content, quoted, attachments } }: { message: UserMessage }) {
  return (
    <>
      {quoted && (
        <blockquote className="mb-2 line-clamp-4 border-s-2 border-line ps-3 text-sm text-muted" dir="auto">
          {quoted}
        </blockquote>
      )}
      {attachments && <Attachments attachments={attachments} />}
      {content !== '' && (
        <p className="wrap-anywhere whitespace-pre-wrap" dir="auto">
          <LongText>{content}</LongText>
        </p>
      )}
    </>
  );
}
