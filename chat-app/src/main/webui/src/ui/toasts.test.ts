import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { act, pause, resume, toast, toasts } from './toasts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const shown = () => toasts.getState().shown;

it('a toast goes by itself, and tells', () => {
  const onClose = vi.fn();
  toast({ text: 'a', duration: 100, onClose });
  vi.advanceTimersByTime(99);
  expect(shown()).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(shown()).toEqual([]);
  expect(onClose).toHaveBeenCalledOnce();
});

it('a toast that is pointed at stays, and has its rest afterwards', () => {
  toast({ text: 'a', duration: 100 });
  const { id } = shown()[0]!;
  vi.advanceTimersByTime(60);
  pause(id);
  vi.advanceTimersByTime(1000);
  resume(id);
  vi.advanceTimersByTime(39);
  expect(shown()).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(shown()).toEqual([]);
});

it('a toast whose action was taken does not close as well', () => {
  const onClose = vi.fn();
  const run = vi.fn();
  toast({ text: 'a', action: { label: 'Undo', run }, onClose });
  act(shown()[0]!.id);
  vi.runAllTimers();
  expect(run).toHaveBeenCalledOnce();
  expect(onClose).not.toHaveBeenCalled();
});

it('many toasts do not hide the page: the oldest goes, and what it waited for is done', () => {
  const onClose = vi.fn();
  toast({ text: '1', onClose });
  for (const text of ['2', '3', '4', '5']) toast({ text });
  expect(shown().map((one) => one.text)).toEqual(['2', '3', '4', '5']);
  expect(onClose).toHaveBeenCalledOnce();
});
