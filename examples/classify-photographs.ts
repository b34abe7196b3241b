import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { classification, createKaleido, fineTune, openKaleido } from '@kaleido/pipeline/node';

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const subcategories = ['t-shirt', 'straight jeans', 'sneakers', 'tote', 'shift dress'] as const;
const shop = openRasterisedAtelier({ seed: 1, products: 150, subcategories, imageSize: 64 });
const [train, validation, test] = [shop.products('train'), shop.products('validation'), shop.products('test')];

// An untrained model; use openKaleido('runs/quickstart') to start from a pre-trained one.
const captions = ['red shirt', 'blue dress'];
const kaleido = await createKaleido({ preset: 'tiny', captions, photographs: shop.products('validation') });
const tagger = await fineTune(kaleido, classification({ label: 'category' }), { train, validation, epochs: 10 });
console.log(tagger.training);
await tagger.save('tagger');

const opened = await openKaleido('tagger');
for await (const { id, category } of opened.predict(test)) console.log(id, category);
