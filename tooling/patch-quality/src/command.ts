import { availableParallelism } from 'node:os';
import { type Backend, selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser, runCommand, writeWhole } from '@kaleido/foundation/node';
import type { ExtractorDescription } from '@kaleido/kaleido-patches';
import { Command } from 'commander';
import { contactSheet } from './contact-sheet.ts';
import { foregroundQuality, type QualityRow } from './foreground-quality.ts';
import { probeQuality } from './probe-quality.ts';
import { qualityTable } from './quality-table.ts';
import { speed } from './speed.ts';

const command = new Command('patch-quality').description('How good and how fast the patch generator is.');
const onMessage = (message: string): void => console.error(message);

const square = (side: number) => ({ width: side, height: side });
const extractors: Readonly<Record<string, (weights: string | undefined) => ExtractorDescription>> = {
  pixels: () => ({ kind: 'pixels', size: 16 }),
  colours: () => ({ kind: 'colours', cells: 8 }),
  'mobilenet-v2 pooled-map': () => ({ kind: 'mobilenet-v2', scheme: 'pooled-map', rotatedInputSize: square(32) }),
  'mobilenet-v2 pooled-map and colours': () => ({
    kind: 'joined',
    parts: [
      { kind: 'mobilenet-v2', scheme: 'pooled-map', rotatedInputSize: square(32) },
      { kind: 'colours', cells: 8 },
    ],
  }),
  'mobilenet-v2 pass-per-patch': () => ({ kind: 'mobilenet-v2', scheme: 'pass-per-patch' }),
  'mobilenet-v2 pass-per-patch 224': () => ({ kind: 'mobilenet-v2', scheme: 'pass-per-patch', inputSize: square(224) }),
  'resnet50-v2-stage3 pooled-map': (weights) => ({
    kind: 'resnet50-v2-stage3',
    weights: needed(weights),
    scheme: 'pooled-map',
    rotatedInputSize: square(32),
  }),
};

command
  .command('foreground')
  .description('masks against the exact ones of the atelier, and against those of U^2-Net on photographs')
  .option('--data <folders...>', 'folders of photographs: Parquet shards, WebDataset tars, or pictures', [])
  .option('--split <name>', 'which photographs', 'validation')
  .option('--most <count>', 'photographs of each folder', '400')
  .option('--atelier <count>', 'photographs of the atelier', '600')
  .option('--weights <file>', 'of the own network, others than it comes with')
  .option('--seed <number>', 'of what is drawn', '1')
  .option('--backend <name>', 'where the networks run', 'wasm')
  .option('--json <file>', 'where the figures go')
  .action(async (given) => {
    await selectBackend({ prefer: given.backend as Backend, threads: availableParallelism() });
    const rows = await foregroundQuality({
      data: (given.data as string[]).map(pathFromUser),
      split: given.split,
      most: count(given.most, '--most'),
      atelier: count(given.atelier, '--atelier'),
      seed: Number(given.seed),
      weights: given.weights === undefined ? undefined : pathFromUser(given.weights),
      onMessage,
    });
    await show(rows, given.json);
  });

command
  .command('probe')
  .description('a linear classifier on the vectors of each extractor')
  .requiredOption('--data <folder>', 'photographs with labels')
  .option('--fields <names>', 'labels', 'subcategory,category3,baseColour')
  .option('--extractors <names>', Object.keys(extractors).join(', '), Object.keys(extractors).slice(0, 4).join(','))
  .option('--resnet <file>', 'weights of resnet50-v2-stage3')
  .option('--train <count>', 'photographs to learn from', '3000')
  .option('--validation <count>', 'photographs to name', '1156')
  .option('--seed <number>', 'of the probes', '1')
  .option('--backend <name>', 'where the networks run', 'wasm')
  .option('--json <file>', 'where the figures go')
  .action(async (given) => {
    await selectBackend({ prefer: given.backend as Backend, threads: availableParallelism() });
    const rows = await probeQuality({
      data: pathFromUser(given.data),
      train: count(given.train, '--train'),
      validation: count(given.validation, '--validation'),
      fields: (given.fields as string).split(','),
      extractors: (given.extractors as string).split(',').map((name) => {
        const describe = extractors[name];
        if (describe !== undefined)
          return [name, describe(given.resnet === undefined ? undefined : pathFromUser(given.resnet))] as const;
        throw new KaleidoError({
          source: 'patch-quality',
          problem: 'unknown extractor',
          found: name,
          advice: `known are ${Object.keys(extractors).join(', ')}`,
        });
      }),
      seed: Number(given.seed),
      onMessage,
    });
    await show(rows, given.json);
  });

command
  .command('speed')
  .description('images a second of each part, beside Pillow and PyTorch where a Python has them')
  .requiredOption('--data <folder>', 'photographs as Parquet shards')
  .option('--images <count>', 'photographs', '300')
  .option('--backends <names>', 'where the networks run, or none for pixels alone', 'wasm,tensorflow')
  .option('--threads <count>', 'of a backend that has several', String(availableParallelism()))
  .option('--python <path>', 'a Python with pillow, torch and pyarrow')
  .option('--json <file>', 'where the figures go')
  .action(async (given) => {
    const rows = await speed({
      data: pathFromUser(given.data),
      images: count(given.images, '--images'),
      backends: (given.backends as string).split(',').filter((name) => name !== 'none') as Backend[],
      threads: count(given.threads, '--threads'),
      python: given.python,
      onMessage,
    });
    await show(rows, given.json);
  });

command
  .command('sheet')
  .description('photographs with mask, box and patches, as one picture')
  .requiredOption('--data <folder>', 'photographs')
  .requiredOption('--out <file>', 'a PNG')
  .option('--split <name>', 'which photographs', 'validation')
  .option('--finder <name>', 'network, u2net or background-colour', 'network')
  .option('--count <count>', 'photographs', '24')
  .option('--every <count>', 'one of so many is drawn', '48')
  .action(async (given) => {
    await selectBackend({ prefer: 'wasm' });
    const drawn = await contactSheet({
      data: pathFromUser(given.data),
      split: given.split,
      finder: given.finder,
      count: count(given.count, '--count'),
      every: count(given.every, '--every'),
      out: pathFromUser(given.out),
    });
    console.log(`${drawn} photographs: ${pathFromUser(given.out)}`);
  });

async function show(rows: readonly QualityRow[], json: string | undefined): Promise<void> {
  console.log(qualityTable(rows));
  if (json !== undefined) await writeWhole(pathFromUser(json), `${JSON.stringify(rows, undefined, 2)}\n`);
}

function count(text: string, option: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new KaleidoError({
    source: 'patch-quality',
    problem: `${option} must be a whole number from 1 up`,
    found: text,
  });
}

function needed(weights: string | undefined): string {
  if (weights !== undefined) return weights;
  throw new KaleidoError({
    source: 'patch-quality',
    problem: 'resnet50-v2-stage3 needs its weights, and none were named',
    advice: 'pass --resnet with resnet50-v2-stages1to3-imagenet-f16.safetensors',
  });
}

await runCommand(() => command.parseAsync());
// Dawn keeps the process alive after WebGPU was used, so it must exit explicitly, once the output is flushed.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit();
