import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Found } from '../api/wire';
import { pageForTests, PageForTests } from '../testing/PageForTests';
import { problem, promised, ScriptedServer } from '../testing/ScriptedServer';
import { pauseOfTyping, useSearch } from './search';

const page = pageForTests();
let server: ScriptedServer;

const found = (title: string): Found => ({
  id: title,
  title,
  status: 'active',
  created_at: '',
  updated_at: '',
  match: { snippet: [{ text: title }] },
});
const pageOf = (...titles: string[]) => ({ data: titles.map(found), has_more: false });

function search(query: string) {
  return renderHook(({ query }) => useSearch(query), {
    initialProps: { query },
    wrapper: ({ children }) => <PageForTests page={page}>{children}</PageForTests>,
  });
}
const titles = (hook: ReturnType<typeof search>) => hook.result.current.found?.map((one) => one.title);
const wait = (time: number) => act(() => vi.advanceTimersByTimeAsync(time));

beforeEach(() => {
  vi.useFakeTimers();
  server = new ScriptedServer();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('asks when typing pauses, not at every letter', async () => {
  server.on('GET', /query/, () => pageOf('Oslo'));
  const hook = search('o');
  await wait(pauseOfTyping - 1);
  hook.rerender({ query: 'os' });
  await wait(pauseOfTyping);
  expect(server.requests('GET')).toEqual(['/api/alice/conversations?query=os&limit=30']);
  expect(titles(hook)).toEqual(['Oslo']);
});

it('never shows an answer to what was looked for before', async () => {
  const slow = promised<object>();
  server.on('GET', /query=a&/, () => slow.promise).on('GET', /query=ab&/, () => pageOf('new'));
  const hook = search('a');
  await wait(pauseOfTyping);
  hook.rerender({ query: 'ab' });
  expect(server.asked[0]?.signal?.aborted).toBe(true);
  await wait(pauseOfTyping);
  slow.resolve(pageOf('old'));
  await wait(0);
  expect(titles(hook)).toEqual(['new']);
});

it('keeps what was found until there is better', async () => {
  server.on('GET', /query=a&/, () => pageOf('first')).on('GET', /query=ab&/, () => pageOf('second'));
  const hook = search('a');
  await wait(pauseOfTyping);
  hook.rerender({ query: 'ab' });
  expect(titles(hook)).toEqual(['first']);
  expect(hook.result.current.searching).toBe(true);
  await wait(pauseOfTyping);
  expect(titles(hook)).toEqual(['second']);
});

it('says that it failed, and asks again when told', async () => {
  server.on('GET', /query/, () => problem(503, 'storage_unavailable'));
  const hook = search('a');
  await wait(pauseOfTyping);
  expect(hook.result.current).toMatchObject({ failed: true, searching: false });
  server.on('GET', /query/, () => pageOf('there'));
  act(() => hook.result.current.retry());
  await wait(pauseOfTyping);
  expect(titles(hook)).toEqual(['there']);
});

it('asks for more where the last page ended', async () => {
  server
    .on('GET', /query/, () => ({ data: [found('one')], has_more: true, after: 'A' }))
    .on('GET', /after=A/, () => pageOf('two'));
  const hook = search('a');
  await wait(pauseOfTyping);
  act(() => hook.result.current.loadMore());
  await wait(0);
  expect(titles(hook)).toEqual(['one', 'two']);
  expect(hook.result.current.more).toBe(false);
});

it('asks nothing where there is no word', async () => {
  search('  ');
  await wait(pauseOfTyping);
  expect(server.asked).toEqual([]);
});
