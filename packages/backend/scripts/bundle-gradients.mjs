// In Node, `@tensorflow/tfjs-core` resolves to a CommonJS file without gradients, and its ESM file that registers them
// cannot be imported there (relative imports without extensions). So that one file is bundled here, once. The engine
// and the gradient registry live on the process-wide global, and the copy in the bundle finds them there. Bundlers
// take the ESM core and src/import-gradients.ts instead.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../generated/', import.meta.url));
const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));

mkdirSync(folder, { recursive: true });
await build({
  entryPoints: [join(core, 'dist/register_all_gradients.js')],
  outfile: join(folder, 'register-gradients.js'),
  bundle: true,
  minify: true,
  legalComments: 'inline',
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  mainFields: ['module', 'main'],
  external: ['node-fetch', 'util', 'crypto', 'worker_threads'],
  logLevel: 'warning',
});
writeFileSync(join(folder, 'register-gradients.d.ts'), 'export {};\n');
