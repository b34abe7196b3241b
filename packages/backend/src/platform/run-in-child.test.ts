import { describe, expect, it } from '@jest/globals';
import { builtScript, runInChild } from './run-in-child.ts';

const script = new URL('../../test/children/behave.mjs', import.meta.url);
const run = (behaviour: string, patience = 30) => runInChild({ script, args: [behaviour], patience });

describe('runInChild', () => {
  it("returns the script's answer, regardless of this process's flags", async () => {
    expect(await run('answer')).toEqual({ kind: 'answer', answer: { value: Number.NaN, flags: [] } });
  });

  it('returns what the script throws, typed', async () => {
    expect(await run('refuse')).toMatchObject({
      kind: 'error',
      error: { message: '@kaleido/backend: no such thing, found 7; take another' },
    });
    expect(await run('fail')).toMatchObject({ kind: 'error', error: { problem: 'TypeError: x is undefined' } });
  });

  it('survives and reports a script that crashes, exits or does not start', async () => {
    expect(await run('crash')).toEqual({ kind: 'end', how: 'ended by signal SIGSEGV', output: 'about to crash' });
    expect(await run('exit')).toMatchObject({ kind: 'end', how: 'ended with code 3' });
    const absent = await runInChild({ script: new URL('absent.mjs', script), args: [], patience: 30 });
    expect(absent).toMatchObject({ kind: 'end', how: 'ended with code 1' });
  });

  it('gives up on a script that does not answer', async () => {
    expect(await run('hang', 0.5)).toMatchObject({ kind: 'end', how: 'no answer within 0.5 s' });
  });
});

describe('builtScript', () => {
  it('is the built file, even if requested from the sources', () => {
    expect(builtScript('./child.js', 'file:///p/src/platform/node.ts').href).toBe('file:///p/dist/platform/child.js');
    expect(builtScript('./child.js', 'file:///p/dist/platform/node.js').href).toBe('file:///p/dist/platform/child.js');
  });
});
