import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkFloors } from './check-floors.mjs';
import { readImports } from './read-imports.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-floors-'));
  for (const folder of ['foundation', 'backend', 'tokenizer', 'model', 'pretrain-tasks', 'training', 'pipeline'])
    house(folder);
  house('train', { group: 'apps', manifest: { exports: undefined } });
  house('bench', { group: 'tooling', manifest: { exports: undefined } });
});
afterEach(() => rmSync(root, { recursive: true }));

function house(folder, { group = 'packages', manifest = {} } = {}) {
  const exports = { '.': './dist/index.js', './node': './dist/node.js' };
  file(
    `${group}/${folder}/package.json`,
    JSON.stringify({ name: `@kaleido/${folder}`, exports, ...manifest }, null, 2),
  );
}

function file(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const problems = () => checkFloors(root).problems;

describe('checkFloors', () => {
  it('accepts imports in the table', () => {
    file(
      'packages/pipeline/src/index.ts',
      `import { a } from '@kaleido/model';
       import { b } from '@kaleido/model/node';
       import type { B } from '@kaleido/backend';
       export { KaleidoError } from '@kaleido/foundation';
       import { c } from './other.ts';
       import { d } from 'node:fs';
       import zod from 'zod';`,
    );
    file('packages/pretrain-tasks/src/index.ts', `import type { Config } from '@kaleido/model';`);
    file('packages/pretrain-tasks/src/a.ts', `export { type Config, type Output } from '@kaleido/model';`);
    file('packages/pretrain-tasks/src/a.test.ts', `import { KaleidoBert } from '@kaleido/model';`);
    file('packages/backend/src/index.ts', `import * as tf from '@tensorflow/tfjs-core';`);
    file('apps/train/src/main.ts', `#!/usr/bin/env node\nimport { train } from '@kaleido/training';`);
    file('tooling/bench/src/main.ts', `import { train } from '@kaleido/training';`);
    expect(checkFloors(root)).toEqual({ problems: [], files: 7, imports: 13 });
  });

  it.each([
    [
      'an arrow up',
      'model',
      `import { train } from '@kaleido/training';`,
      'packages/model may import foundation, layout, backend',
    ],
    [
      'a type from above',
      'model',
      `import type { T } from '@kaleido/training';`,
      'packages/model may import foundation',
    ],
    [
      'an arrow sideways',
      'tokenizer',
      `import { a } from '@kaleido/backend';`,
      'packages/tokenizer may import foundation',
    ],
    ['an arrow below floor 0', 'foundation', `import '@kaleido/backend';`, 'packages/foundation may import no package'],
    ['a dynamic one', 'model', `const a = await import('@kaleido/training');`, 'packages/model may import'],
    ['one in a type', 'model', `type T = import('@kaleido/training').T;`, 'packages/model may import'],
    ['one that is exported on', 'model', `export * from '@kaleido/training';`, 'packages/model may import'],
    ['a required one', 'model', `require('@kaleido/training');`, 'packages/model may import'],
    ['a resolved one', 'model', 'import.meta.resolve(`@kaleido/training`);', 'packages/model may import'],
    ['a value where only types may pass', 'pretrain-tasks', `import { A } from '@kaleido/model';`, `use 'import type'`],
    ['TensorFlow.js', 'model', `import * as tf from '@tensorflow/tfjs-core';`, 'only packages/backend may import'],
    ['its type', 'model', `import type { Tensor } from '@tensorflow/tfjs';`, 'only packages/backend may import'],
    [
      'a file of another package',
      'training',
      `import '@kaleido/model/dist/a.js';`,
      'a deep import: @kaleido/model exports ., ./node',
    ],
    ['a path into another package', 'training', `import '../../../model/src/a.ts';`, 'leaves packages/training'],
    ['an app', 'training', `import '@kaleido/train';`, 'nothing may import an app'],
    ['a tool', 'training', `import '@kaleido/bench';`, 'nothing may import a tool'],
    ['a package that is not there', 'training', `import '@kaleido/tasks';`, 'there is no such package'],
  ])('refuses %s', (_, folder, source, rule) => {
    file(`packages/${folder}/src/deep/file.ts`, `// a comment, ünïcode\n\n${source}\n`);
    expect(problems()).toEqual([
      expect.objectContaining({
        file: `packages/${folder}/src/deep/file.ts`,
        line: 3,
        imported: /['`]([^'`]+)/.exec(source)[1],
        rule: expect.stringContaining(rule),
      }),
    ]);
  });

  it('checks the dependencies in package.json', () => {
    house('model', { manifest: { dependencies: { '@kaleido/training': 'workspace:*' } } });
    house('tokenizer', { manifest: { peerDependencies: { '@tensorflow/tfjs-core': '4.22.0' } } });
    expect(problems()).toEqual([
      expect.objectContaining({ file: 'packages/model/package.json', line: 8, imported: '@kaleido/training' }),
      expect.objectContaining({ file: 'packages/tokenizer/package.json', line: 8, imported: '@tensorflow/tfjs-core' }),
    ]);
  });

  it('requires a row for every package', () => {
    house('cellar');
    expect(problems()).toMatchObject([{ file: 'packages/cellar/package.json', imported: '@kaleido/cellar' }]);
  });

  it.each([
    ['values', `import { b } from './b.ts';`],
    ['types', `import type { B } from './b.ts';`],
    ['re-exports', `export * from './b.ts';`],
  ])('refuses a circle between files, of %s', (_, source) => {
    file('packages/model/src/a.ts', `\n${source}`);
    file('packages/model/src/b.ts', `import '../src/deep/c.ts';`);
    file('packages/model/src/deep/c.ts', `import '../a.ts'; import '../d.ts';`);
    // It leads into the circle but is not part of it.
    file('packages/model/src/index.ts', `export * from './a.ts'; export * from './d.ts';`);
    file('packages/model/src/d.ts', `export const d = 1;`);
    expect(problems()).toEqual([
      {
        file: 'packages/model/src/a.ts',
        line: 2,
        imported: './b.ts',
        rule: 'a circle of imports: src/a.ts -> src/b.ts -> src/deep/c.ts -> src/a.ts',
      },
    ]);
  });

  it('refuses a file that imports itself, and shows the shortest of several circles', () => {
    file('packages/model/src/self.ts', `import './self.ts';`);
    file('packages/training/src/a.ts', `import './b.ts';`);
    file('packages/training/src/b.ts', `import './c.ts';`);
    file('packages/training/src/c.ts', `import './a.ts'; import './b.ts';`);
    expect(problems().map(({ rule }) => rule)).toEqual([
      'a circle of imports: src/self.ts -> src/self.ts',
      'a circle of imports: src/b.ts -> src/c.ts -> src/b.ts',
    ]);
  });

  it('does not treat text as an import', () => {
    file('packages/model/src/a.ts', `const a = "import x from '@kaleido/training'"; // import '@kaleido/eval';`);
    expect(problems()).toEqual([]);
  });
});

describe('readImports', () => {
  it('finds the line in every file, regardless of earlier files', () => {
    for (const lines of [1, 5, 3])
      expect(readImports(`${'// ä\n'.repeat(lines)}import 'x';`, 'a.mjs')).toEqual([
        { specifier: 'x', line: lines + 1, isType: false },
      ]);
  });

  it('names the file that does not parse', () => {
    expect(() => readImports('import from from;', 'packages/a.ts')).toThrow('packages/a.ts does not parse');
  });
});
