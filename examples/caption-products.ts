import { selectBackend } from '@kaleido/backend';
import type { Product } from '@kaleido/data';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { captioning, createKaleido, fineTune } from '@kaleido/pipeline/node';

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const subcategories = ['t-shirt', 'tote'] as const;
const shop = openRasterisedAtelier({ seed: 1, products: 100, subcategories, imageSize: 64 });

// Short captions of your own, e.g. composed of columns.
const captionOf = ({ attributes, subcategory }: Product) => `${attributes?.pattern} ${subcategory}`;
async function* captioned(products: AsyncIterable<Product>) {
  for await (const product of products) yield { ...product, caption: captionOf(product) };
}
const captions: string[] = [];
for await (const { caption } of captioned(shop.products('train'))) captions.push(caption);

// An untrained model; use openKaleido('runs/quickstart') to start from a pre-trained one.
const kaleido = await createKaleido({ preset: 'tiny', captions, photographs: shop.products('validation') });
const writer = await fineTune(kaleido, captioning(), {
  train: captioned(shop.products('train')),
  validation: captioned(shop.products('validation')),
  epochs: 8,
  learningRate: 0.003,
});
console.log(writer.training.validation?.figures);
for await (const { id, caption } of writer.caption(shop.products('test'))) console.log(id, caption);
