// Images a second of each extractor on one thread, on a picture of 240 x 320 (its content does not matter):
//   pnpm build && node scripts/benchmark-extractors.mjs
import { selectBackend } from '@kaleido/backend';
import { kaleidoPatches } from '../dist/index.js';
import { createExtractor } from '../dist/node.js';

const repetitions = 8;
const square = (side) => ({ width: side, height: side });
const descriptions = [
  { kind: 'pixels', size: 16 },
  { kind: 'colours' },
  {
    kind: 'joined',
    parts: [
      { kind: 'pixels', size: 16 },
      { kind: 'colours', cells: 0 },
    ],
  },
  { kind: 'mobilenet-v2', scheme: 'pass-per-patch', inputSize: square(32) },
  { kind: 'mobilenet-v2', scheme: 'pass-per-patch', inputSize: square(64) },
  { kind: 'mobilenet-v2', scheme: 'pass-per-patch', inputSize: square(96) },
  { kind: 'mobilenet-v2', scheme: 'pooled-map', inputSize: square(224) },
  { kind: 'mobilenet-v2', scheme: 'pooled-map', inputSize: square(224), rotatedInputSize: square(96) },
  { kind: 'mobilenet-v2', scheme: 'pooled-map', inputSize: square(160) },
  { kind: 'mobilenet-v2', scheme: 'pooled-map', inputSize: square(160), rotatedInputSize: square(96) },
];

await selectBackend({ prefer: 'wasm' });
const image = { width: 240, height: 320, data: Uint8Array.from({ length: 230_400 }, (_, i) => (i * 37) % 256) };
const patches = kaleidoPatches({ x0: 20, y0: 20, x1: 220, y1: 300 });
for (const description of descriptions) {
  const extractor = await createExtractor(description);
  // The first pass loads the weights and compiles.
  await extractor.extract([{ image, patches }]);
  const start = performance.now();
  for (let i = 0; i < repetitions; i++) await extractor.extract([{ image, patches }]);
  const milliseconds = (performance.now() - start) / repetitions;
  extractor.dispose();
  const settings = Object.entries(extractor.settings).map(([key, value]) => `${key} ${[value].flat().join('x')}`);
  console.log(
    `${extractor.name}, ${settings.join(', ')}: ${milliseconds.toFixed(0)} ms, ${(1000 / milliseconds).toFixed(1)} images/s`,
  );
}
