import { Lexer, type Token } from 'marked';

/** A piece of a Markdown text that is shown by itself: a paragraph, a list, a table, code. */
export interface Block {
  kind: 'markdown' | 'code' | 'definition' | 'space' | 'plain';
  raw: string;
  /** Where it begins in the text, in UTF-16. */
  start: number;
  /** Of code: what it is written in, and the code itself. */
  language?: string;
  code?: string;
}

/** More than this in one block is shown as it is: parsing it would hold up the page. */
const LONGEST = 20_000;

/** A paragraph with more of these is no prose, and its parsing takes time as the square of them. */
const MOST_MARKERS = 1_000;

const NESTED = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){24}/m;

/**
 * Splits a text that grows. What is asked for again with more at its end is not read from its beginning:
 * a block's end depends on what follows it, but never on more than the next one's beginning.
 */
export class Splitter {
  #text = '';
  #blocks: Block[] = [];

  split(text: string): Block[] {
    if (text === this.#text) return this.#blocks;
    const kept = text.startsWith(this.#text) ? this.#blocks.slice(0, this.#settled()) : [];
    const last = kept.at(-1);
    const from = last ? last.start + last.raw.length : 0;
    this.#blocks = [...kept, ...blocks(text.slice(from), from)];
    this.#text = text;
    return this.#blocks;
  }

  /** How many blocks more text cannot change: all but the last two. */
  #settled(): number {
    let open = 2;
    let i = this.#blocks.length;
    while (i > 0 && open > 0) if (this.#blocks[--i]!.kind !== 'space') open--;
    return i;
  }
}

function blocks(text: string, offset: number): Block[] {
  if (NESTED.test(text)) return [{ kind: 'plain', raw: text, start: offset }];
  let tokens: Token[];
  try {
    tokens = new Lexer({ gfm: true }).blockTokens(text);
  } catch {
    // Nested deeper than the stack.
    return [{ kind: 'plain', raw: text, start: offset }];
  }
  let at = 0;
  return tokens.map((token, i) => {
    const start = at;
    // A token's own text is not always what stood there, to the letter.
    at = i === tokens.length - 1 ? text.length : start + token.raw.length;
    return { ...described(token), raw: text.slice(start, at), start: offset + start };
  });
}

function described(token: Token): Omit<Block, 'raw' | 'start'> {
  switch (token.type) {
    case 'space':
      return { kind: 'space' };
    case 'def':
      return token.tag.startsWith('^') ? { kind: 'markdown' } : { kind: 'definition' };
    case 'code':
      return { kind: 'code', language: token.lang?.split(/\s/, 1)[0] ?? '', code: token.text };
    default:
      return { kind: costly(token) ? 'plain' : 'markdown' };
  }
}

function costly({ type, raw }: Token): boolean {
  if (raw.length > LONGEST) return true;
  const pieces = type === 'list' || type === 'table' ? raw.split('\n') : [raw];
  return pieces.some((piece) => (piece.match(/[*_~[\]|]/g)?.length ?? 0) > MOST_MARKERS);
}
