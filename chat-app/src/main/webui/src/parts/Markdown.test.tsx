import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { Splitter } from './blocks';
import { Markdown } from './Markdown';

vi.setConfig({ testTimeout: 120_000 });

const DOCUMENTS: Record<string, string> = {
  prose: `# A title

Some **bold text**, some *italic text*, both ***at once***, and ~~struck out~~ words.
A second line with \`code **not bold**\`, a [link with **bold** words](https://example.org/a_b?c=d "The title"),
and an autolink <https://example.org/x_y>. **Bold with \`code\` and *more* in it**, __this too__, _and this_.

## Second

snake_case_words and 2 * 3 * 4 stay, AT&amp;T too; an escaped \\* star. An image ![a tree](https://example.org/tree.png) here.

> A quotation with **bold
> over two lines** and a [link](https://example.org).

Last, [one](https://a.example/(with)/brackets) **[two](https://b.example)** and \`\`code with \` tick\`\`.
`,
  lists: `What to do:

- **first**: with *emphasis*
- second with \`code\`
  - nested **bold** one
  - nested two [link](https://example.org)

    a paragraph in it
- [x] done **well**
- [ ] open

1. one
2. **two**
10. ten

* star **bold**
* _italic_

That was all.`,
  table: `Results:

| Name | **Value** | Link |
|:-----|:---------:|-----:|
| a | **1** | [x](https://example.org) |
| \`b\` | *2* | y |

After the table.
| direct | table |
| --- | --- |
| c | d |
`,
  code: `Run this:

\`\`\`js
const a = \`template \${x}\`;
// **not bold** [not](a link)
\`\`\`

And ~~~ is not one, but this is:

~~~python
print("**")
~~~

- in a list:

  \`\`\`sh
  echo "*"
  \`\`\`

- next **item**

    indented code *here*

The end[^1] of it.

[^1]: A note with **bold** words.
`,
};

/** What can be read in it. */
function words(text: string): string {
  const markup = renderToStaticMarkup(<Markdown text={text} live />);
  return markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
}

describe('Markdown that is still being said', () => {
  for (const [name, text] of Object.entries(DOCUMENTS)) {
    it(`shows at any cut a beginning of what will be shown: ${name}`, () => {
      const finished = words(`${text}\n\n`);
      const splitter = new Splitter();
      for (let end = 1; end <= text.length; end++) {
        const from = splitter.split(text.slice(0, end)).at(-4)?.start ?? 0;
        expect(finished, JSON.stringify(text.slice(from, end))).toContain(words(text.slice(from, end)));
      }
    });

    it(`does not touch the blocks before the last one: ${name}`, () => {
      const growing = new Splitter();
      const whole = new Splitter().split(text);
      for (let end = 1; end <= text.length; end++) {
        const blocks = growing.split(text.slice(0, end));
        expect(blocks).toEqual(new Splitter().split(text.slice(0, end)));
        expect(blocks.map(({ raw }) => raw).join('')).toBe(text.slice(0, end));
        const settled = blocks.filter(({ kind }) => kind !== 'space').slice(0, -1);
        expect(settled).toEqual(whole.filter(({ kind }) => kind !== 'space').slice(0, settled.length));
      }
    });

    it(`ends as what was said at once: ${name}`, () => {
      const live = renderToStaticMarkup(<Markdown text={`${text}\n\n`} live />);
      expect(live).toBe(renderToStaticMarkup(<Markdown text={`${text}\n\n`} />));
    });
  }
});
