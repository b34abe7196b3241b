import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { classification, createKaleido, fineTune } from '@kaleido/pipeline/node';

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const shop = openRasterisedAtelier({ seed: 1, products: 120, subcategories: ['t-shirt', 'tote'], imageSize: 64 });
const [train, validation, test] = [shop.products('train'), shop.products('validation'), shop.products('test')];

// An untrained model; use openKaleido('runs/quickstart') to start from a pre-trained one.
const kaleido = await createKaleido({
  preset: 'tiny',
  captions: ['red shirt'],
  photographs: shop.products('validation'),
});

// One head a label. A bag has no sleeves: it is left out of that head's loss, and counted.
const label = ['category', 'pattern', 'sleeve'] as const;
const task = classification({ label, classWeights: { pattern: 'balanced' } });
const fineTuning = fineTune(kaleido, task, { train, validation, epochs: 20, trained: 'head', patience: 6 });
for await (const progress of fineTuning)
  if (progress.kind === 'validation') console.log(progress.step, progress.figures);

const tagger = await fineTuning;
console.log(tagger.training.missing, tagger.training.notes);
for await (const { id, category, pattern, probabilities } of tagger.predict(test))
  console.log(id, category, pattern, probabilities.pattern);
