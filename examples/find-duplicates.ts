import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { createKaleido } from '@kaleido/pipeline/node';
import { createIndex } from '@kaleido/search/node';

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const drawn = { products: 80, viewsPerProduct: { least: 1, most: 1 } };
const shop = openRasterisedAtelier({ ...drawn, seed: 1, imageSize: 96 });
// What a supplier offers: photographs that the shop has already, but smaller, and others.
const known = openRasterisedAtelier({ ...drawn, seed: 1, imageSize: 64 });
const others = openRasterisedAtelier({ ...drawn, seed: 2, imageSize: 64 });

// An untrained model compares photographs by their pixels. A trained one, openKaleido('runs/quickstart'), compares what
// they show.
const kaleido = await createKaleido({
  preset: 'tiny',
  captions: ['red shirt'],
  photographs: shop.products('validation'),
});
const index = await createIndex('catalogue', { model: kaleido });
await index.add(shop.products('train'), { pictures: false });

// 1 is the same photograph. Where to divide depends on the model: look at the scores of some pairs.
const least = 0.97;
for (const offers of [known.products('train'), others.products('train')])
  for await (const { id, image } of offers) {
    const { hits } = await index.search({ image: image.bytes, k: 1 });
    for (const { score, product } of hits) if (score >= least) console.log(id, 'is', product.id, score.toFixed(3));
  }
