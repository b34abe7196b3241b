import { availableParallelism } from 'node:os';
import type { Backend } from '@kaleido/backend';
import {
  type DataReadingTexts,
  dataForms,
  dataFromUser,
  dataOptions,
  parseDataReading,
  useProxyOfEnvironment,
} from '@kaleido/data/node';
import { formatCommand } from '@kaleido/foundation';
import {
  pathFromUser,
  refuseUnknownWords,
  refuseUnusedOptions,
  runCommand,
  threadCount,
  writeWhole,
} from '@kaleido/foundation/node';
import {
  type EvaluateRunOptions,
  evaluateRunAlignment,
  evaluateRunCaptions,
  evaluateRunFullRetrieval,
  evaluateRunRecognition,
  evaluateRunRetrieval,
  evaluateRunWords,
  type PageOfEvaluation,
} from '@kaleido/recipes/node';
import { Command } from 'commander';
import { buildIndex, type IndexSettings, removeFromIndex } from './build-index.ts';
import { followEvaluation } from './follow-evaluation.ts';
import { type SearchSettings, searchIndex } from './search-command.ts';
import {
  alignmentTable,
  captionsTable,
  fullRetrievalTable,
  recognitionTable,
  retrievalTable,
  wordsTable,
} from './tables.ts';
import { ngramLength, wholeNumber } from './whole-number.ts';

interface Options extends DataReadingTexts {
  readonly run: string;
  readonly data?: string;
  readonly split?: string;
  readonly seed?: string;
  readonly json?: string;
  readonly backend: string;
  readonly threads: string;
  readonly cache: string;
}

interface PageOptions extends Options {
  readonly html?: string;
  readonly worst?: string;
}

interface RetrievalOptions extends PageOptions {
  readonly lists: readonly string[];
  readonly full?: boolean;
  readonly best?: string;
}

interface CaptionsOptions extends Options {
  readonly beam?: string;
  readonly blockNgram?: string;
}

/** Failures of a kind on a page: enough to see what they have in common. */
const usualWorst = 12;

const program = new Command('evaluate').description('Measures a finished run on products of your choice.');

withPage(measure('retrieval', 'recalls of captions for photographs and of photographs for captions'))
  .option(
    '--lists <file>',
    'candidate lists, one JSON object a line; may be given several times (default: drawn as the recipe says)',
    (file: string, files: readonly string[]) => [...files, file],
    [] as readonly string[],
  )
  .option('--full', 'every photograph against every caption and back, in two stages, instead of lists')
  .option('--best <count>', 'with --full: how many of the best by embedding the matching head reads (default: 100)')
  .action((options: RetrievalOptions) =>
    runCommand(async () => {
      const { full, best } = options;
      if (full === true)
        refuseUnusedOptions(() => options.lists.length > 0, ['lists'], '--full needs none', 'evaluate');
      else
        refuseUnusedOptions(
          () => best !== undefined,
          ['best'],
          'lists are read whole; it belongs to --full',
          'evaluate',
        );
      const asked = { ...(await runOptions(options)), page: pageOf(options) };
      if (full === true) {
        const measured = await evaluateRunFullRetrieval({
          ...asked,
          ...(best === undefined ? {} : { best: wholeNumber(best, '--best', 1, 100_000) }),
        });
        console.log(`\n${fullRetrievalTable(measured.fullRetrieval)}`);
        return writeMeasured(measured, options);
      }
      const measured = await evaluateRunRetrieval({ ...asked, lists: options.lists.map(pathFromUser) });
      console.log(`\n${retrievalTable(measured.retrieval)}`);
      return writeMeasured(measured, options);
    }),
  );

withPage(measure('recognition', "accuracy, F1 and confusions of the run's classifiers")).action(
  (options: PageOptions) =>
    runCommand(async () => {
      const measured = await evaluateRunRecognition({ ...(await runOptions(options)), page: pageOf(options) });
      console.log(`\n${recognitionTable(measured.recognition)}`);
      await writeMeasured(measured, options);
    }),
);

measure('words', 'masked words named right, with the own photograph, another one, and none').action(
  (options: Options) =>
    runCommand(async () => {
      const words = await evaluateRunWords(await runOptions(options));
      console.log(`\n${wordsTable(words)}`);
      await writeFigures(options, { words });
    }),
);

measure('alignment', 'how often the best patch of a word shows the part that it mentions (atelier only)').action(
  (options: Options) =>
    runCommand(async () => {
      const alignment = await evaluateRunAlignment(await runOptions(options));
      console.log(`\n${alignmentTable(alignment)}`);
      await writeFigures(options, { alignment });
    }),
);

measure(
  'captions',
  'captions written for photographs: BLEU, ROUGE-L, CIDEr-D, METEOR, and the truth of what they state',
)
  .option('--beam <count>', "candidates of the search, 1 to 64 (default: as in the run's own evaluation)")
  .option(
    '--block-ngram <pieces>',
    'no run of so many word pieces twice in a caption: 2 to 64, or 0 to allow all (default: 3, and 0 with --beam 1)',
  )
  .action((options: CaptionsOptions) =>
    runCommand(async () => {
      const { beam, blockNgram } = options;
      const captions = await evaluateRunCaptions({
        ...(await runOptions(options)),
        search: {
          ...(beam === undefined ? {} : { beam: wholeNumber(beam, '--beam', 1, 64) }),
          ...(blockNgram === undefined ? {} : { blockNgram: ngramLength(blockNgram, '--block-ngram') }),
        },
      });
      console.log(`\n${captionsTable(captions)}`);
      await writeFigures(options, { captions });
    }),
  );

measure('index', "makes an index of products, to be searched with the run's model; given again, it adds what is new")
  .requiredOption('--out <folder>', 'where the index goes')
  .option('--precision <name>', 'float32 or int8 (a quarter of the space, 97 % of the best ten)', 'float32')
  .option('--features', 'keep the features of the photographs too, for search --rerank')
  .option('--no-pictures', 'keep no small pictures for pages of results')
  .option('--prune', 'delete products that the data no longer has')
  .action((options: Options & IndexSettings) =>
    runCommand(async () => {
      await writeFigures(options, await buildIndex(await runOptions(options), options));
    }),
  );

program
  .command('search')
  .description('finds the products of an index that are nearest to a text or a photograph')
  .argument('<index>', 'the folder of an index, or its web address')
  .argument('[text]', 'what to look for, e.g. "red striped dress"')
  .option('--image <file>', 'look for a photograph instead')
  .option('--k <count>', 'how many products', '10')
  .option(
    '--where <field=value>',
    'only products with this label; several values of a field: one of them; several fields: all of them',
    (filter: string, filters: readonly string[]) => [...filters, filter],
    [] as readonly string[],
  )
  .option('--rerank <count>', 'let the matching head put the best so many into a new order (an index with --features)')
  .option('--run <folder>', 'the run whose model made the index (default: as the index says)')
  .option('--html <file>', 'where a page with pictures goes')
  .option('--json <file>', 'where the results go; - for the terminal, instead of the list')
  .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
  .option('--threads <count>', 'worker threads', String(availableParallelism()))
  .action((index: string, text: string | undefined, options: SearchSettings) =>
    runCommand(() => searchIndex(index, text, options)),
  );

program
  .command('remove')
  .description('deletes products of an index')
  .argument('<index>', 'the folder of an index')
  .argument('<ids...>', 'the ids of the products')
  .action((index: string, ids: string[]) => runCommand(() => removeFromIndex(index, ids)));

await runCommand(() => {
  refuseUnknownWords(process.argv.slice(2), program, program);
  return program.parseAsync();
});

function measure(name: string, description: string): Command {
  const measuring = program
    .command(name)
    .description(description)
    .requiredOption('--run <folder>', 'a finished run, e.g. runs/quickstart')
    .option('--data <place>', `products: ${dataForms}, or an https address (default: those of the run)`)
    .option(
      '--split <name>',
      "which of them, or all for every split (default: the recipe's validation split); of drawn products train, heldOut, retrievalChoice or retrieval (default: those that the run was measured on)",
    );
  for (const { flags, help } of dataOptions('as for the run')) measuring.option(flags, help);
  return measuring
    .option('--seed <number>', "draws garments of another seed than the run's, where the recipe draws its own products")
    .option('--json <file>', 'where the figures go, in the layout of evaluation.json')
    .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
    .option('--threads <count>', 'worker threads', String(availableParallelism()))
    .option('--cache <folder>', 'where features are kept between runs', '.kaleido');
}

function withPage(command: Command): Command {
  return command
    .option('--html <file>', 'where a page with figures, protocol and failures goes: one file, with its pictures')
    .option(
      '--worst <count>',
      'with --html: how many of the worst failures it shows, of each classifier or in each direction (default: 12)',
    );
}

function pageOf({ html, worst }: PageOptions): PageOfEvaluation | undefined {
  if (html === undefined) refuseUnusedOptions(() => worst !== undefined, ['worst'], 'it belongs to --html', 'evaluate');
  if (html === undefined) return undefined;
  return {
    worst: worst === undefined ? usualWorst : wholeNumber(worst, '--worst', 0, 500),
    command: formatCommand(['pnpm', 'evaluate', ...process.argv.slice(2)]),
  };
}

async function writeMeasured({ page, ...figures }: { readonly page?: string }, options: PageOptions): Promise<void> {
  await writeFigures(options, figures);
  if (options.html !== undefined && page !== undefined) await writeWhole(pathFromUser(options.html), page);
}

async function runOptions(options: Options): Promise<EvaluateRunOptions> {
  const { run, data, split, seed, backend, threads, cache } = options;
  // The products of the run may be behind an address.
  if (data === undefined) await useProxyOfEnvironment();
  return {
    reading: await parseDataReading(options),
    run: pathFromUser(run),
    ...(data === undefined ? {} : { data: await dataFromUser(data) }),
    ...(split === undefined ? {} : { split }),
    ...(seed === undefined ? {} : { seed: wholeNumber(seed, '--seed', 0, 999_999_999) }),
    cache: pathFromUser(cache),
    backend: backend as Backend,
    threads: threadCount(threads, 'evaluate'),
    ...followEvaluation(),
  };
}

async function writeFigures({ json }: Options, figures: object): Promise<void> {
  if (json !== undefined) await writeWhole(pathFromUser(json), `${JSON.stringify(figures, undefined, 2)}\n`);
}
