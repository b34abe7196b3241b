// Measures what an index costs beside the features that its vectors are made of, in processor time, which other work on
// the machine hardly changes: node apps/evaluate/benchmarks/measure-indexing.mjs [PRODUCTS] [MODEL FOLDER]
// Without a model folder the model is a new one of the preset `small`; the time does not depend on its weights.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { createKaleido, openKaleido } from '@kaleido/pipeline/node';
import { createIndex } from '@kaleido/search/node';

const [products = '10000', folder] = process.argv.slice(2);
/** Of so many groups one is read a second time, for the features alone. */
const sampled = 5;

const { description } = await selectBackend({ prefer: 'wasm' });
const shop = openRasterisedAtelier({
  seed: 1,
  products: Number(products),
  validation: 0,
  test: 0,
  viewsPerProduct: { least: 1, most: 1 },
  imageSize: 112,
});
const model = folder === undefined ? await createKaleido({ captions: ['a red dress'] }) : await openKaleido(folder);

const seconds = { drawing: 0, embedding: 0, features: 0 };
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function* drawn() {
  const stream = shop.products('train')[Symbol.asyncIterator]();
  for (;;) {
    const start = now();
    const { done, value } = await stream.next();
    seconds.drawing += now() - start;
    if (done) return;
    yield value;
  }
}

let groups = 0;
const embed = async (group) => {
  const images = group.map(({ image }) => image.bytes);
  if (groups % sampled === 0) {
    const start = now();
    await model.encodeImages(images);
    seconds.features += sampled * (now() - start);
    seconds.extra = (seconds.extra ?? 0) + now() - start;
  }
  groups += 1;
  const start = now();
  const vectors = await model.embedImages(images);
  seconds.embedding += now() - start;
  return vectors.map((vector) => ({ vector }));
};

const place = await mkdtemp(join(tmpdir(), 'measure-indexing-'));
try {
  const index = await createIndex(join(place, 'index'), { model });
  const start = now();
  const passed = performance.now();
  const report = await index.add(drawn(), {
    embed,
    onProgress: (read) => read % 1600 === 0 && console.error(`${read} read, ${(now() - start).toFixed(0)} s`),
  });
  const all = now() - start - seconds.drawing - seconds.extra;
  const rate = (time) => `${(report.added / time).toFixed(0)} a second`;
  console.log(`${report.added} products, ${index.description.width} numbers each, on ${description}; processor time`);
  console.log(`features: ${seconds.features.toFixed(1)} s, ${rate(seconds.features)} (one of ${sampled} groups timed)`);
  console.log(`index, features included: ${all.toFixed(1)} s, ${rate(all)}`);
  console.log(
    `index without features: ${(all - seconds.features).toFixed(1)} s, ${rate(all - seconds.features)}; of it ${(all - seconds.embedding).toFixed(1)} s hashes, pictures and files, the rest the vectors`,
  );
  console.log(`drawing: ${seconds.drawing.toFixed(1)} s; ${((performance.now() - passed) / 1000).toFixed(0)} s passed`);
} finally {
  await rm(place, { recursive: true });
}
