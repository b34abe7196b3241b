import { dataFromUser } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser, refuseUnusedOptions, writeWhole } from '@kaleido/foundation/node';
import { Argument, Command } from 'commander';
import { findPython } from '../find-python.ts';
import { count, number } from '../read-options.ts';
import { dataTables, readingTable } from './data-tables.ts';
import {
  type FirstFigures,
  type LengthFigures,
  measureFirst,
  measureLength,
  measureRate,
  type RateFigures,
} from './measure-data.ts';
import { runReading } from './run-reading.ts';
import { type DataFormat, dataFormats } from './write-set.ts';

interface GivenDataOptions {
  readonly data?: string;
  readonly first: string;
  readonly rate: string;
  readonly products: string;
  readonly picture: string;
  readonly turns: string;
  readonly against?: string;
  readonly json?: string;
}

export const dataCommand: Command = new Command('data')
  .description(
    'Measures how products are read: the time to the first one, megabytes a second, and the memory of a long stream. The files are generated, up to 3 GB in the temporary folder (TMPDIR), and removed again.',
  )
  .addArgument(new Argument('[formats...]', 'what to measure (default: all)').choices(dataFormats))
  .option('--data <path>', 'measure these products instead, as pnpm train reads them')
  .option('--first <gigabytes>', 'size of the set whose first product is timed; 0 for none', '13')
  .option('--rate <megabytes>', 'size of the set whose rate is measured; 0 for none', '1000')
  .option('--products <count>', 'length of the stream whose memory is measured; 0 for none', '1000000')
  .option('--picture <bytes>', 'of a photograph, for --first and --rate', '50000')
  .option('--turns <count>', 'how often the rate is measured', '3')
  .option('--against <other>', 'python: read with pyarrow and webdataset too, in turn with ours')
  .option('--json <file>', 'where the figures go, as JSON')
  .action(measure);

async function measure(formats: readonly DataFormat[], given: GivenDataOptions, command: Command): Promise<void> {
  const from0 = (option: string, text: string): number => number(option, text, 'from 0', (value) => value >= 0);
  const pictureBytes = number('--picture', given.picture, 'from 16 to 4000000', (one) => one >= 16 && one <= 4e6);
  const turns = count('--turns', given.turns);
  const [first, rate] = [1e9 * from0('--first', given.first), 1e6 * from0('--rate', given.rate)];
  const products = number(
    '--products',
    given.products,
    'a whole number from 0',
    (value) => value >= 0 && Number.isSafeInteger(value),
  );
  if (given.against !== undefined && given.against !== 'python')
    throw new KaleidoError({ source: 'bench', problem: '--against must be python', found: given.against });
  const save = async (figures: unknown): Promise<void> => {
    if (given.json !== undefined)
      await writeWhole(pathFromUser(given.json), `${JSON.stringify(figures, undefined, 2)}\n`);
  };
  refuseIdle(formats, given, command, { first, rate, products });
  if (given.data !== undefined) {
    const figures = await runReading({ path: await dataFromUser(given.data) });
    console.log(readingTable(figures));
    return save(figures);
  }
  const python = given.against === undefined ? {} : { python: await findPython(['pyarrow', 'webdataset']) };
  const wanted = formats.length === 0 ? dataFormats : dataFormats.filter((format) => formats.includes(format));
  // Pictures of tables are files of their own: their rate would be that of the file system.
  const inOneFile = wanted.filter((format) => format !== 'csv' && format !== 'jsonl');
  const figures = { first: [] as FirstFigures[], rates: [] as RateFigures[], lengths: [] as LengthFigures[] };
  for (const format of first > 0 ? wanted : []) {
    console.error(`${format}: the first product`);
    figures.first.push(await measureFirst(format, { bytes: first, pictureBytes }));
  }
  for (const format of rate > 0 ? inOneFile : []) {
    console.error(`${format}: megabytes a second`);
    figures.rates.push(await measureRate(format, { bytes: rate, pictureBytes, turns, ...python }));
  }
  for (const format of products > 0 ? wanted : []) {
    console.error(`${format}: a stream of ${products} products`);
    figures.lengths.push(await measureLength(format, products));
  }
  console.log(dataTables(figures));
  await save(figures);
}

/** @throws KaleidoError where nothing would be measured, and for the first option that would have no effect */
function refuseIdle(
  formats: readonly DataFormat[],
  given: GivenDataOptions,
  command: Command,
  { first, rate, products }: { readonly first: number; readonly rate: number; readonly products: number },
): void {
  const refuse = (without: readonly string[], why: string): void =>
    refuseUnusedOptions((option) => command.getOptionValueSource(option) === 'cli', without, why, 'bench');
  if (given.data !== undefined) {
    const why = '--data is read once, as it is';
    refuse(['first', 'rate', 'products', 'picture', 'turns', 'against'], why);
    if (formats.length === 0) return;
    const problem = `a format has no effect: ${why}`;
    throw new KaleidoError({ source: 'bench', problem, found: formats.join(' '), advice: 'leave it out' });
  }
  if (rate === 0) refuse(['turns', 'against'], 'no rate is measured (--rate 0)');
  if (first + rate === 0) refuse(['picture'], 'the pictures of a long stream are small');
  if (formats.length > 0 && !formats.some((format) => format === 'parquet' || format === 'tar'))
    refuse(['against'], `Python is measured on parquet and tar, not on ${formats.join(' and ')}`);
  if (first + rate + products === 0)
    throw new KaleidoError({
      source: 'bench',
      problem: 'nothing is to be measured: --first, --rate and --products are 0',
      advice: 'leave one of them out',
    });
}
