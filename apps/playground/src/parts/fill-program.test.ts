import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fillProgram } from './fill-program.ts';

const program = "const photograph = 'dress.jpg';\nconst caption = 'a dress';\nconsole.log(photograph, caption);\n";

describe('fillProgram', () => {
  it('changes the constants that are named', () => {
    expect(fillProgram(program, { caption: 'a red shirt', other: 'x' })).toBe(
      program.replace('a dress', 'a red shirt'),
    );
    expect(fillProgram(program, {})).toBe(program);
  });

  it('changes numbers', () => {
    expect(fillProgram('const seed = 1;\nconst rate = 0.5;\n', { seed: 7, rate: 0.003 })).toBe(
      'const seed = 7;\nconst rate = 0.003;\n',
    );
  });

  it('quotes any value so that the program has just that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (caption) => {
        const line = fillProgram(program, { caption }).split('console.log')[0]?.split('const caption = ')[1] ?? '';
        // Not `eval` of what a visitor wrote: only this test runs it.
        expect(new Function(`return ${line}`)()).toBe(caption);
      }),
    );
  });
});
