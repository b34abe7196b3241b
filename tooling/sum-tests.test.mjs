import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sum-tests-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('sum-tests', () => {
  const script = fileURLToPath(new URL('sum-tests.mjs', import.meta.url));

  function sum() {
    try {
      return {
        code: 0,
        lines: execFileSync(process.execPath, [script, root], { encoding: 'utf8' }).trim().split('\n'),
      };
    } catch (error) {
      return { code: error.status, lines: error.stdout.trim().split('\n') };
    }
  }

  function tests(name, counts) {
    const folder = join(root, 'packages', name);
    mkdirSync(join(folder, 'test-results'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, scripts: { test: 'jest' } }));
    if (counts) writeFileSync(join(folder, 'test-results', 'counts.json'), JSON.stringify(counts));
  }

  it('sums the counts', () => {
    tests('backend', { passed: 3, failed: 0, skipped: 1 });
    tests('model', { passed: 4, failed: 0, skipped: 0 });
    expect(sum()).toEqual({
      code: 0,
      lines: [
        'packages/backend: 3 passed, 0 failed, 1 skipped',
        'packages/model: 4 passed, 0 failed, 0 skipped',
        '1 skipped',
        '7 passed, 0 failed',
      ],
    });
  });

  it.each([
    ['a test failed', { passed: 3, failed: 2, skipped: 0 }, '7 passed, 2 failed'],
    ['tests did not run', undefined, '4 passed, 1 failed'],
  ])('fails if %s, and still ends with the sum', (_, counts, last) => {
    tests('backend', counts);
    tests('model', { passed: 4, failed: 0, skipped: 0 });
    const { code, lines } = sum();
    expect([code, lines.at(-1)]).toEqual([1, last]);
  });

  it('fails if no test ran', () => {
    expect(sum()).toEqual({ code: 1, lines: ['0 passed, 0 failed'] });
  });
});
