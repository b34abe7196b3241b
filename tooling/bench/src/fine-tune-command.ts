import { selectBackend } from '@kaleido/backend';
import type { Product } from '@kaleido/data';
import { openData } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';
import { classification, fineTune, labelOf, openKaleido } from '@kaleido/pipeline/node';
import { Command } from 'commander';
import { count } from './read-options.ts';

interface Options {
  readonly model: string;
  readonly data: string;
  readonly label: string;
  readonly photographs: string;
  readonly classes: string;
  readonly trained: string;
}

/** Measures `fineTune` on photographs as a user has them, from files to labels, features included. */
export const fineTuneCommand: Command = new Command('fine-tune')
  .description('Measures fine-tuning on the photographs of some classes, features included, on wasm.')
  .requiredOption('--model <folder>', 'a model folder, e.g. a run')
  .requiredOption('--data <path>', 'products, as pnpm train reads them')
  .option('--label <field>', 'what to classify', 'subcategory')
  .option('--photographs <count>', 'to train on, of all classes together', '1000')
  .option('--classes <count>', 'the commonest labels', '10')
  .option('--trained <what>', 'all or head', 'head')
  .action(measure);

async function measure({ model, data, label, trained, ...counts }: Options): Promise<void> {
  if (trained !== 'all' && trained !== 'head')
    throw new KaleidoError({ source: 'bench', problem: '--trained must be all or head', found: trained });
  const { description } = await selectBackend({ prefer: 'wasm' });
  const photographs = count('--photographs', counts.photographs);
  const classes = count('--classes', counts.classes);
  const source = await openData(pathFromUser(data));
  const groups = new Map<string, Product[]>();
  for await (const product of source.products('train')) {
    const name = labelOf(product, label);
    if (name === undefined) continue;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [product]);
    else known.push(product);
  }
  const commonest = [...groups.values()].sort((a, b) => b.length - a.length).slice(0, classes);
  // The rarest class first: what it lacks is taken from the others.
  const train: Product[] = [];
  for (const [at, products] of commonest.reverse().entries())
    train.push(...products.slice(0, Math.ceil((photographs - train.length) / (commonest.length - at))));
  const names = new Set(train.map((product) => labelOf(product, label)));
  const validation: Product[] = [];
  for await (const product of source.products('validation'))
    if (names.has(labelOf(product, label))) validation.push(product);
  const kaleido = await openKaleido(pathFromUser(model));
  const begun = performance.now();
  let prepared = begun;
  const tagger = await fineTune(kaleido, classification({ label }), {
    train,
    trained,
    onProgress: ({ kind }) => {
      if (kind === 'features') prepared = performance.now();
    },
  });
  const ended = performance.now();
  let [right, all] = [0, 0];
  for await (const answer of tagger.predict(validation))
    if (answer[label] === labelOf(validation[all++] as Product, label)) right += 1;
  const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;
  console.log(`# ${description}
${train.length} photographs of ${names.size} classes: ${seconds(begun, ended)}, of it features ${seconds(begun, prepared)}; ${tagger.training.steps} steps, trained: ${trained}
${all} held-out photographs of these classes: ${((100 * right) / all).toFixed(1)} % right`);
}
