import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser, runCommand, threadCount } from './command-line.ts';

describe('pathFromUser', () => {
  const before = process.env.INIT_CWD;
  afterEach(() => {
    if (before === undefined) delete process.env.INIT_CWD;
    else process.env.INIT_CWD = before;
  });

  it("starts in the user's folder, as pnpm reports it, or else in the working directory", () => {
    process.env.INIT_CWD = '/home/user/shop';
    expect(pathFromUser('../data')).toBe('/home/user/data');
    expect(pathFromUser('/data')).toBe('/data');
    delete process.env.INIT_CWD;
    expect(pathFromUser('data')).toBe(join(process.cwd(), 'data'));
  });
});

describe('threadCount', () => {
  it('takes whole numbers from 1 up', () => {
    expect(threadCount('3', 'train')).toBe(3);
    for (const text of ['0', '-1', '1.5', 'two', ''])
      expect(() => threadCount(text, 'train')).toThrow(
        `@kaleido/train: --threads must be a whole number from 1 up, found "${text}"; this machine has ${availableParallelism()} cores`,
      );
  });
});

describe('runCommand', () => {
  const lines: unknown[] = [];
  beforeEach(() => {
    lines.length = 0;
    jest.spyOn(console, 'error').mockImplementation((line) => void lines.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  it('prints nothing on success', async () => {
    await runCommand(async () => 1);
    expect([lines, process.exitCode]).toEqual([[], undefined]);
  });

  it("prints a user's mistake in one line", async () => {
    await runCommand(async () => {
      throw new KaleidoError({ source: 'x', problem: 'a\nname', advice: 'do\n  this' });
    });
    expect([lines, process.exitCode]).toEqual([['@kaleido/x: a name; do this'], 1]);
  });

  it('prints a bug with its stack', async () => {
    const fault = new TypeError('x is undefined');
    await runCommand(() => Promise.reject(fault));
    expect([lines, process.exitCode]).toEqual([[fault], 1]);
  });
});
