/*
 * Markdown that is still being said ends anywhere: between two asterisks, within a link's address,
 * in a table's first line. Shown as it is, its markers would stand there as text for a moment, and
 * vanish when the rest has come. So what can only be told from what follows is held back, and what
 * was opened is closed, in the order in which it was opened. Only the end of the last block is looked
 * at: whatever stands before it is finished.
 */

/** Makes the last block of an unfinished text whole. */
export function heal(block: string): string {
  const lines = block.split('\n');
  const last = lines.length - 1;
  const { open, closed } = fences(lines);
  if (open !== undefined) {
    // What began on this line may be anything yet; what looks like the end of code is not code.
    const held = open === last || /^[\s>]*[`~]+\s*$/.test(lines[last]!);
    return held ? lines.slice(0, last).join('\n') : block;
  }
  if (lines.slice(closed + 1).every((line) => line.trim() === '')) return block;
  if (/^[-=*_+#~`|:>\s]*(?:\d{1,9}[.)]?)?\s*$/.test(lines[last]!) && lines[last] !== '') lines.pop();
  if (lines.length === 0) return '';
  const from = inlineStart(lines, closed + 1);
  const text = lines.slice(from.line).join('\n');
  const healed = text.slice(0, from.column) + healInline(text.slice(from.column));
  return healTable([...lines.slice(0, from.line), ...healed.split('\n')]).join('\n');
}

const CONTAINERS = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*/;

/** The line of a fence that no other has closed, and of the last one that closed another; -1 for none. */
function fences(lines: string[]): { open: number | undefined; closed: number } {
  let open: { line: number; mark: string } | undefined;
  let closed = -1;
  lines.forEach((line, i) => {
    const inner = line.replace(CONTAINERS, '');
    const mark = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(inner)?.[0];
    if (mark === undefined) return;
    if (open === undefined) open = { line: i, mark };
    else if (mark.startsWith(open.mark) && inner.trim() === mark) {
      open = undefined;
      closed = i;
    }
  });
  return { open: open?.line, closed };
}

/** Where the text begins whose end is the block's: a paragraph, an item, a heading, a cell. */
function inlineStart(lines: string[], first: number): { line: number; column: number } {
  let line = lines.length - 1;
  if (lines[line]!.trimStart().startsWith('|')) return { line, column: afterLastPipe(lines[line]!) };
  for (; line > first; line--) {
    const begins = /^[\s>]*(?:#{1,6}\s|(?:[-*+]|\d{1,9}[.)])\s)/.test(lines[line]!);
    const isFirst = /^[\s>]*$/.test(lines[line - 1]!) || (isQuoted(lines[line]!) && !isQuoted(lines[line - 1]!));
    if (begins || isFirst) break;
  }
  const marker = /^[\s>]*(?:#{1,6}\s+|(?:(?:[-*+]|\d{1,9}[.)])\s+)*)/.exec(lines[line]!)!;
  return { line, column: marker[0].length };
}

function isQuoted(line: string): boolean {
  return line.trimStart().startsWith('>');
}

function afterLastPipe(row: string): number {
  let at = row.length - 1;
  while (row[at] !== '|' || row[at - 1] === '\\') at--;
  return at + 1;
}

/** Lets a table be one from its first line on: its second, which makes it one, may be yet to come. */
function healTable(lines: string[]): string[] {
  const isRow = (line: string | undefined) => line?.trimStart().startsWith('|') ?? false;
  const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  let head = end;
  while (head > 0 && isRow(lines[head - 1])) head--;
  const rows = lines.slice(head, end);
  const isRule = rows[1] === undefined || /^[\s|:-]*$/.test(rows[1]);
  if (rows.length === 0 || rows.length > 2 || !isRule) return lines;
  const header = rows[0]!.trimEnd().replace(/([^\\])\|$/, '$1');
  const cells = header.split(/(?<!\\)\|/).length - 1;
  if (cells === 0 || /^\s*\|\s*$/.test(rows[0]!)) return lines.slice(0, head);
  return [...lines.slice(0, head), `${header} |`, `|${'---|'.repeat(cells)}`];
}

interface Opener {
  mark: string;
  count: number;
  at: number;
}

function healInline(text: string): string {
  if (/^\[[ xX]?\]?\s*$/.test(text)) return '';
  const scan = new Scan(text);
  return scan.healed();
}

/** One pass over a text, which finds what stands open at its end. */
class Scan {
  readonly #text: string;
  readonly #open: Opener[] = [];
  /** Brackets of links that are not whole: their text is shown, they are not. */
  readonly #dropped = new Set<number>();
  #at = 0;
  #end: number;
  #code = '';

  constructor(text: string) {
    this.#text = text;
    this.#end = text.length;
  }

  healed(): string {
    while (this.#at < this.#end) this.#step();
    let end = this.#end;
    // What was opened at the very end encloses nothing.
    for (;;) {
      while (this.#dropped.has(end - 1)) end--;
      const top = this.#open.at(-1);
      if (this.#code !== '' || !top || top.at + top.count < end) break;
      end = top.at;
      this.#open.pop();
    }
    let body = '';
    for (let i = 0; i < end; i++) if (!this.#dropped.has(i)) body += this.#text[i];
    body += this.#code;
    const whole = body.trimEnd();
    const closers = this.#open.reverse().map(({ mark, count }) => mark.repeat(count));
    return whole + closers.join('') + body.slice(whole.length);
  }

  #step(): void {
    const text = this.#text;
    const at = this.#at;
    const rest = () => text.slice(at);
    switch (text[at]) {
      case '\\':
        if (at + 1 === text.length) this.#end = at;
        this.#at += 2;
        break;
      case '`':
        this.#backticks();
        break;
      case '[':
        this.#bracket();
        break;
      case '<': {
        const tag = /^<(?:[a-z/!][^<>]*>|[a-z/!]?[^\s<>]*$)/i.exec(rest())?.[0] ?? '<';
        if (tag !== '<' || at + 1 === text.length) {
          if (!tag.endsWith('>')) this.#end = at;
        }
        this.#at += tag.length;
        break;
      }
      case '&':
        if (/^&#?\w{0,10}$/.test(rest())) this.#end = at;
        this.#at++;
        break;
      case '!':
        if (at + 1 === text.length && /(?:^|\s)$/.test(text.slice(0, at))) this.#end = at;
        this.#at++;
        break;
      case '*':
      case '_':
      case '~':
        this.#emphasis();
        break;
      default:
        this.#at++;
    }
  }

  #backticks(): void {
    const text = this.#text;
    const mark = /^`+/.exec(text.slice(this.#at))![0];
    const inner = this.#at + mark.length;
    const close = closingBackticks(text, inner, mark.length);
    if (close !== undefined) {
      this.#at = close;
      return;
    }
    const code = text.slice(inner).replace(/`+$/, '');
    if (code.trim() === '') {
      this.#end = this.#at;
    } else {
      this.#end = inner + code.length;
      this.#code = mark;
    }
    this.#at = this.#end;
  }

  #bracket(): void {
    const text = this.#text;
    const at = this.#at;
    const isImage = text[at - 1] === '!';
    const close = closingBracket(text, at);
    if (close === undefined) {
      if (isImage) this.#end = at - 1;
      else if (text[at + 1] === '^') this.#end = at;
      else this.#dropped.add(at);
      this.#at++;
      return;
    }
    const next = text[close + 1];
    const isFootnote = text[at + 1] === '^';
    const end = next === '(' ? closingParenthesis(text, close + 1) : next === '[' ? closingBracket(text, close + 1) : undefined;
    if (end !== undefined) {
      this.#at = end + 1;
    } else if (isFootnote || (next !== undefined && next !== '(' && next !== '[')) {
      this.#at++;
    } else if (isImage) {
      this.#end = at - 1;
    } else {
      this.#dropped.add(at);
      this.#end = close;
      this.#at = at + 1;
    }
  }

  #emphasis(): void {
    const text = this.#text;
    const mark = text[this.#at]!;
    let run = 1;
    while (text[this.#at + run] === mark) run++;
    if (this.#at + run >= text.length) {
      this.#end = this.#at;
      return;
    }
    let count = mark === '~' && run !== 2 ? 0 : run;
    const { opens, closes } = flanks(mark, text[this.#at - 1], text[this.#at + run]!);
    while (closes && count > 0) {
      const i = this.#open.findLastIndex((opener) => opener.mark === mark);
      if (i < 0) break;
      const opener = this.#open[i]!;
      const used = Math.min(count, opener.count);
      count -= used;
      opener.count -= used;
      this.#open.length = opener.count === 0 ? i : i + 1;
    }
    if (opens && count > 0) this.#open.push({ mark, count, at: this.#at + run - count });
    this.#at += run;
  }
}

/** CommonMark's rules for what a run of markers may do between two characters. */
function flanks(mark: string, before: string | undefined, after: string) {
  const space = (c: string | undefined) => c === undefined || /\s/.test(c);
  const punctuation = (c: string | undefined) => c !== undefined && /[\p{P}\p{S}]/u.test(c);
  const left = !space(after) && (!punctuation(after) || space(before) || punctuation(before));
  const right = !space(before) && (!punctuation(before) || space(after) || punctuation(after));
  return mark === '_'
    ? { opens: left && (!right || punctuation(before)), closes: right && (!left || punctuation(after)) }
    : { opens: left, closes: right };
}

/** The place behind a run of as many backticks; undefined where there is none. */
function closingBackticks(text: string, from: number, length: number): number | undefined {
  for (const run of text.slice(from).matchAll(/`+/g)) {
    if (run[0].length === length) return from + run.index + length;
  }
  return undefined;
}

function closingBracket(text: string, open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '`') {
      const run = /^`+/.exec(text.slice(i))![0].length;
      i = (closingBackticks(text, i + run, run) ?? i + run) - 1;
    } else if (c === '[') depth++;
    else if (c === ']' && --depth === 0) return i;
  }
  return undefined;
}

function closingParenthesis(text: string, open: number): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let i = open; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\') i++;
    else if (quote !== undefined) quote = c === quote ? undefined : quote;
    else if ((c === '"' || c === "'") && /\s/.test(text[i - 1]!)) quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i;
  }
  return undefined;
}
