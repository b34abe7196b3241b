import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathFromUser, writeWhole } from '@kaleido/foundation/node';
import { Command } from 'commander';
import { count, number } from '../read-options.ts';
import { generateStore } from './generate-store.ts';
import { measureStream, type StreamFigures } from './measure-stream.ts';
import { type StreamTrainingFigures, trainOnStream } from './train-on-stream.ts';

interface GivenStreamOptions {
  readonly store?: string;
  readonly products: string;
  readonly width: string;
  readonly memory: string;
  readonly batch: string;
  readonly steps: string;
  readonly ahead: string;
  readonly work: string;
  readonly train?: string;
  readonly json?: string;
}

const mebibyte = 1024 ** 2;

export const streamCommand: Command = new Command('stream')
  .description('Measures how features are read: random batches from a store, the time waited and the memory taken.')
  .option('--store <folder>', 'an existing feature store (default: one that is generated, and removed again)')
  .option('--products <count>', 'of the generated store (not with --store), a multiple of 1000', '1000000')
  .option('--width <features>', 'of the generated store (not with --store): numbers a vector', '16')
  .option('--memory <mebibytes>', 'most memory for features', '256')
  .option('--batch <rows>', 'rows a step; each has a negative', '64')
  .option('--steps <count>', 'steps', '200')
  .option('--ahead <steps>', 'steps loaded before they are needed (not with --train)', '2')
  .option('--work <milliseconds>', 'milliseconds that a step computes meanwhile (not with --train)', '0')
  .option('--train <preset>', 'train the seven tasks on the store instead: tiny, small or base, on wasm')
  .option('--json <file>', 'where the figures go, as JSON')
  .action(stream);

async function stream(given: GivenStreamOptions): Promise<void> {
  const featureWidth = count('--width', given.width);
  const products = count('--products', given.products);
  const memory = number('--memory', given.memory, 'from 0', (value) => value >= 0) * mebibyte;
  const options = {
    batch: count('--batch', given.batch),
    steps: count('--steps', given.steps),
    ahead: number('--ahead', given.ahead, 'a whole number from 0', (value) => Number.isInteger(value) && value >= 0),
    work: number('--work', given.work, 'from 0', (value) => value >= 0),
    seed: 1,
  };
  const temporary = given.store === undefined ? await mkdtemp(join(tmpdir(), 'kaleido-stream-')) : undefined;
  try {
    const folder = temporary === undefined ? pathFromUser(given.store as string) : join(temporary, 'features');
    if (temporary !== undefined) await generateStore(folder, { products, featureWidth, seed: 1 });
    const { train } = given;
    const figures =
      train === undefined
        ? await measureStream(folder, memory, options)
        : await trainOnStream(folder, { ...options, memory, preset: train });
    console.log('openSeconds' in figures ? streamTable(figures) : trainingLine(figures));
    if (given.json !== undefined)
      await writeWhole(pathFromUser(given.json), `${JSON.stringify(figures, undefined, 2)}\n`);
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true });
  }
}

/** The figures of a training in one line. */
function trainingLine({ kind, products, seconds, waiting, bytesPeak }: StreamTrainingFigures): string {
  return `${kind}, ${products} products: ${seconds.toFixed(1)} s, ${waiting.toFixed(2)} % of it waiting for batches, ${(bytesPeak / 1e6).toFixed(0)} MB above base at the peak`;
}

/** The figures as a table. */
export function streamTable(figures: StreamFigures): string {
  const { kind, products, featureWidth, waited } = figures;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;
  const rows: [string, string][] = [
    ['opened in', `${figures.openSeconds.toFixed(2)} s`],
    ['shared in', `${figures.shareSeconds.toFixed(2)} s`],
    ['memory above base, store open', megabytes(figures.bytesOpen)],
    ['memory above base, features shared', megabytes(figures.bytesShared)],
    ['memory above base, at its peak', megabytes(figures.bytesPeak)],
    ['a step waited (median, mean, most)', [waited.median, waited.mean, waited.most].map(milliseconds).join(', ')],
    ['a step copied (median)', milliseconds(figures.copied)],
    ['rows asked for, read', `${figures.rowsAsked}, ${figures.rowsRead}`],
    ['reads, bytes read', `${figures.reads}, ${megabytes(figures.bytesRead)}`],
    ['rows kept, bytes kept', `${figures.rowsKept}, ${megabytes(figures.bytesKept)}`],
  ];
  return [
    `| ${kind} | ${products} products, F ${featureWidth} |`,
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
  ].join('\n');
}
