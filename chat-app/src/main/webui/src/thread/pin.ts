import { useCallback, useEffect, useRef, useState } from 'react';

/** How near to the end counts as there, in pixels: layouts round. */
const NEAR = 2;
/** For how long what the reader did explains where the view went, in milliseconds. */
const INTENT = 1000;
/** For how long a change of size does. */
const SETTLING = 250;

const KEYS_UP = ['ArrowUp', 'PageUp', 'Home'];

/**
 * Keeps a scrolled view at its end as long as the reader wants it there, through everything that
 * grows, shrinks and is resized. It is what the reader does that decides, never where the view
 * happens to be: a wheel, a finger, a key, the focus or the scrollbar that moves it up lets it go,
 * and so does whatever else moves it while nothing changes its size, such as a search in the page.
 * Reaching the end holds it again.
 */
export function usePin() {
  const pinned = useRef(true);
  const scroller = useRef<HTMLElement | null>(null);
  const release = useRef<() => void>(undefined);
  const [atEnd, setAtEnd] = useState(true);

  const set = useCallback((value: boolean) => {
    pinned.current = value;
    setAtEnd(value);
  }, []);

  const hold = useCallback(() => {
    const element = scroller.current;
    if (!element || !pinned.current) return;
    const end = element.scrollHeight - element.clientHeight;
    if (Math.abs(end - element.scrollTop) > 0.5) element.scrollTop = end;
  }, []);

  const attach = useCallback(
    (element: HTMLElement | null) => {
      release.current?.();
      release.current = undefined;
      scroller.current = element;
      if (!element) return;
      let intended = 0;
      let sized = performance.now();
      let dragging = false;
      let last = element.scrollTop;
      const intend = () => (intended = performance.now());
      const onWheel = (e: WheelEvent) => {
        intend();
        // Even when there is no scroll event yet: nothing may pull the view back under the reader.
        if (e.deltaY < 0 && element.scrollHeight > element.clientHeight) set(false);
      };
      const onKey = (e: KeyboardEvent) => {
        if (KEYS_UP.includes(e.key)) intend();
      };
      const onPointerDown = (e: PointerEvent) => {
        dragging = e.target === element;
      };
      const onPointerUp = () => {
        if (dragging) intend();
        dragging = false;
      };
      const onScroll = () => {
        const gap = element.scrollHeight - element.clientHeight - element.scrollTop;
        const up = element.scrollTop < last;
        last = element.scrollTop;
        const now = performance.now();
        const wanted = dragging || now - intended < INTENT || now - sized > SETTLING;
        if (up && gap > NEAR && wanted) set(false);
        else if (!up && gap <= NEAR && !pinned.current) set(true);
        // The list itself moved it, for sizes it has learnt.
        else if (pinned.current && gap > NEAR) hold();
      };
      const resized = new ResizeObserver(() => {
        sized = performance.now();
        hold();
      });
      const observe = () => {
        resized.disconnect();
        resized.observe(element);
        for (const inner of element.querySelectorAll('[data-viewport-type] > *')) {
          resized.observe(inner, { box: 'border-box' });
        }
        hold();
      };
      const children = new MutationObserver(observe);
      children.observe(element.firstElementChild ?? element, { childList: true });
      observe();
      element.addEventListener('wheel', onWheel, { passive: true });
      element.addEventListener('touchmove', intend, { passive: true });
      element.addEventListener('keydown', onKey);
      element.addEventListener('focusin', intend);
      element.addEventListener('pointerdown', onPointerDown);
      addEventListener('pointerup', onPointerUp);
      element.addEventListener('scroll', onScroll, { passive: true });
      release.current = () => {
        resized.disconnect();
        children.disconnect();
        element.removeEventListener('wheel', onWheel);
        element.removeEventListener('touchmove', intend);
        element.removeEventListener('keydown', onKey);
        element.removeEventListener('focusin', intend);
        element.removeEventListener('pointerdown', onPointerDown);
        removeEventListener('pointerup', onPointerUp);
        element.removeEventListener('scroll', onScroll);
      };
    },
    [hold, set],
  );

  useEffect(() => () => release.current?.(), []);

  const toEnd = useCallback(() => {
    set(true);
    hold();
  }, [hold, set]);

  return { attach, hold, toEnd, let: useCallback(() => set(false), [set]), atEnd };
}
