import { memo, useMemo, useState } from 'react';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Button } from '../ui/Button';
import { type Block, Splitter } from './blocks';
import { CitationMark } from './Citations';
import { CodeBlock } from './CodeBlock';
import { heal } from './heal';
import { LongText } from './LongText';
import { RemoteImage, SafeLink } from './SafeLink';
import { type Mark, reshape } from './reshape';
import './markdown.css';

/** How much of a very long text is shown at first, and more each time that it is asked for. */
const PAGE = 40_000;

const NO_MARKS: readonly Mark[] = [];

/**
 * Markdown, which may still be growing: each of its blocks is drawn by itself, so that what is added
 * draws the last one again and no other. HTML in it is text, and nothing is loaded from other hosts.
 */
export function Markdown({ text, live = false, marks = NO_MARKS }: { text: string; live?: boolean; marks?: readonly Mark[] }) {
  const [splitter] = useState(() => new Splitter());
  const [pages, setPages] = useState(1);
  const isCut = text.length > pages * PAGE;
  const blocks = splitter.split(isCut ? text.slice(0, pages * PAGE) : text);
  const definitions = blocks.filter(({ kind }) => kind === 'definition');
  const shown = blocks.filter(({ kind }) => kind !== 'definition' && kind !== 'space');
  return (
    <div className="md">
      {shown.map((block, i) => (
        <MarkdownBlock
          key={block.start}
          block={block}
          live={(live || isCut) && block === blocks.at(-1)}
          definitions={definitions.length === 0 ? '' : used(definitions, block)}
          marks={marks.length === 0 ? NO_MARKS : between(marks, i === 0 ? -1 : block.start, shown[i + 1]?.start ?? Infinity, block)}
        />
      ))}
      {isCut && (
        <Button size="small" onClick={() => setPages(pages + 1)}>
          Show more
        </Button>
      )}
    </div>
  );
}

/** The definitions of the links that a block refers to. */
function used(definitions: Block[], block: Block): string {
  if (!block.raw.includes(']')) return '';
  const text = block.raw.toLowerCase();
  return definitions
    .map(({ raw }) => raw.trim())
    .filter((raw) => text.includes(raw.slice(0, raw.indexOf(']:') + 1).toLowerCase()))
    .join('\n');
}

/** The marks of a block: those behind its beginning, up to the next one's. */
function between(marks: readonly Mark[], from: number, to: number, block: Block): readonly Mark[] {
  return marks.filter(({ at }) => at > from && at <= to).map(({ at, number }) => ({ at: at - block.start, number }));
}

interface BlockProps {
  block: Block;
  live: boolean;
  definitions: string;
  marks: readonly Mark[];
}

const MarkdownBlock = memo(
  function MarkdownBlock({ block, live, definitions, marks }: BlockProps) {
    const plugins = useMemo<Options['remarkPlugins']>(
      () => [
        [remarkGfm, { singleTilde: false }],
        [reshape, { marks }],
      ],
      [marks],
    );
    switch (block.kind) {
      case 'plain':
        return (
          <p className="plain" dir="auto">
            <LongText>{block.raw}</LongText>
          </p>
        );
      case 'code':
        return <CodeOf block={block} live={live} marks={marks} />;
      default: {
        const source = live ? heal(block.raw) : block.raw;
        return (
          <ReactMarkdown remarkPlugins={plugins} components={COMPONENTS} urlTransform={(url) => url}>
            {definitions === '' ? source : `${source}\n\n${definitions}`}
          </ReactMarkdown>
        );
      }
    }
  },
  (before, after) =>
    before.live === after.live &&
    before.block.raw === after.block.raw &&
    before.block.kind === after.block.kind &&
    before.definitions === after.definitions &&
    sameMarks(before.marks, after.marks),
);

function sameMarks(a: readonly Mark[], b: readonly Mark[]): boolean {
  return a.length === b.length && a.every((mark, i) => mark.at === b[i]!.at && mark.number === b[i]!.number);
}

function CodeOf({ block, live, marks }: { block: Block; live: boolean; marks: readonly Mark[] }) {
  // What began just now may be anything yet, and what looks like the end of code is not code.
  if (live && !block.raw.includes('\n') && /^\s*[`~]/.test(block.raw)) return null;
  const code = live ? block.code!.replace(/(?:^|\n)[`~]+$/, '') : block.code!;
  return (
    <>
      <CodeBlock code={code} language={block.language!} live={live} />
      {marks.map(({ number }) => (
        <CitationMark key={number} number={number} />
      ))}
    </>
  );
}

/** How Markdown's elements are drawn. Headings stand below those of the page. */
const COMPONENTS: Components = {
  h1: ({ children }) => <h3 className="h1" dir="auto">{children}</h3>,
  h2: ({ children }) => <h4 className="h2" dir="auto">{children}</h4>,
  h3: ({ children }) => <h5 className="h3" dir="auto">{children}</h5>,
  h4: ({ children }) => <h6 className="h4" dir="auto">{children}</h6>,
  h5: ({ children }) => <h6 className="h5" dir="auto">{children}</h6>,
  h6: ({ children }) => <h6 className="h6" dir="auto">{children}</h6>,
  p: ({ children, className }) => <p className={className} dir="auto">{children}</p>,
  li: ({ children, className }) => <li className={className} dir="auto">{children}</li>,
  blockquote: ({ children }) => <blockquote dir="auto">{children}</blockquote>,
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ src, alt }) => <RemoteImage src={typeof src === 'string' ? src : undefined} alt={alt ?? ''} />,
  input: ({ checked }) => <input type="checkbox" checked={checked === true} disabled readOnly aria-label={checked ? 'done' : 'to do'} />,
  table: ({ children }) => (
    <div className="scrolls" role="group" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  th: ({ children, node }) => <th className={alignment(node?.properties)} dir="auto">{children}</th>,
  td: ({ children, node }) => <td className={alignment(node?.properties)} dir="auto">{children}</td>,
  sup: ({ children, node }) => {
    const number = node?.properties.dataCitation;
    return number === undefined ? <sup>{children}</sup> : <CitationMark number={Number(number)} />;
  },
  pre: ({ node }) => {
    const code = node?.children[0];
    if (code?.type !== 'element') return null;
    const text = code.children[0];
    const names = code.properties.className;
    const language = Array.isArray(names) ? String(names[0]).replace('language-', '') : '';
    return <CodeBlock code={text?.type === 'text' ? text.value.replace(/\n$/, '') : ''} language={language} live={false} />;
  },
};

function alignment(properties: Record<string, unknown> | undefined): string | undefined {
  const { align } = properties ?? {};
  return align === 'center' || align === 'right' ? align : undefined;
}
