import { useSyncExternalStore } from 'react';
import { pagePath } from './api/prefix';

/** What the page shows: a conversation, a new one where none is named; opened at a message or at its end. */
export interface Route {
  conversation?: string;
  message?: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const listeners = new Set<() => void>();
let current = read();

function read(): Route {
  const conversation = location.pathname.slice(pagePath.length + 1).replace(/\/+$/, '').toLowerCase();
  if (!uuid.test(conversation)) return {};
  const message = location.hash.slice(1).toLowerCase();
  return uuid.test(message) ? { conversation, message } : { conversation };
}

function changed() {
  const next = read();
  if (next.conversation === current.conversation && next.message === current.message) return;
  current = next;
  for (const listener of listeners) listener();
}

window.addEventListener('popstate', changed);
window.addEventListener('hashchange', changed);

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const route = () => current;

export function href({ conversation, message }: Route): string {
  if (!conversation) return pagePath;
  return `${pagePath}/${conversation}${message ? `#${message}` : ''}`;
}

/** Goes there; back leads to where the page was, unless that is replaced. */
export function go(to: Route, { replace = false } = {}) {
  const url = href(to);
  if (replace) history.replaceState(null, '', url);
  else if (url !== location.pathname + location.hash) history.pushState(null, '', url);
  changed();
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, route);
}
