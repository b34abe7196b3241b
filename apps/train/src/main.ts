import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { Backend, Precision } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { parseRecipe, pathFromUser, runCommand, runRecipe, threadCount } from '@kaleido/pipeline/node';
import { Command } from 'commander';
import { followRun } from './follow-run.ts';

interface Options {
  readonly recipe: string;
  readonly data?: string;
  readonly out?: string;
  readonly backend: string;
  readonly precision: string;
  readonly threads: string;
  readonly cache: string;
}

const command = new Command('train')
  .description(
    'Trains a Kaleido-BERT as a recipe says: pictures to features, pre-training, fine-tuning, evaluation, report.',
  )
  .requiredOption('--recipe <file>', 'the recipe, e.g. recipes/quickstart.json')
  .option('--data <folder>', 'products as Parquet or WebDataset shards, for recipes that need them')
  .option('--out <folder>', 'where the run goes (default: runs/<name of the recipe>)')
  .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
  .option('--precision <name>', 'float32, or mixed: products in half precision (cuda, webgpu, tensorflow)', 'float32')
  .option('--threads <count>', 'worker threads', String(availableParallelism()))
  .option('--cache <folder>', 'where features are kept between runs', '.kaleido')
  .action(train);

async function train({ recipe: path, data, out, backend, precision, threads, cache }: Options): Promise<void> {
  const text = await readFile(pathFromUser(path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'train',
      problem: `cannot read the recipe ${path}`,
      found: cause.code ?? cause.message,
      advice: 'pass --recipe with one of recipes/*.json',
    });
  });
  const recipe = parseRecipe(text, basename(path));
  const count = threadCount(threads, 'train');
  const folder = out ?? `runs/${recipe.name}`;
  const stop = new AbortController();
  // The first Ctrl-C saves, the second one ends at once.
  process.once('SIGINT', () => {
    console.error('\nstopping after the steps in hand (press Ctrl-C again to end at once)');
    stop.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  const follower = followRun(process.stdout);
  try {
    const result = await runRecipe({
      recipe,
      // The recipe's own command where it leads to the same folder; anything else is repeated as it was given.
      ...(data === undefined && basename(folder) === recipe.name && backend === 'wasm' && precision === 'float32'
        ? {}
        : {
            command: commandLine({
              recipe: path,
              data,
              out,
              backend,
              precision: precision === 'float32' ? undefined : precision,
            }),
          }),
      ...(data === undefined ? {} : { data: pathFromUser(data) }),
      out: pathFromUser(folder),
      cache: pathFromUser(cache),
      backend: backend as Backend,
      precision: precision as Precision,
      threads: count,
      signal: stop.signal,
      ...follower.listeners,
    });
    follower.close();
    if (result.kind === 'finished') console.log(`report: ${result.report}`);
    else {
      console.log('stopped; what is done is saved. The same command goes on from there.');
      process.exitCode = 130;
    }
  } catch (error) {
    follower.close();
    // A part that was broken off throws the signal's own reason; anything else went wrong in its own right.
    if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
    console.log('stopped; finished parts are saved. The same command goes on from there.');
    process.exitCode = 130;
  }
}

/** What repeats a run from the repository's root. */
function commandLine(options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return `pnpm train ${given.join(' ')}`;
}

await runCommand(() => command.parseAsync());
