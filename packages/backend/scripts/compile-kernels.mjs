// Compiles kernels/ (AssemblyScript) to a WebAssembly module without data, tables or an allocator of its own, and
// embeds it in a JavaScript module, so that it loads the same way in Node, in a worker and in a bundle.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(root, 'generated');

async function compile(...features) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      'kernels/index.ts',
      ...['--baseDir', root],
      ...['--outFile', 'kernels.wasm'],
      '-O3',
      ...features.flatMap((feature) => ['--enable', feature]),
      ...['--runtime', 'stub'],
      ...['--use', 'abort='],
      '--importMemory',
      '--noExportMemory',
      // Functions exported between the files take vectors; those that index.ts exports do not.
      ...['--disableWarning', '112'],
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
  return Buffer.from(binary).toString('base64');
}

const plain = await compile('simd');
const relaxed = await compile('simd', 'relaxed-simd');

mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'kernels.js'),
  `/** WebAssembly modules in base64: with plain SIMD, and with relaxed SIMD (fused multiply-add). */
export const kernels = ${JSON.stringify({ plain, relaxed })};
`,
);
writeFileSync(
  join(folder, 'kernels.d.ts'),
  'export declare const kernels: { readonly plain: string; readonly relaxed: string };\n',
);
