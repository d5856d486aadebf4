import type { Turn } from '../api/wire';

/** Says how a turn ended that did not end well; undefined for one that did, or goes on. */
export function ended(turn: Turn): string | undefined {
  switch (turn.state) {
    case 'failed':
      return `The answer failed: ${turn.error?.message ?? 'nobody knows why'}.`;
    case 'interrupted':
      return 'The server went away in the middle of the answer.';
    case 'stopped':
      return STOPPED[turn.end_reason ?? 'user'];
    default:
      return undefined;
  }
}

const STOPPED = {
  user: 'You stopped the answer.',
  superseded: 'Another message went first.',
  expired: 'The question was not answered in time.',
  deleted: 'The conversation was deleted.',
};
