import { parentPort } from 'node:worker_threads';
import { createVariable, ops, selectBackend, tf, valueAndGradients } from '../dist/index.js';

const { name } = await selectBackend({ prefer: 'wasm' });
const w = createVariable(
  'w',
  Float32Array.from({ length: 64 * 64 }, (_, i) => Math.sin(i)),
  [64, 64],
);
let sum = 0;
for (let step = 0; step < 50; step++) {
  sum += tf.tidy(() => {
    const { gradients } = valueAndGradients(() => tf.sum(ops.linear(w, w, undefined, 'gelu')), [w]);
    return ops.globalNorm([gradients.get('w')]).dataSync()[0];
  });
}
parentPort.postMessage(`${name} ${sum}`);
