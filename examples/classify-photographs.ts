// Teaches a new model to name the category of a garment, saves it, opens it again and asks it about other garments.
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { classification, createKaleido, fineTune, openKaleido } from '@kaleido/pipeline/node';

console.log((await selectBackend()).description);
const subcategories = ['t-shirt', 'straight jeans', 'sneakers', 'tote', 'shift dress'] as const;
const shop = openRasterisedAtelier({ seed: 1, products: 150, subcategories, imageSize: 64 });

// Nothing is known yet; openKaleido('runs/quickstart') begins with what pre-training has learned.
const kaleido = await createKaleido({
  preset: 'tiny',
  captions: ['red shirt', 'blue dress'],
  photographs: shop.products('validation'),
});
const tagger = await fineTune(kaleido, classification({ label: 'category' }), {
  train: shop.products('train'),
  validation: shop.products('validation'),
  epochs: 10,
});
console.log(tagger.training);
await tagger.save('tagger');

const opened = await openKaleido('tagger');
for await (const { id, category } of opened.predict(shop.products('test'))) console.log(id, category);
