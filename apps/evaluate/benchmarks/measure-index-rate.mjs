// Measures by the clock how fast an index is made of photographs, beside the features alone, on an idle machine:
//   node apps/evaluate/benchmarks/measure-index-rate.mjs [PRODUCTS]
// Small pictures are made on threads of the image library meanwhile; `measure-indexing.mjs` counts processor time instead.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { createKaleido } from '@kaleido/pipeline/node';
import { createIndex } from '@kaleido/search/node';

const count = Number(process.argv[2] ?? 2000);
const { description } = await selectBackend({ prefer: 'wasm' });
const shop = openRasterisedAtelier({
  seed: 1,
  products: count,
  validation: 0,
  test: 0,
  viewsPerProduct: { least: 1, most: 1 },
  imageSize: 112,
});
const products = [];
for await (const product of shop.products('train')) products.push(product);
const model = await createKaleido({ captions: ['a red dress'] });
const secondsOf = async (run) => {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
};
console.log(`# ${description}, ${count} garments of 112 pixels`);
for (let round = 0; round < 3; round++) {
  const features = await secondsOf(async () => {
    for (let start = 0; start < count; start += 32)
      await model.encodeImages(products.slice(start, start + 32).map(({ image }) => image.bytes));
  });
  const place = await mkdtemp(join(tmpdir(), 'index-rate-'));
  const index = await createIndex(place, { model });
  const all = await secondsOf(() => index.add(products));
  await rm(place, { recursive: true });
  const rate = (seconds) => `${Math.round(count / seconds)}/s`;
  console.log(`features ${rate(features)}; index with them ${rate(all)}; index beside them ${rate(all - features)}`);
}
