import { common, createLowlight } from 'lowlight';

/*
 * Code is coloured by the browser's own highlights: ranges of its one text. No element is added for a
 * word, so that a thread full of code stays small, and a selection copies nothing but the code. A
 * browser without them shows the code in one colour.
 */

const lowlight = createLowlight(common);

/** What is drawn alike, by highlight.js's scopes; markdown.css has a colour for each. */
const COLOURS: Record<string, string[]> = {
  comment: ['comment', 'quote'],
  keyword: ['keyword', 'selector-tag', 'doctag', 'section', 'template-tag', 'operator'],
  string: ['string', 'regexp', 'symbol', 'addition', 'template-variable', 'char', 'link', 'code'],
  number: ['number', 'literal', 'bullet', 'variable', 'meta'],
  name: ['title', 'name', 'selector-id', 'selector-class', 'function'],
  type: ['type', 'built_in', 'class', 'attr', 'attribute', 'property', 'params', 'tag', 'selector-attr', 'selector-pseudo'],
  deletion: ['deletion'],
};

const colourOf = new Map(
  Object.entries(COLOURS).flatMap(([colour, scopes]) => scopes.map((scope) => [scope, `code-${colour}`] as const)),
);

/** Colours a text as code; returns what takes the colours away. */
export function highlight(text: Text, language: string): () => void {
  if (!('highlights' in CSS) || !lowlight.registered(language)) return () => undefined;
  const drawn: [Highlight, AbstractRange][] = [];
  for (const { from, to, colour } of spans(text.data, language)) {
    let highlight = CSS.highlights.get(colour);
    if (!highlight) CSS.highlights.set(colour, (highlight = new Highlight()));
    const range = new StaticRange({ startContainer: text, startOffset: from, endContainer: text, endOffset: to });
    highlight.add(range);
    drawn.push([highlight, range]);
  }
  return () => drawn.forEach(([highlight, range]) => highlight.delete(range));
}

interface Span {
  from: number;
  to: number;
  colour: string;
}

type Tree = ReturnType<typeof lowlight.highlight>['children'];

/** The pieces of a code that have a colour, in their order; the innermost scope decides. */
export function spans(code: string, language: string): Span[] {
  const found: Span[] = [];
  let at = 0;
  const walk = (nodes: Tree, colour: string | undefined) => {
    for (const node of nodes) {
      if (node.type === 'text') {
        if (colour !== undefined) found.push({ from: at, to: at + node.value.length, colour });
        at += node.value.length;
      } else if (node.type === 'element') {
        walk(node.children, scope(node.properties.className) ?? colour);
      }
    }
  };
  walk(lowlight.highlight(language, code).children, undefined);
  return found;
}

function scope(names: unknown): string | undefined {
  const name = Array.isArray(names) ? String(names[0]).replace('hljs-', '') : '';
  return colourOf.get(name);
}
