import { mkdir, writeFile } from 'node:fs/promises';
import { selectBackend } from '@kaleido/backend';
import { openData, openRasterisedAtelier } from '@kaleido/data/node';
import { createKaleido, fineTune, retrieval } from '@kaleido/pipeline/node';
import { createIndex, renderResults } from '@kaleido/search/node';

// A stand-in for your own folder: photographs, and a CSV with a line for each.
const subcategories = ['t-shirt', 'tote'] as const;
const shop = openRasterisedAtelier({ seed: 1, products: 150, captionOf: 'view', subcategories, imageSize: 64 });
await mkdir('shop');
const lines = ['sku,photo,title,kind'];
for await (const { id, image, caption, category } of shop.products('train')) {
  await writeFile(`shop/${id}.png`, image.bytes);
  lines.push(`${id},${id}.png,"${caption}",${category}`);
}
await writeFile('shop/products.csv', lines.join('\n'));

// It says what it takes the columns for; pass { map } where a guess is wrong.
const data = await openData('shop');
console.log(data.taken, data.explained?.mapping);

// An untrained model; use openKaleido('runs/quickstart') to start from a pre-trained one.
// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const kaleido = await createKaleido({
  preset: 'tiny',
  captions: data.products('train'),
  photographs: data.products('validation'),
});
const model = await fineTune(kaleido, retrieval(), { train: data.products('train'), epochs: 10, learningRate: 0.003 });

const index = await createIndex('index', { model });
for (const split of data.splits) await index.add(data.products(split));
const query = 'a striped tote';
const result = await index.search({ text: query, k: 12 });
await writeFile('results.html', await renderResults(index, { query, result }));
console.log(index.size, 'products; results.html shows', result.hits.length);
