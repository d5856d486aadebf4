import { createStore } from 'zustand/vanilla';
import { stored } from './stored';

export type Theme = 'system' | 'dark' | 'light';

const key = 'chat.theme';
const system = matchMedia('(prefers-color-scheme: light)');

/** What the user chose. `public/theme.js` applies it before the first paint. */
export const theme = createStore<{ theme: Theme }>(() => ({ theme: read() }));

function read(): Theme {
  const kept = stored.get(key);
  return kept === 'dark' || kept === 'light' ? kept : 'system';
}

export function chooseTheme(chosen: Theme): void {
  theme.setState({ theme: chosen });
  stored.set(key, chosen);
}

function apply(): void {
  const chosen = theme.getState().theme;
  const light = chosen === 'light' || (chosen === 'system' && system.matches);
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
}

theme.subscribe(apply);
system.addEventListener('change', apply);
window.addEventListener('storage', (event) => {
  if (event.key === key) theme.setState({ theme: read() });
});
apply();
