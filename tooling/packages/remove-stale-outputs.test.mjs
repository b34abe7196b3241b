import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('./remove-stale-outputs.mjs', import.meta.url));

it('removes what has no source any more, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'remove-stale-outputs-'));
  const file = (path, text = '') => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const map = (source, more = {}) => JSON.stringify({ sources: [source], ...more });
  file('src/tables/there.ts');
  for (const name of ['there', 'gone'])
    for (const kind of ['js', 'd.ts']) {
      file(`dist/tables/${name}.${kind}`);
      file(`dist/tables/${name}.${kind}.map`, map(`../../src/tables/${name}.ts`));
    }
  file('dist/kernels.wasm');
  file('dist/bundled.js');
  file('dist/bundled.js.map', map('../src/elsewhere.ts', { sourcesContent: ['inline'] }));
  file('dist/.tsbuildinfo', '{}');
  execFileSync(process.execPath, [script], { cwd: folder });
  const left = readdirSync(join(folder, 'dist'), { recursive: true }).sort();
  expect(left).toEqual([
    '.tsbuildinfo',
    'bundled.js',
    'bundled.js.map',
    'kernels.wasm',
    'tables',
    join('tables', 'there.d.ts'),
    join('tables', 'there.d.ts.map'),
    join('tables', 'there.js'),
    join('tables', 'there.js.map'),
  ]);
  rmSync(folder, { recursive: true });
  // Before the first build there is nothing to do.
  mkdirSync(folder);
  execFileSync(process.execPath, [script], { cwd: folder });
  rmSync(folder, { recursive: true });
});
