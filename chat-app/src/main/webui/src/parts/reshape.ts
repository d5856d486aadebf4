/** A node of Markdown's tree, as far as it matters here. */
interface Node {
  type: string;
  value?: string;
  label?: string;
  identifier?: string;
  children?: Node[];
  position?: { start: { offset?: number }; end: { offset?: number } };
  data?: { hName: string; hProperties?: Record<string, string> };
}

/** Where a source is cited: the place in the block's Markdown, and the source's number. */
export interface Mark {
  at: number;
  number: number;
}

/**
 * Reshapes a block's tree: HTML becomes the text that it is, footnotes are shown where they stand (what
 * they refer to may be in another block, or yet to come), and sources are marked where they are cited.
 */
export function reshape({ marks }: { marks: readonly Mark[] }) {
  return (root: unknown) => {
    const tree = root as Node;
    walk(tree);
    for (const mark of marks) place(tree, mark);
  };
}

function walk(parent: Node): void {
  if (!parent.children) return;
  parent.children = parent.children.flatMap((node) => {
    switch (node.type) {
      case 'html':
        return html(node, parent);
      case 'footnoteReference':
        return [footnote(node.label ?? node.identifier ?? '')];
      case 'footnoteDefinition':
        return definition(node);
      case 'text':
        return footnotes(node);
      default:
        walk(node);
        return [node];
    }
  });
}

function html(node: Node, parent: Node): Node[] {
  if (/^<br\s*\/?>$/i.test(node.value!.trim())) return [{ type: 'break' }];
  const text: Node = { ...node, type: 'text' };
  const isBlock = parent.type === 'root' || parent.type === 'listItem' || parent.type === 'blockquote';
  return [isBlock ? { type: 'paragraph', children: [text], data: { hName: 'p', hProperties: { className: 'html' } } } : text];
}

function footnotes(node: Node): Node[] {
  if (!node.value!.includes('[^')) return [node];
  const pieces = node.value!.split(/\[\^([^\]\s]+)\]/);
  return pieces.flatMap((piece, i) => {
    if (i % 2 === 1) return [footnote(piece)];
    return piece === '' ? [] : [{ type: 'text', value: piece }];
  });
}

function footnote(label: string): Node {
  return { type: 'footnoteMark', children: [{ type: 'text', value: label }], data: { hName: 'sup' } };
}

function definition(node: Node): Node[] {
  walk(node);
  const [first, ...rest] = node.children ?? [];
  const mark = [footnote(node.label ?? ''), { type: 'text', value: ' ' }];
  return first?.type === 'paragraph'
    ? [{ ...first, children: [...mark, ...first.children!] }, ...rest]
    : [{ type: 'paragraph', children: mark }, ...(node.children ?? [])];
}

/** Marks a source at its place, or behind what cannot be parted there: code, a link, an image. */
function place(tree: Node, { at, number }: Mark): void {
  const mark: Node = {
    type: 'citation',
    children: [],
    data: { hName: 'sup', hProperties: { dataCitation: String(number) } },
  };
  if (!insert(tree, at, mark)) tree.children = [...(tree.children ?? []), { type: 'paragraph', children: [mark] }];
}

/** What holds words, so that a mark may stand in it. */
const PHRASING = new Set(['paragraph', 'heading', 'tableCell', 'emphasis', 'strong', 'delete']);

function insert(parent: Node, at: number, mark: Node): boolean {
  const children = parent.children ?? [];
  const i = children.findIndex((node) => (node.position?.end.offset ?? -1) >= at);
  const node = children[i];
  if (node?.children && !['link', 'linkReference'].includes(node.type) && insert(node, at, mark)) return true;
  if (!PHRASING.has(parent.type)) {
    const before = children.slice(0, i < 0 ? children.length : i + 1).findLast((child) => child.children);
    return before ? insert(before, Infinity, mark) : false;
  }
  if (node?.type === 'text') parent.children = [...children.slice(0, i), ...split(node, at, mark), ...children.slice(i + 1)];
  else children.splice(node ? i + 1 : children.length, 0, mark);
  return true;
}

function split(node: Node, at: number, mark: Node): Node[] {
  const { start, end } = node.position!;
  const value = node.value!;
  // Where the source is longer than its text, an escape stands in it, and the place is not known.
  const exact = end.offset! - start.offset! === value.length;
  const cut = exact ? Math.max(0, at - start.offset!) : value.length;
  return [
    { ...node, value: value.slice(0, cut), position: { start, end: { offset: start.offset! + cut } } },
    mark,
    { ...node, value: value.slice(cut), position: { start: { offset: start.offset! + cut }, end } },
  ];
}
