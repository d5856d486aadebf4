import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Citation } from '../api/wire';
import { said, showMessage } from '../testing/showMessage';

afterEach(cleanup);

const PAGE = { type: 'url', title: 'A page', url: 'https://example.org/page' } as const;
const FILE = { type: 'file', title: 'A file', filename: 'notes.pdf' } as const;

function show(content: string, sources: Citation[]): HTMLElement {
  return showMessage(said('text', { role: 'assistant', content, sources })).container;
}

/** The text with its marks, where `^` stands for the place that is cited. */
function marked(text: string): string {
  const at = text.indexOf('^');
  const container = show(text.replace('^', ''), [{ source: PAGE, index: at }]);
  for (const mark of container.querySelectorAll('.citation')) mark.textContent = `[${mark.textContent}]`;
  const words = container.querySelector('.md')!.textContent;
  cleanup();
  return words;
}

describe('A source', () => {
  it('is marked where it is cited', () => {
    expect(marked('One.^ Two.')).toBe('One.[1] Two.');
    expect(marked('^One.')).toBe('[1]One.');
    expect(marked('One.^')).toBe('One.[1]');
    expect(marked('A **bold^ word**.')).toBe('A bold[1] word.');
    expect(marked('# Title^\n\nText')).toBe('Title[1]Text');
    expect(marked('- one^\n- two').trim()).toBe('one[1]\ntwo');
    expect(marked('| a^ |\n|---|\n| b |').trim()).toBe('a[1]b');
  });

  it('is marked behind what cannot be parted', () => {
    expect(marked('Call `f^oo` now')).toBe('Call foo[1] now');
    expect(marked('See [the li^nk](https://example.org/a) there')).toBe('See the link[1] there');
    expect(marked('See [the link](https://exa^mple.org/a) there')).toBe('See the link[1] there');
    expect(marked('An &am^p; here')).toBe('An & here[1]');
    expect(marked('One.\n^\nTwo.')).toBe('One.[1]Two.');
    expect(marked('```js\nlet ^x\n```\n\nText')).toMatch(/let x.*\[1\].*Text/s);
  });

  it('has one number, wherever it is cited, and stands in the list once', () => {
    const container = show('One. Two. Three.', [
      { source: PAGE, index: 4 },
      { source: FILE, index: 9 },
      { source: PAGE, index: 16 },
      { source: PAGE, index: 9 },
    ]);
    expect(container.querySelector('p')!.textContent).toBe('One.1 Two.21 Three.1');
    expect(container.textContent).toContain('2 sources');
  });

  it('without an address opens the list, which says more', () => {
    const container = show('One.', [
      { source: { ...PAGE, attribution: 'Somebody' } },
      { source: FILE, index: 4 },
      { source: { type: 'url', title: 'Evil', url: 'javascript:alert(1)' } },
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Source 2: A file' }));
    fireEvent(container.querySelector('details')!, new Event('toggle'));
    const [page, file, evil] = screen.getAllByRole('listitem').map((item) => item.textContent);
    expect(page).toBe('A page · example.org · Somebody');
    expect(file).toBe('A file · notes.pdf');
    expect(evil).toContain('Evil');
    expect([...container.querySelectorAll('a')].map((link) => link.href)).toEqual(['https://example.org/page']);
  });
});
