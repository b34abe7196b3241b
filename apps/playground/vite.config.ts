import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { offline } from './build/offline.ts';

// They belong to the backend, the only package that knows TensorFlow.js.
const backend = createRequire(new URL('../../packages/backend/package.json', import.meta.url));
const wasmFiles = dirname(backend.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

export default defineConfig({
  // Relative addresses: the built folder works from any host and path.
  base: './',
  plugins: [tensorFlowWasm(), offline()],
  worker: {
    format: 'es',
    // Dawn for Node, which a page never loads.
    rolldownOptions: { external: ['webgpu'] },
  },
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
  optimizeDeps: {
    // The scan for dependencies does not read tsconfig.json.
    rolldownOptions: { transform: { jsx: { runtime: 'automatic', importSource: 'preact' } } },
    exclude: ['webgpu'],
    include: ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-backend-cpu'].map(
      (name) => `@kaleido/backend > ${name}`,
    ),
  },
});

/** The WebAssembly files of TensorFlow.js, in `wasm/` of the page. */
function tensorFlowWasm(): Plugin {
  const read = (name: string): Promise<Buffer> => readFile(join(wasmFiles, 'dist', name));
  return {
    name: 'tensorflow-wasm',
    configureServer({ middlewares }) {
      for (const name of names)
        middlewares.use(`/wasm/${name}`, async (_request, response) => {
          response.setHeader('content-type', 'application/wasm');
          response.end(await read(name));
        });
    },
    async generateBundle() {
      for (const name of names) this.emitFile({ type: 'asset', fileName: `wasm/${name}`, source: await read(name) });
    },
  };
}
