// Compiles kernels/resize.ts (AssemblyScript) to a WebAssembly module without data, tables or an allocator, and embeds
// it in a JavaScript module, so that it loads the same way in Node, in a worker and in a bundle.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(root, 'generated');
let binary;
const { error, stderr } = await asc.main(
  [
    'kernels/resize.ts',
    ...['--baseDir', root],
    ...['--outFile', 'kernels.wasm'],
    '-O3',
    ...['--enable', 'simd'],
    ...['--runtime', 'stub'],
    ...['--use', 'abort='],
    '--importMemory',
    '--noExportMemory',
  ],
  {
    writeFile(_name, contents) {
      binary = contents;
    },
  },
);
if (error) {
  console.error(stderr.toString());
  throw error;
}
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'kernels.js'),
  `/** A WebAssembly module in base64. */\nexport const kernels = ${JSON.stringify(Buffer.from(binary).toString('base64'))};\n`,
);
writeFileSync(join(folder, 'kernels.d.ts'), 'export declare const kernels: string;\n');
