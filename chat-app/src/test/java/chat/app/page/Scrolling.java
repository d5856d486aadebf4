package chat.app.page;

import com.microsoft.playwright.Page;
import java.util.Map;
import java.util.Objects;

/**
 * Watches the messages of a tab: in each frame, as late as a page can look before it is painted,
 * how far the view is from its end and how far what was in it has moved.
 */
final class Scrolling {
  private static final String WATCH =
      """
      () => {
        const log = document.querySelector('[role=log]');
        // One within the other: a frame tells the outer one of its size first, then the inner one.
        const eyes = [1, 2, 3].map(() => document.createElement('div'));
        eyes.reduce((outer, inner) => (outer.append(inner), inner), document.body);
        const [eye] = eyes;
        eye.setAttribute('aria-hidden', 'true');
        Object.assign(eye.style, { position: 'fixed', left: '-9px' });
        const blink = (it) => Object.assign(it.style, { width: it.style.width === '1px' ? '2px' : '1px', height: '1px' });
        const seen = { frames: 0, gap: 0, up: 0, down: 0, wheel: 0, ahead: 0, elements: 0 };
        window.seen = seen;
        let last;
        log.addEventListener('wheel', (e) => (seen.wheel += Math.abs(e.deltaY)), { passive: true });
        const look = () => {
          const now = new Map();
          for (const row of log.querySelectorAll('article[data-message]')) {
            now.set(row.dataset.message, row.getBoundingClientRect().top);
          }
          seen.frames++;
          seen.gap = Math.max(seen.gap, log.scrollHeight - log.clientHeight - log.scrollTop);
          seen.elements = Math.max(seen.elements, log.querySelectorAll('*').length);
          if (last) {
            const moves = [...now].filter(([id]) => last.has(id)).map(([id, top]) => top - last.get(id));
            const most = moves.length ? moves.reduce((a, b) => (Math.abs(a) > Math.abs(b) ? a : b)) : 0;
            if (most > 0) seen.down += most;
            else seen.up -= most;
            seen.ahead = Math.max(seen.ahead, seen.down - seen.wheel);
          }
          last = now;
        };
        new ResizeObserver(() => blink(eyes[1])).observe(eyes[0]);
        new ResizeObserver(() => blink(eyes[2])).observe(eyes[1]);
        new ResizeObserver(look).observe(eyes[2]);
        const tick = () => {
          blink(eye);
          requestAnimationFrame(tick);
        };
        tick();
      }
      """;

  private final Page page;

  private Scrolling(Page page) {
    this.page = page;
  }

  static Scrolling watch(Tab tab) {
    tab.page().evaluate(WATCH);
    return new Scrolling(tab.page());
  }

  /**
   * Is what was seen, in pixels and elements at most.
   *
   * @param gap between the view and its end
   * @param up how far messages moved up
   * @param down how far they moved down
   * @param wheel how far the wheel was turned
   * @param ahead how much further down they had moved than the wheel was turned
   */
  record Seen(
      double frames,
      double gap,
      double up,
      double down,
      double wheel,
      double ahead,
      double elements) {}

  /** Returns what was seen since it was forgotten, and two frames more. */
  Seen seen() {
    rest(2);
    var seen = (Map<?, ?>) Objects.requireNonNull(page.evaluate("() => window.seen"));
    return new Seen(
        number(seen, "frames"),
        number(seen, "gap"),
        number(seen, "up"),
        number(seen, "down"),
        number(seen, "wheel"),
        number(seen, "ahead"),
        number(seen, "elements"));
  }

  private static double number(Map<?, ?> seen, String name) {
    return ((Number) Objects.requireNonNull(seen.get(name))).doubleValue();
  }

  /** Lets so many frames pass. */
  void rest(int frames) {
    page.evaluate(
        "(n) => new Promise((done) => { const on = () => n-- > 0 ? requestAnimationFrame(on) :"
            + " done(); on(); })",
        frames);
  }

  /** Looks from now on only. */
  void forget() {
    page.evaluate("() => { for (const name in window.seen) window.seen[name] = 0; }");
  }

  /** Turns the wheel over the messages; up is below 0. */
  void wheel(int pixels) {
    page.mouse().move(700, 300);
    page.mouse().wheel(0, pixels);
    rest(2);
  }
}
