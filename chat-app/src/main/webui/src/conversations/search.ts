import { useCallback, useEffect, useState } from 'react';
import type { Api } from '../api/api';
import type { Found } from '../api/wire';
import { usePage } from '../page';

export interface Search {
  /** What was found; undefined until the first answer. */
  found: Found[] | undefined;
  searching: boolean;
  failed: boolean;
  more: boolean;
  loadMore(): void;
  retry(): void;
}

interface State {
  query: string;
  found: Found[] | undefined;
  after: string | undefined;
  searching: boolean;
  failed: boolean;
}

const nothing: State = { query: '', found: undefined, after: undefined, searching: false, failed: false };

/** How long a user has to stop typing before the server is asked, in milliseconds. */
export const pauseOfTyping = 150;

/** Searches the user's conversations while they type; what was found before stays until there is better. */
export function useSearch(query: string): Search {
  const { api } = usePage();
  const [state, setState] = useState<State>(nothing);
  const [attempt, setAttempt] = useState(0);
  const wanted = query.trim() === '' ? '' : query;

  useEffect(() => {
    if (wanted === '') {
      setState(nothing);
      return;
    }
    const asking = new AbortController();
    setState((before) => ({ ...before, query: wanted, searching: true, failed: false }));
    const timer = setTimeout(() => void ask(api, wanted, undefined, asking.signal, setState), pauseOfTyping);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [api, wanted, attempt]);

  const { found, after, searching, failed } = state;
  const loadMore = useCallback(() => {
    if (after === undefined || searching || failed) return;
    setState((before) => ({ ...before, searching: true }));
    void ask(api, wanted, after, undefined, setState);
  }, [api, wanted, after, searching, failed]);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  return { found, searching, failed, more: after !== undefined, loadMore, retry };
}

async function ask(
  api: Api,
  query: string,
  after: string | undefined,
  signal: AbortSignal | undefined,
  set: (change: (before: State) => State) => void,
): Promise<void> {
  // An answer to what is not looked for any more is dropped, even if it could not be called off.
  const settle = (change: (before: State) => Partial<State>) =>
    set((before) => (before.query === query && !signal?.aborted ? { ...before, searching: false, ...change(before) } : before));
  try {
    const page = await api.search({ query, limit: 30, ...(after === undefined ? {} : { after }) }, signal);
    settle(({ found }) => ({
      found: after === undefined ? page.data : [...(found ?? []), ...page.data],
      after: page.has_more ? page.after : undefined,
    }));
  } catch {
    settle(() => ({ failed: true }));
  }
}
