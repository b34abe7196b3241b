import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { createKaleido, fineTune, retrieval } from '@kaleido/pipeline/node';
import { createIndex } from '@kaleido/search/node';

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const subcategories = ['t-shirt', 'sneakers', 'tote'] as const;
const shop = openRasterisedAtelier({ seed: 1, products: 250, captionOf: 'view', subcategories, imageSize: 64 });

// An untrained model; use openKaleido('runs/quickstart') to start from a pre-trained one.
const kaleido = await createKaleido({
  preset: 'tiny',
  captions: shop.products('train'),
  photographs: shop.products('validation'),
});
const model = await fineTune(kaleido, retrieval(), {
  train: shop.products('train'),
  validation: shop.products('validation'),
  epochs: 10,
  learningRate: 0.003,
});
console.log(model.training.validation?.figures);

const index = await createIndex('catalogue', { model });
console.log(await index.add(shop.products('test')));
for (const text of ['a striped tote', 'black sneakers', 'a totte']) {
  const { hits, notes } = await index.search({ text, k: 3 });
  console.log(text, notes);
  for (const { score, product } of hits) console.log(score.toFixed(3), product.id, product.caption);
}
const { hits } = await index.search({ text: 'something striped', where: { category: 'bags' } });
console.log(hits.map(({ product }) => [product.category, product.attributes?.pattern]));
