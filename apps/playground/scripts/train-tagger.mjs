// Fine-tunes the page's tagger from a finished run of recipes/quickstart.json, on garments that the atelier draws:
//   node apps/playground/scripts/train-tagger.mjs runs/quickstart runs/tagger
// Prints its accuracy on garments of a seed of their own. A garment without a sleeve, a neckline or a closure has the
// class "none": it is an answer too.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { classification, fineTune, openKaleido } from '@kaleido/pipeline/node';

const [run, target] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: node scripts/train-tagger.mjs RUN TARGET');
  process.exit(1);
}
const { collection, imageSize } = JSON.parse(await readFile(join(run, 'recipe.json'), 'utf8')).data;
const labels = { type: 'subcategory', colour: 'baseColour', pattern: 'pattern' };
const optional = ['neckline', 'sleeve', 'closure'];

/** Garments with their labels. The seeds are neither the recipe's nor the gallery's. */
async function* garments(seed, products) {
  const atelier = openRasterisedAtelier({
    seed,
    products,
    validation: 0,
    test: 0,
    viewsPerProduct: { least: 1, most: 1 },
    imageSize,
    ...collection,
    backgrounds: { studio: 10, coloured: 7, cluttered: 3 },
  });
  for await (const { id, image, subcategory, attributes = {} } of atelier.products('train')) {
    const known = { subcategory, ...attributes };
    const own = Object.fromEntries(Object.entries(labels).map(([name, from]) => [name, known[from]]));
    const more = Object.fromEntries(optional.map((name) => [name, known[name] ?? 'none']));
    yield { id, image, ...own, ...more };
  }
}

await selectBackend({ prefer: 'wasm' });
const kaleido = await openKaleido(run);
const validation = [];
for await (const garment of garments(32, 600)) validation.push(garment);
const begun = performance.now();
const tuning = fineTune(kaleido, classification({ label: [...Object.keys(labels), ...optional] }), {
  train: garments(31, 8000),
  validation,
  epochs: 5,
  batchSize: 64,
  learningRate: 0.002,
});
for await (const progress of tuning)
  if (progress.kind === 'validation') console.log(JSON.stringify(progress.figures ?? progress));
const tagger = await tuning;
await tagger.save(target);
const right = {};
let at = 0;
for await (const answer of tagger.predict(validation)) {
  const truth = validation[at++];
  for (const name of [...Object.keys(labels), ...optional])
    right[name] = (right[name] ?? 0) + (answer[name] === truth[name] ? 1 : 0);
}
const shares = Object.entries(right).map(([name, count]) => `${name} ${((100 * count) / at).toFixed(1)} %`);
console.log(`${Math.round((performance.now() - begun) / 1000)} s; ${at} unseen garments: ${shares.join(', ')}`);
