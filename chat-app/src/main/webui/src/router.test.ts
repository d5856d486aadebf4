import { expect, it } from 'vitest';
import { go, href, route } from './router';

const c = '01890000-0000-7000-8000-00000000000c';
const m = '01890000-0000-7000-8000-00000000000d';

it('an address is a conversation, and a message of it', () => {
  go({ conversation: c, message: m });
  expect(location.pathname + location.hash).toBe(`/dashboard/chat/${c}#${m}`);
  expect(route()).toEqual({ conversation: c, message: m });
  go({});
  expect(location.pathname + location.hash).toBe('/dashboard/chat');
  expect(route()).toEqual({});
});

it('what is no id is nothing', () => {
  history.replaceState(null, '', `/dashboard/chat/<script>#x`);
  window.dispatchEvent(new Event('popstate'));
  expect(route()).toEqual({});
  history.replaceState(null, '', `/dashboard/chat/${c}#javascript:alert(1)`);
  window.dispatchEvent(new Event('popstate'));
  expect(route()).toEqual({ conversation: c });
});

it('going where one is leaves no trace in the history', () => {
  go({ conversation: c });
  const { length } = history;
  go({ conversation: c });
  expect(history.length).toBe(length);
  expect(href({ conversation: c })).toBe(`/dashboard/chat/${c}`);
});
