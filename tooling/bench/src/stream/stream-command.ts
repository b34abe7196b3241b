import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeWhole } from '@kaleido/foundation/node';
import { Command } from 'commander';
import { count, number } from '../read-options.ts';
import { generateStore } from './generate-store.ts';
import { measureStream, type StreamFigures } from './measure-stream.ts';

interface GivenStreamOptions {
  readonly store?: string;
  readonly products: string;
  readonly width: string;
  readonly memory: string;
  readonly batch: string;
  readonly steps: string;
  readonly ahead: string;
  readonly work: string;
  readonly json?: string;
}

const mebibyte = 1024 ** 2;

export const streamCommand: Command = new Command('stream')
  .description('Measures how features are read: random batches from a store, the time waited and the memory taken.')
  .option('--store <folder>', 'an existing feature store (default: one that is generated, and removed again)')
  .option('--products <count>', 'of the generated store, a multiple of 1000', '1000000')
  .option('--width <features>', 'of the generated store: numbers a vector', '16')
  .option('--memory <mebibytes>', 'most memory for features', '256')
  .option('--batch <rows>', 'rows a step; each has a negative', '64')
  .option('--steps <count>', 'steps', '200')
  .option('--ahead <steps>', 'steps loaded before they are needed', '2')
  .option('--work <milliseconds>', 'what a step computes meanwhile', '0')
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
  // pnpm starts scripts in the package's folder, and tells where the user stands.
  const fromUser = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);
  const temporary = given.store === undefined ? await mkdtemp(join(tmpdir(), 'kaleido-stream-')) : undefined;
  try {
    const folder = temporary === undefined ? fromUser(given.store as string) : join(temporary, 'features');
    if (temporary !== undefined) await generateStore(folder, { products, featureWidth, seed: 1 });
    const figures = await measureStream(folder, memory, options);
    console.log(streamTable(figures));
    if (given.json !== undefined) await writeWhole(fromUser(given.json), `${JSON.stringify(figures, undefined, 2)}\n`);
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true });
  }
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
