import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { formatCommand, shellQuote } from './shell-quote.ts';

describe('shellQuote', () => {
  it('leaves plain words unchanged', () => {
    for (const word of ['--out', 'runs/quick-start_2', 'a=b', 'x@1.2:3,4%+']) expect(shellQuote(word)).toBe(word);
  });

  it('quotes spaces, quotes, and what a shell would replace', () => {
    expect(shellQuote('my runs')).toBe("'my runs'");
    expect(shellQuote("it's")).toBe("'it'\\''s'");
    expect(shellQuote('')).toBe("''");
  });
});

describe('formatCommand', () => {
  it('is read back by a shell as the same words', () => {
    const words = ['a b', "it's", '"', '$HOME', '`id`', '~', '*', '!x', '\\', 'é', '', '#a', 'a;b', '-n', 'a\nb', '>x'];
    const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${formatCommand(words)}`], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(words);
  });
});
