import type { Message } from '../api/wire';

/** A message as it is shown: the server's, or what is known of one before the server has it whole. */
export type Shown = Message & {
  /** It is being said: more may come. */
  live?: true;
  /** The user's own message, on its way to the server. */
  outgoing?: 'sending' | 'failed';
  /** The arguments of a call as far as they have come: not JSON yet. */
  arguments_text?: string;
};
