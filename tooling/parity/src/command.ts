import type { Backend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser, runCommand, writeWhole } from '@kaleido/foundation/node';
import { Command } from 'commander';
import { areaNames, areas } from './areas.ts';
import { backendsHere } from './backends-here.ts';
import { isWithin } from './comparison.ts';
import { groups, summary, table } from './table.ts';

interface Options {
  readonly backend?: string;
  readonly vocabulary?: string;
  readonly weights?: string;
  readonly cases?: string;
  readonly json?: string;
  readonly far?: boolean;
}

const command = new Command('parity')
  .description('Compares what this project computes with the reference values in a folder, value by value.')
  .argument('<area>', areaNames.join(', '))
  .argument('<folder>', 'laid out as the golden folder of that area')
  .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu (default: all available ones except cuda)')
  .option('--vocabulary <file>', 'of the area tokenizer, where it is not beside the folder')
  .option('--weights <folder>', 'of the area features, where they are not in ../../weights of the folder')
  .option('--cases <count>', 'of the area features: only so many images, for a slow backend')
  .option('--far', 'list only what is beyond its tolerance')
  .option('--json <file>', 'where the comparisons go, as JSON')
  .action(parity);

async function parity(name: string, folder: string, options: Options): Promise<void> {
  const area = Object.hasOwn(areas, name) ? areas[name] : undefined;
  if (area === undefined)
    throw new KaleidoError({
      source: 'parity',
      problem: 'unknown area',
      found: name,
      advice: `known are ${areaNames.join(', ')}`,
    });
  const { here, missing } = area.needsBackends
    ? await backendsHere(options.backend as Backend | undefined)
    : { here: [], missing: [] };
  for (const reason of missing) console.log(`skipped ${reason}`);
  const vocabulary = options.vocabulary === undefined ? undefined : pathFromUser(options.vocabulary);
  const weights = options.weights === undefined ? undefined : pathFromUser(options.weights);
  const cases = options.cases === undefined ? undefined : wholeNumber(options.cases);
  const comparisons = await area.compare(pathFromUser(folder), here, { vocabulary, weights, cases });
  if (comparisons.every(({ skipped }) => skipped !== undefined))
    throw new KaleidoError({
      source: 'parity',
      problem: `there is nothing to compare in ${folder}`,
      found: comparisons.map(({ name, skipped }) => `${name}: ${skipped}`),
      advice: `give a folder that is laid out as the golden folder of ${name}`,
    });
  const shown = options.far === true ? comparisons.filter((one) => !isWithin(one)) : comparisons;
  if (shown.length > 0) console.log(`${table(shown)}\n`);
  console.log(`${groups(comparisons)}\n\n${summary(comparisons)}`);
  if (options.json !== undefined)
    await writeWhole(pathFromUser(options.json), `${JSON.stringify(comparisons, undefined, 2)}\n`);
  if (!comparisons.every(isWithin)) process.exitCode = 1;
}

function wholeNumber(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new KaleidoError({
    source: 'parity',
    problem: '--cases must be a whole number from 1 up',
    found: text,
    advice: 'leave it out for all',
  });
}

await runCommand(() => command.parseAsync());
// Dawn keeps the process alive after WebGPU was used, so it must exit explicitly, once the output is flushed.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit();
