import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkPackageFiles } from './check-package-files.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-package-files-'));
  for (const path of ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'src/index.ts']) file(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path, text = '') {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('checkPackageFiles', () => {
  it('accepts a build with its sources and its source map', () => {
    file('dist/index.js.map', JSON.stringify({ sources: ['../src/index.ts'] }));
    file('dist/other.js.map', JSON.stringify({ sources: ['../src/other.ts'], sourcesContent: ['inline'] }));
    expect(checkPackageFiles(folder)).toEqual([]);
  });

  it.each([
    ['dist/.tsbuildinfo', 'a build record of TypeScript'],
    ['src/index.test.ts', 'a test'],
    ['test/fixtures/rows.json', 'a file of the tests'],
    ['fixtures/pictures/a.png', 'a file of the tests'],
    ['scripts/make.mjs', 'a file of development'],
    ['tsconfig.json', 'a file of development'],
  ])('refuses %s', (path, kind) => {
    file(path);
    expect(checkPackageFiles(folder)).toEqual([`${path} is ${kind}`]);
  });

  it('refuses a package without a README', () => {
    rmSync(join(folder, 'README.md'));
    expect(checkPackageFiles(folder)).toEqual(['README.md is missing']);
  });

  it('refuses a source map whose source is not in the package', () => {
    file('dist/index.js.map', JSON.stringify({ sources: ['../src/elsewhere.ts'] }));
    expect(checkPackageFiles(folder)).toEqual([
      expect.stringContaining('dist/index.js.map points to ../src/elsewhere.ts, which the package does not hold'),
    ]);
  });
});
