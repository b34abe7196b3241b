import { selectBackend } from '@kaleido/backend';
import type { Product } from '@kaleido/data';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { createKaleido, fineTune, multiLabel, openKaleido, type Tags } from '@kaleido/pipeline/node';

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const subcategories = ['t-shirt', 'sneakers', 'tote', 'shift dress'] as const;
const shop = openRasterisedAtelier({ seed: 1, products: 150, subcategories, imageSize: 64 });

// A product's tags: any set of words.
async function* tagged(products: AsyncIterable<Product>) {
  for await (const { id, image, category, attributes } of products)
    yield { id, image, tags: [category, attributes?.pattern, attributes?.fabric].filter((tag) => tag !== undefined) };
}

// An untrained model; use openKaleido('runs/quickstart') to start from a pre-trained one.
const kaleido = await createKaleido({
  preset: 'tiny',
  captions: ['red shirt'],
  photographs: shop.products('validation'),
});
const tagger = await fineTune(kaleido, multiLabel({ label: 'tags' }), {
  train: tagged(shop.products('train')),
  validation: tagged(shop.products('validation')),
  epochs: 20,
  trained: 'head',
});
console.log(tagger.training.validation?.figures);
await tagger.save('tags');

const opened = await openKaleido<Tags<'tags'>>('tags');
for await (const { id, tags } of opened.predict(shop.products('test'))) console.log(id, tags.join(', '));
