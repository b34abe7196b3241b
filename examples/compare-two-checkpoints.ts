import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { comparePaired } from '@kaleido/eval';
import { classification, createKaleido, fineTune, openKaleido } from '@kaleido/pipeline/node';

// By name, so that the figures do not depend on what is installed; without a name the fastest is taken.
await selectBackend({ prefer: 'wasm' });
const subcategories = ['t-shirt', 'sneakers', 'tote', 'shift dress'] as const;
// Several photographs of one product are not independent, and make a difference look surer than it is.
const drawn = { viewsPerProduct: { least: 1, most: 1 }, imageSize: 64 };
const shop = openRasterisedAtelier({ ...drawn, seed: 1, products: 400, test: 0.5, subcategories });

// The checkpoints: here of one task, after one and after five epochs.
const photographs = shop.products('validation');
const kaleido = await createKaleido({ preset: 'tiny', captions: ['red shirt'], photographs });
for (const epochs of [1, 5]) {
  const task = classification({ label: 'category' });
  const tagger = await fineTune(kaleido, task, { train: shop.products('train'), epochs });
  await tagger.save(`epochs-${epochs}`);
}

// A score for each product: 1 where the checkpoint is right.
const truth = new Map<string, string | undefined>();
for await (const { id, category } of shop.products('test')) truth.set(id, category);
async function scores(checkpoint: string): Promise<number[]> {
  const right: number[] = [];
  const tagger = await openKaleido(checkpoint);
  for await (const { id, category } of tagger.predict(shop.products('test')))
    right.push(category === truth.get(id) ? 1 : 0);
  return right;
}

const compared = comparePaired(await scores('epochs-1'), await scores('epochs-5'));
console.log(compared);
const [least, most] = compared.interval;
console.log(least > 0 || most < 0 ? 'they differ on such products' : 'no difference is shown: 0 is in the interval');
