import { Refused, Unreachable } from '../api/api';

/** A duration for people: `340 ms`, `2.1 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

/** A moment: the time of a day that is today, else with its date. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString([], isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' });
}

export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  if (size < 1_000_000) return `${(size / 1_000).toFixed(size < 10_000 ? 1 : 0)} kB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}

/** JSON as people read it; text that says what it is where it is none. */
export function pretty(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

const TOOL_ERRORS: Record<string, string> = {
  tool_error: 'The tool says that it failed.',
  timeout: 'It took too long and was cut off. It may have had an effect.',
  interrupted: 'It was cut off. It may have had an effect.',
  unavailable: 'The tool’s server could not be reached.',
  credentials_expired: 'There was no valid sign-in to call it with. Sign in again and retry.',
  unknown_tool: 'There is no such tool any more.',
  tool_changed: 'The tool is no longer what it was when it was offered, so it was not called.',
  invalid_arguments: 'The arguments do not fit the tool.',
  arguments_changed: 'The arguments were not those that were approved, so it was not called.',
  denied: 'It was not allowed, so it was not called.',
  expired: 'Nobody allowed it in time, so it was not called.',
  limit_reached: 'This turn may make no more calls.',
};

/** Why a call has no result, as a sentence; a word that is not known stays as it is. */
export function toolError(word: string): string {
  return Object.hasOwn(TOOL_ERRORS, word) ? TOOL_ERRORS[word]! : word;
}

const REFUSALS: Record<string, string> = {
  already_answered: 'This was answered before, with another answer, or it is too late for one.',
  call_changed: 'The call has changed in the meantime. Read it again before you answer.',
  turn_running: 'An answer is still being written. Wait for its end, or stop it.',
  turn_awaiting: 'Something else waits for an answer. Answer it first.',
  conversation_locked: 'This conversation is closed.',
  rate_limited: 'That was too often. Try again in a while.',
  overloaded: 'The server is busy. Try again in a while.',
  draining: 'The server restarts. Try again in a moment.',
  storage_unavailable: 'The server cannot store anything just now. Try again in a while.',
};

/** Why something could not be done, for people. */
export function refusal(failure: unknown): string {
  if (failure instanceof Unreachable) return 'The server cannot be reached. Try again.';
  if (!(failure instanceof Refused)) return 'That did not work. Try again.';
  const { code, detail } = failure.problem;
  return REFUSALS[code] ?? `That was refused: ${detail}`;
}

/** A name within a sentence, which it cannot turn around, whatever direction it is written in. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}
