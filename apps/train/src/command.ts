import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { Backend, Precision } from '@kaleido/backend';
import { type DataReadingTexts, dataForms, dataFromUser, dataOptions, parseDataReading } from '@kaleido/data/node';
import { isForegroundRecipe, parseForegroundRecipe } from '@kaleido/foreground-training';
import { type ForegroundFigures, runForeground } from '@kaleido/foreground-training/node';
import { decodeText, formatCommand, KaleidoError, publicAddress } from '@kaleido/foundation';
import {
  pathFromUser,
  refuseUnknownWords,
  refuseUnusedOptions,
  runCommand,
  threadCount,
} from '@kaleido/foundation/node';
import { alignRecipe, type PreparedPictures, parseRecipe, prepareRecipe, runRecipe } from '@kaleido/recipes/node';
import { isReleasedRecipe, parseReleasedRecipe } from '@kaleido/released';
import { type ReleasedFigures, runReleased } from '@kaleido/released/node';
import { notedLines, skippedLines } from '@kaleido/splits';
import { Command } from 'commander';
import { type AblationCommandOptions, ablationRun } from './ablation-run.ts';
import { followRun } from './follow-run.ts';
import { inspect } from './inspect-command.ts';
import type { Run } from './run.ts';

interface Options extends DataReadingTexts {
  readonly recipe: string;
  readonly data?: string;
  readonly checkpoint?: string;
  readonly out?: string;
  readonly backend: string;
  readonly precision: string;
  readonly threads: string;
  readonly cache: string;
  readonly overwrite?: boolean;
}

const command = new Command('train');

const readingOptions = dataOptions();

/** Adds `--data` and the options that say how it is read. */
function withData(of: Command): Command {
  return withReading(
    of.option(
      '--data <place>',
      `products, for recipes that need them: ${dataForms}, or an https address; it says what it took`,
    ),
  );
}

function withReading(of: Command): Command {
  for (const { flags, help } of readingOptions) of.option(flags, help);
  return of;
}

withData(
  command
    .command('run', { isDefault: true })
    .description(
      'Trains a Kaleido-BERT as a recipe says: pictures to features, pre-training, fine-tuning, evaluation, report.',
    )
    .requiredOption('--recipe <file>', 'the recipe, e.g. recipes/quickstart.json'),
)
  .option(
    '--checkpoint <path>',
    'for recipes/released: a TensorFlow checkpoint of the released code, or a model folder',
  )
  .option('--out <folder>', 'where the run goes (default: runs/<name of the recipe>)')
  .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
  .option('--precision <name>', 'float32, or mixed: products in half precision (cuda, webgpu, tensorflow)', 'float32')
  .option('--threads <count>', 'worker threads', String(availableParallelism()))
  .option('--cache <folder>', 'where features are kept between runs', '.kaleido')
  .option(
    '--overwrite',
    'remove the run in --out once all checks of the new one have passed; without it no run is removed',
  )
  .action(train);

withData(
  command
    .command('prepare')
    .description(
      'Makes the features that a recipe reads, and nothing else: pictures to boxes, patches and vectors. Resumes after a stop.',
    )
    .requiredOption('--recipe <file>', 'the recipe, e.g. recipes/kagl-12k.json'),
)
  .option('--threads <count>', 'worker threads', String(availableParallelism()))
  .option('--cache <folder>', 'where features are kept', '.kaleido')
  .action(prepare);

withData(
  command
    .command('align')
    .description(
      "Aligns the words of a recipe's captions with the patches of their photographs, and nothing else. Kept beside the features; a run of the recipe finds them.",
    )
    .requiredOption('--recipe <file>', 'the recipe; it has "alignment"'),
)
  .option('--backend <name>', 'for the aligner "captioner": cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
  .option('--precision <name>', 'float32, or mixed: products in half precision (cuda, webgpu, tensorflow)', 'float32')
  .option('--threads <count>', 'worker threads', String(availableParallelism()))
  .option('--cache <folder>', 'where features and alignments are kept', '.kaleido')
  .action(align);

withData(
  command
    .command('ablation')
    .description(
      'Runs all variants of an ablation with several seeds, and compares them in one table and its plots. Skips what is finished, and resumes after a stop.',
    )
    .requiredOption('--recipe <file>', 'the ablation, e.g. recipes/ablation-atelier.json'),
)
  .option('--out <folder>', 'where the runs and the table go (default: runs/<name of the ablation>)')
  .option('--only <names...>', 'variants to run (default: all)')
  .option('--seeds <numbers>', 'seeds to run, e.g. 1,2,3 (default: those of the ablation)')
  .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
  .option('--precision <name>', 'float32, or mixed: products in half precision (cuda, webgpu, tensorflow)', 'float32')
  .option('--threads <count>', 'worker threads', String(availableParallelism()))
  .option('--cache <folder>', 'where features are kept between runs', '.kaleido')
  .option('--overwrite', 'remove the chosen runs in --out and run them again; without it no run is removed')
  .action(async (options: AblationCommandOptions) => follow(await ablationRun(options)));

withReading(
  command
    .command('inspect')
    .description(
      'Looks at products before a training: what they are, columns, splits, labels, what would be left out, and what is there twice.',
    )
    .requiredOption('--data <place>', `the products: ${dataForms}, or an https address`),
)
  .option('--out <file>', 'where a page with the first products and all duplicates goes, one HTML file')
  .option('--json <file>', 'where all that was found goes')
  .option('--pictures <count>', 'the most photographs that are decoded, the first ones of each split', '200000')
  .action(inspect);

async function train(options: Options, given: Command): Promise<void> {
  const isGiven: IsGiven = (option) => given.getOptionValueSource(option) === 'cli';
  await follow(runOf(await recipeText(options.recipe), options, isGiven));
}

async function prepare(options: Options): Promise<void> {
  const { recipe: path, data, threads, cache } = options;
  const text = await recipeText(path);
  if (isForegroundRecipe(text) || isReleasedRecipe(text))
    throw new KaleidoError({
      source: 'train',
      problem: `the recipe ${path} reads no features that could be prepared`,
      advice: 'run it without prepare',
    });
  const recipe = parseRecipe(text, basename(path));
  const count = threadCount(threads, 'train');
  await follow(async (listeners) => {
    const prepared = await prepareRecipe({
      recipe,
      ...(data === undefined ? {} : { data: await dataFromUser(data) }),
      reading: await parseDataReading(options),
      cache: pathFromUser(cache),
      threads: count,
      ...listeners,
    });
    return prepared.map(preparedLines).join('\n');
  });
}

async function align(options: Options, given: Command): Promise<void> {
  const { recipe: path, data, backend, precision, threads, cache } = options;
  const text = await recipeText(path);
  if (isForegroundRecipe(text) || isReleasedRecipe(text))
    throw new KaleidoError({
      source: 'train',
      problem: `the recipe ${path} has no captions that could be aligned`,
      advice: 'run it without align',
    });
  const recipe = parseRecipe(text, basename(path));
  const isGiven: IsGiven = (option) => given.getOptionValueSource(option) === 'cli';
  if (recipe.alignment?.aligner.kind === 'discriminants')
    refuseUnusedOptions(isGiven, ['backend', 'precision'], 'the aligner "discriminants" is not trained', 'train');
  const count = threadCount(threads, 'train');
  await follow(async (listeners) => {
    const { captions, pairs, unaligned } = await alignRecipe({
      recipe,
      ...(data === undefined ? {} : { data: await dataFromUser(data) }),
      reading: await parseDataReading(options),
      cache: pathFromUser(cache),
      backend: backend as Backend,
      precision: precision as Precision,
      threads: count,
      ...listeners,
    });
    return `aligned ${captions} captions: ${(pairs / captions).toFixed(1)} pairs each; ${unaligned} have none`;
  });
}

/** Summary of a split's pictures: how many were prepared, why some were left out, and notes on others. */
function preparedLines({ name, images, skipped, warnings, fallbacks, noted, cached }: PreparedPictures): string {
  const first = `${name}: ${images} pictures${cached ? ' (made before)' : ''}, ${skipped.length} left out, ${fallbacks} taken whole${noted.length === 0 ? '' : `, ${noted.length} decoded with a note`}`;
  return [first, ...skippedLines(skipped), ...notedLines(noted), ...warnings].join('\n');
}

async function recipeText(path: string): Promise<string> {
  const bytes = await readFile(pathFromUser(path)).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'train',
      problem: `cannot read the recipe ${path}`,
      found: cause.code ?? cause.message,
      advice: 'pass --recipe with one of recipes/*.json',
    });
  });
  return decodeText(bytes, { source: 'train', name: `the recipe ${path}` });
}

/** Shows the progress of a run until its end, and lets the user stop it. */
async function follow(run: Run): Promise<void> {
  const stop = new AbortController();
  // The first Ctrl-C saves, the second exits immediately.
  process.once('SIGINT', () => {
    console.error('\nstopping after the current steps (press Ctrl-C again to end at once)');
    stop.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  const follower = followRun(process.stdout);
  try {
    const outcome = await run({ signal: stop.signal, ...follower.listeners });
    follower.close();
    if (outcome !== undefined) console.log(outcome);
    else {
      console.log('stopped; what is done is saved. The same command resumes.');
      process.exitCode = 130;
    }
  } catch (error) {
    follower.close();
    // An interrupted part throws the signal's reason; any other error is a real failure.
    if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
    console.log('stopped; what is done is saved. The same command resumes.');
    process.exitCode = 130;
  }
}

/** Whether the user gave an option. */
type IsGiven = (option: string) => boolean;

function runOf(text: string, options: Options, isGiven: IsGiven): Run {
  const refuse = (unused: readonly string[], why: string): void => refuseUnusedOptions(isGiven, unused, why, 'train');
  if (isReleasedRecipe(text)) {
    refuse(
      ['cache', ...readingOptions.map(({ name }) => name)],
      'recipes/released read features from their own files and make none',
    );
    if (!['tensorflow', 'cuda'].includes(options.backend))
      refuse(['threads'], `the backend ${options.backend} computes on one thread`);
    return releasedRun(text, options);
  }
  if (isForegroundRecipe(text)) {
    refuse(
      ['data', ...readingOptions.map(({ name }) => name)],
      'the foreground network is trained on drawings, which need no data',
    );
    refuse(['cache'], 'the foreground network is trained without features');
    refuse(
      ['checkpoint'],
      'the foreground network is trained from scratch; only recipes/released start from a checkpoint',
    );
    if (options.precision !== 'float32') refuse(['precision'], 'the foreground network is trained in float32 alone');
    return foregroundRun(text, options);
  }
  refuse(['checkpoint'], 'only recipes/released begin from one; this recipe can name a BERT in model.bert');
  return ownRun(text, options);
}

/** The text for a run that was already finished. */
function finishedLine(out: string, at: string): string {
  return [
    `finished before, on ${at.slice(0, 16).replace('T', ' ')} UTC, in ${out}: nothing is left to do`,
    'for a new run pass --out with another folder, or --overwrite to remove this one first',
  ].join('\n');
}

function ownRun(text: string, options: Options): Run {
  const { recipe: path, data, out, backend, precision, threads, cache, overwrite = false } = options;
  const { map, splits, clean, encoding } = options;
  const recipe = parseRecipe(text, basename(path));
  const count = threadCount(threads, 'train');
  const folder = out ?? `runs/${recipe.name}`;
  return async (listeners) => {
    const result = await runRecipe({
      recipe,
      // The recipe's short command if it gives the same folder; otherwise the given options are repeated.
      ...(data === undefined && basename(folder) === recipe.name && backend === 'wasm' && precision === 'float32'
        ? {}
        : {
            command: commandLine({
              recipe: path,
              data: data === undefined ? undefined : publicAddress(data),
              map,
              splits,
              clean,
              encoding,
              out,
              backend,
              precision: precision === 'float32' ? undefined : precision,
            }),
          }),
      ...(data === undefined ? {} : { data: await dataFromUser(data) }),
      reading: await parseDataReading(options),
      out: pathFromUser(folder),
      overwrite,
      cache: pathFromUser(cache),
      backend: backend as Backend,
      precision: precision as Precision,
      threads: count,
      ...listeners,
    });
    if (result.kind !== 'finished') return undefined;
    const report = result.report === undefined ? 'its report.html is not there any more' : `report: ${result.report}`;
    const before = result.finishedBefore;
    return before === undefined ? report : `${finishedLine(folder, before)}\n${report}`;
  };
}

function foregroundRun(text: string, { recipe: path, out, backend, threads, overwrite = false }: Options): Run {
  const recipe = parseForegroundRecipe(text, basename(path));
  const count = threadCount(threads, 'train');
  const folder = out ?? `runs/${recipe.name}`;
  return async (listeners) => {
    const result = await runForeground({
      recipe,
      out: pathFromUser(folder),
      overwrite,
      backend: backend as Backend,
      threads: count,
      ...listeners,
    });
    if (result.kind !== 'finished') return undefined;
    const before = result.finishedBefore === undefined ? [] : [finishedLine(folder, result.finishedBefore)];
    return [...before, figureTable(result.figures), `weights: ${result.weights}`].join('\n');
  };
}

function releasedRun(
  text: string,
  { recipe: path, data, checkpoint, out, backend, precision, threads, overwrite = false }: Options,
): Run {
  const recipe = parseReleasedRecipe(text, basename(path));
  const count = threadCount(threads, 'train');
  if (data === undefined)
    throw new KaleidoError({
      source: 'train',
      problem: `the recipe ${recipe.name} reads the released data files, and no folder of them was given`,
      advice: `pass --data with the folder that holds ${Object.values(recipe.files).join(', ')}`,
    });
  const folder = out ?? `runs/${recipe.name}`;
  return async (listeners) => {
    const result = await runReleased({
      recipe,
      data: pathFromUser(data),
      checkpoint: checkpoint === undefined ? undefined : pathFromUser(checkpoint),
      out: pathFromUser(folder),
      overwrite,
      backend: backend as Backend,
      precision: precision as Precision,
      threads: count,
      ...listeners,
    });
    if (result.kind !== 'finished') return undefined;
    const before = result.finishedBefore === undefined ? [] : [finishedLine(folder, result.finishedBefore)];
    return [...before, figureTable(result.figures)].join('\n');
  };
}

/** One figure per line. */
function figureTable(figures: ReleasedFigures | ForegroundFigures): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  const text = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(4));
  return Object.entries(figures)
    .map(([name, value]) => `${name.padEnd(width)}  ${text(value)}`)
    .join('\n');
}

/** The command that repeats a run from the repository's root. */
function commandLine(options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return formatCommand(['pnpm', 'train', ...given]);
}

await runCommand(() => {
  const [run] = command.commands;
  refuseUnknownWords(process.argv.slice(2), command, run ?? command);
  return command.parseAsync();
});
