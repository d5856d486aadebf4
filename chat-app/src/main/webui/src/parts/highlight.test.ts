import { describe, expect, it } from 'vitest';
import { spans } from './highlight';

function coloured(code: string, language: string): [string, string][] {
  return spans(code, language).map(({ from, to, colour }) => [code.slice(from, to), colour]);
}

describe('Code', () => {
  it('is coloured word by word, where the words stand', () => {
    expect(coloured('// é\nreturn "a" + 42;', 'js')).toEqual([
      ['// é', 'code-comment'],
      ['return', 'code-keyword'],
      ['"a"', 'code-string'],
      ['42', 'code-number'],
    ]);
  });

  it('has the colour of what a piece is part of, unless it has its own', () => {
    expect(coloured('`a ${1}`', 'js')).toEqual([
      ['`a ', 'code-string'],
      ['${', 'code-string'],
      ['1', 'code-number'],
      ['}', 'code-string'],
      ['`', 'code-string'],
    ]);
  });
});
