import type { Conversation } from '../api/wire';

/** What a thread tells those around it. */
export interface ThreadListener {
  /** The conversation is new, or changed, or something happened in it. */
  touched(conversation: Conversation): void;
  /** A new conversation has got its id. */
  created(id: string): void;
  notice(level: 'info' | 'warning' | 'danger', message: string, title?: string): void;
}
