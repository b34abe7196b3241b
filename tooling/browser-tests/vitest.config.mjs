import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import CountReporter from './count-reporter.mjs';
import { findChromium } from './find-chromium.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const backend = fileURLToPath(new URL('../../packages/backend', import.meta.url));
const require = createRequire(`${backend}/package.json`);

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** WebGPU on the CPU, through the driver that comes with Chromium. */
const webgpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
const without = ['--disable-features=WebGPU,WebGPUService', '--disable-gpu'];

const browser = (args) => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: { executablePath: findChromium(), args: [...quiet, ...args] } }),
  instances: [{ browser: 'chromium' }],
});

export default defineConfig({
  root: here,
  cacheDir: 'node_modules/.vite',
  // Serves the .wasm files next to the page.
  publicDir: join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist'),
  plugins: [refuseWasm(), withoutTensorflow()],
  resolve: { alias: { '@jest/globals': 'vitest' } },
  server: { fs: { allow: ['../..'] } },
  // Otherwise found during the run, which reloads every page.
  optimizeDeps: {
    include: ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-backend-cpu'].map(
      (name) => `@kaleido/backend > ${name}`,
    ),
  },
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A software adapter uses all cores.
    fileParallelism: false,
    reporters: ['default', new CountReporter(here)],
    projects: [
      {
        extends: true,
        test: {
          name: 'conformance',
          dir: backend,
          include: [
            'src/operations/*.test.ts',
            'src/conformance.test.ts',
            'src/out-of-memory.test.ts',
            'src/training-step.test.ts',
            'src/value-and-gradients.test.ts',
            'src/webgpu/lost-device.test.ts',
          ],
          setupFiles: ['./src/name-wasm-folder.ts'],
          browser: browser(webgpu),
        },
      },
      { extends: true, test: { name: 'pages', include: ['src/pages/*.test.ts'], browser: browser(webgpu) } },
      {
        extends: true,
        test: { name: 'without WebGPU', include: ['src/without-webgpu/*.test.ts'], browser: browser(without) },
      },
    ],
  },
});

/** Answers 404 under `/refused/`; for other missing files, a development server returns its page. */
function refuseWasm() {
  return {
    name: 'refuse-wasm',
    configureServer(server) {
      server.middlewares.use('/refused/', (_request, response) => {
        response.statusCode = 404;
        response.end('no such file');
      });
    },
  };
}

/** Replaces the search for TensorFlow's libraries in tests: a page cannot read folders. */
function withoutTensorflow() {
  const asked = `${backend}/test/tensorflow.ts`;
  return {
    name: 'without-tensorflow',
    enforce: 'pre',
    load: (id) =>
      id === asked
        ? "export const tensorflowMissing = 'a browser has no TensorFlow'; export const tensorflowFolder = undefined;"
        : undefined,
  };
}
