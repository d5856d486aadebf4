import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Question, Task } from '../api/wire';
import { said, showMessage } from '../testing/showMessage';
import type { Shown } from '../thread/shown';
import { Markdown } from './Markdown';
import { ImageOriginsContext } from './urls';

vi.setConfig({ testTimeout: 120_000 });

afterEach(cleanup);

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>',
  '<iframe src="https://evil.example"></iframe><style>*{display:none}</style>',
  '<a href="javascript:alert(1)" style="position:fixed">x</a>',
  '[x](javascript:alert(1)) [x](JaVaScRiPt:alert(1)) [x](  javascript:alert(1)) [x](java\nscript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>) [x](vbscript:x) [x](blob:https://evil.example/1) [x](file:///etc/passwd)',
  '![x](javascript:alert(1)) ![x](data:image/svg+xml,<svg/onload=alert(1)>) ![x](data:image/png;base64,AAAA)',
  '![x](https://evil.example/pixel.png) ![x](//evil.example/pixel.png) ![x](/pixel.png) ![x][e]\n\n[e]: https://evil.example/e.png',
  '<javascript:alert(1)> <https://evil.example/<script>>',
  '[x]: javascript:alert(1)\n\n[x] [x][]',
  '"><img src=x onerror=alert(1)>',
  '&lt;script&gt;alert(1)&lt;/script&gt; &#106;avascript:alert(1)',
  '[^1]\n\n[^1]: <img src=x onerror=alert(1)>',
  '\u202Egnp.exe\u202C \u2066isolated \u0000 \uFEFF \uD800',
  '| <script> | [x](javascript:1) |\n|--|--|\n| <img src=x> | ![y](https://evil.example/y.png) |',
];

/** Whatever could run, or fetch something by itself, in what is shown. */
function harm(container: HTMLElement): string[] {
  const found: string[] = [];
  for (const element of container.querySelectorAll('*')) {
    const name = element.tagName.toLowerCase();
    if (/^(?:script|style|iframe|object|embed|link|base|meta|form|math|foreignobject|use)$/.test(name)) found.push(name);
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith('on') || attribute === 'style' || attribute === 'srcdoc' || attribute === 'srcset') found.push(attribute);
      if (attribute === 'src') found.push(`src ${value}`);
      if (/href$/.test(attribute) && !/^(?:https?:|mailto:)/.test(value)) found.push(`href ${value}`);
    }
    if (name === 'a') {
      expect(element.getAttribute('rel')).toBe('noopener noreferrer nofollow');
      expect(element.getAttribute('target')).toBe('_blank');
    }
  }
  return found;
}

function everywhere(text: string): Shown[] {
  const call = { name: text, server: text, arguments: { [text]: text }, state: 'failed', error: text } as const;
  const source = { type: 'url', title: text, url: text } as const;
  const task: Task = { type: 'custom', status: 'loading', title: text, icon: text, content: text, queries: [text], sources: [source] };
  const question: Question = { type: 'choice', id: text, question: text, options: [text], description: text };
  const props = { value: text, label: text, name: text, src: text, alt: text, color: text, size: text, placeholder: text, background: text };
  const types = ['Text', 'Title', 'Caption', 'Markdown', 'Badge', 'Icon', 'Image', 'Button', 'Input', 'Select', 'Checkbox', 'Label', 'Box', text];
  return [
    said('text', { role: 'user', content: text, quoted: text } as Partial<Shown>),
    said('text', { role: 'user', content: text, attachments: [{ id: 'a', name: text, mime_type: text, size: 1 }] } as Partial<Shown>),
    said('text', { role: 'assistant', content: text, sources: [{ source, index: 3 }] } as Partial<Shown>),
    said('text', { role: 'assistant', content: text, live: true } as Partial<Shown>),
    said('reasoning', { content: text }),
    said('tool_call', { tool_call: { ...call, result: { content: [{ type: 'text', text }, { type: 'image', mime_type: text, data: text }, { type: 'resource_link', uri: text, name: text }] } } }),
    said('tool_call', { tool_call: { ...call, state: 'awaiting' } }),
    said('workflow', { workflow: { tasks: [task], summary: { title: text, icon: text }, expanded: true } }),
    said('task', { task }),
    said('structured_input', { structured_input: { questions: [question], status: 'pending' } }),
    said('image', { image: { image: { id: text, url: text } } }),
    said('widget', { widget: { root: { type: 'Card', status: { text, icon: text }, children: types.map((type) => ({ type, ...props })) }, copy_text: text } }),
  ];
}

describe('A hostile text', () => {
  for (const text of HOSTILE) {
    it(`harms nothing, wherever it stands: ${JSON.stringify(text).slice(0, 60)}`, () => {
      for (const message of everywhere(text)) {
        const { container } = showMessage(message);
        for (const details of container.querySelectorAll('details')) {
          details.open = true;
          fireEvent(details, new Event('toggle'));
        }
        expect(harm(container).filter((found) => found !== 'form')).toEqual([]);
        cleanup();
      }
    });

    it(`harms nothing at any cut: ${JSON.stringify(text).slice(0, 60)}`, () => {
      for (let end = 1; end <= text.length; end++) {
        const { container } = render(<Markdown text={text.slice(0, end)} live />);
        expect(harm(container)).toEqual([]);
        cleanup();
      }
    });
  }

  it('is shown as the text that it is', () => {
    const { container } = render(<Markdown text={'<script>alert(1)</script>\n\nA <b>tag</b> in a line.'} />);
    expect(container.textContent).toContain('<script>alert(1)</script>');
    expect(container.textContent).toContain('A <b>tag</b> in a line.');
  });
});

describe('An image', () => {
  it('is loaded from the hosts that are trusted with it, and from no other', () => {
    const { container } = render(
      <ImageOriginsContext value={['https://images.example']}>
        <Markdown
          text={
            '![a](https://images.example/a.png) ![b](https://images.example.evil.example/b.png) ![c](http://images.example/c.png) ' +
            '![d](https://images.example/d.svg) ![e](https://images.example:8443/e.png)'
          }
        />
      </ImageOriginsContext>,
    );
    const images = [...container.querySelectorAll('img')];
    expect(images.map(({ src, loading, referrerPolicy }) => ({ src, loading, referrerPolicy }))).toEqual([
      { src: 'https://images.example/a.png', loading: 'lazy', referrerPolicy: 'no-referrer' },
    ]);
    expect(container.textContent).toContain('image: b (images.example.evil.example)');
  });

  it('of a tool is drawn if it holds nothing but pixels', () => {
    const image = (mime_type: string, data: string) =>
      said('image', { image: { image: { id: 'i', url: `data:${mime_type};base64,${data}` } } });
    expect(showMessage(image('image/png', 'AAAA')).container.querySelector('img')).not.toBeNull();
    cleanup();
    for (const message of [image('image/svg+xml', 'AAAA'), image('text/html', 'AAAA'), image('image/png', 'AA"AA')]) {
      expect(showMessage(message).container.querySelector('img')).toBeNull();
      cleanup();
    }
  });
});

describe('A link', () => {
  it('that pretends to lead elsewhere says where it leads', () => {
    const { container } = render(<Markdown text="[bank.example](https://evil.example/x) and [www.evil.example](https://evil.example/y)" />);
    expect(container.textContent).toBe('bank.example (evil.example) and www.evil.example');
    expect(container.querySelector('a')!.title).toBe('https://evil.example/x');
  });
});

describe('A text that is very long', () => {
  const LONG = 1_000_000;
  const TEXTS = {
    'one word': 'x'.repeat(LONG),
    'many words': 'word '.repeat(LONG / 5),
    paragraphs: 'some **words** here\n\n'.repeat(LONG / 20),
    brackets: '['.repeat(LONG),
    stars: '*a_ '.repeat(LONG / 4),
    quotations: '>'.repeat(LONG),
    'nested items': '- '.repeat(LONG / 2),
    ticks: '`a``b```c'.repeat(LONG / 9),
    code: '```\n' + 'let x;\n'.repeat(LONG / 7),
  };
  for (const [name, text] of Object.entries(TEXTS)) {
    it(`is shown in part: ${name}`, () => {
      const { container } = render(<Markdown text={text} live />);
      expect(container.textContent.length).toBeLessThan(70_000);
      expect(container.querySelector('.md > button, .md p button, .md pre button')).not.toBeNull();
    });
  }
});
