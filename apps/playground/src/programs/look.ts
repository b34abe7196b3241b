import { selectBackend } from '@kaleido/backend';
import { readTogether } from '@kaleido/insight';
import { openKaleido } from '@kaleido/pipeline/node';

const model = 'runs/quickstart';
const photograph = 'dress.jpg';
const caption = 'a red dress with a white collar';

await selectBackend();
const kaleido = await openKaleido(model);
const { image, box, patches, batch } = await kaleido.look(photograph);
console.log(`photograph: ${image.width} x ${image.height} pixels`);
console.log(`box: ${box.x0}, ${box.y0} to ${box.x1}, ${box.y1}`);
console.log(`patches: ${patches.length}, each ${batch.featureWidth} numbers`);

const { caption: read, layers, heads, width, match } = await readTogether(kaleido, batch, caption);
console.log(`pieces: ${read.pieces.join(' ')}`);
console.log(`sequence: ${read.pieces.length + patches.length} vectors of ${width} numbers`);
console.log(`layers: ${layers.length}, each with ${heads} heads`);
console.log(`they belong together: ${match.toFixed(3)}`);
