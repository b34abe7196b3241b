import { selectBackend, tf } from '@kaleido/backend';
import type { Product } from '@kaleido/data';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { createKaleido, defineTask, fineTune, openKaleido } from '@kaleido/pipeline/node';

// How many words the shop wrote about a product: a number, which no other task predicts.
const wordCount = defineTask({
  name: 'word-count',
  target: ({ caption }: Product) => caption.split(' ').length,
  head: 1,
  loss: (outputs, targets) => tf.mean(tf.square(tf.sub(outputs, tf.tensor(targets.map((words) => [words / 10]))))),
  predict: ([output = 0]) => ({ words: 10 * output }),
  figures: {
    // Higher is better.
    nearness: (results, targets) =>
      -results.reduce((sum, { words }, at) => sum + Math.abs(words - (targets[at] ?? 0)), 0) / results.length,
  },
});

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const shop = openRasterisedAtelier({ seed: 1, products: 150, subcategories: ['t-shirt', 'tote'], imageSize: 64 });
const [train, validation, test] = [shop.products('train'), shop.products('validation'), shop.products('test')];

// An untrained model; use openKaleido('runs/quickstart') to start from a pre-trained one.
const kaleido = await createKaleido({
  preset: 'tiny',
  captions: ['red shirt'],
  photographs: shop.products('validation'),
});
const counter = await fineTune(kaleido, wordCount, { train, validation, epochs: 20, trained: 'head' });
console.log(counter.training.validation?.figures.nearness);
await counter.save('word-count');

const opened = await openKaleido('word-count', { task: wordCount });
for await (const { id, words } of opened.predict(test)) console.log(id, words.toFixed(1));
