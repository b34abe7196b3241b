import { availableParallelism } from 'node:os';
import type { Backend } from '@kaleido/backend';
import { type DataReadingTexts, dataFromUser, parseDataReading, useProxyOfEnvironment } from '@kaleido/data/node';
import { pathFromUser, refuseUnknownWords, runCommand, threadCount, writeWhole } from '@kaleido/foundation/node';
import {
  type EvaluateRunOptions,
  evaluateRunAlignment,
  evaluateRunCaptions,
  evaluateRunRecognition,
  evaluateRunRetrieval,
  evaluateRunWords,
} from '@kaleido/recipes/node';
import { Command } from 'commander';
import { buildIndex, type IndexSettings, removeFromIndex } from './build-index.ts';
import { followEvaluation } from './follow-evaluation.ts';
import { type SearchSettings, searchIndex } from './search-command.ts';
import { alignmentTable, captionsTable, recognitionTable, retrievalTable, wordsTable } from './tables.ts';
import { wholeNumber } from './whole-number.ts';

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

interface RetrievalOptions extends Options {
  readonly lists: readonly string[];
}

interface CaptionsOptions extends Options {
  readonly beam?: string;
}

const program = new Command('evaluate').description('Measures a finished run on products of your choice.');

measure('retrieval', 'recalls of captions for photographs and of photographs for captions')
  .option(
    '--lists <file>',
    'candidate lists, one JSON object a line; may be given several times (default: drawn as the recipe says)',
    (file: string, files: readonly string[]) => [...files, file],
    [] as readonly string[],
  )
  .action((options: RetrievalOptions) =>
    runCommand(async () => {
      const lists = options.lists.map(pathFromUser);
      const retrieval = await evaluateRunRetrieval({ ...(await runOptions(options)), lists });
      console.log(`\n${retrievalTable(retrieval)}`);
      await writeFigures(options, { retrieval });
    }),
  );

measure('recognition', "accuracy and macro F1 of the run's classifiers").action((options: Options) =>
  runCommand(async () => {
    const recognition = await evaluateRunRecognition(await runOptions(options));
    console.log(`\n${recognitionTable(recognition)}`);
    await writeFigures(options, { recognition });
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
  .action((options: CaptionsOptions) =>
    runCommand(async () => {
      const { beam } = options;
      const captions = await evaluateRunCaptions({
        ...(await runOptions(options)),
        ...(beam === undefined ? {} : { beam: wholeNumber(beam, '--beam', 1, 64) }),
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
  .argument('<index>', 'the folder of an index')
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
  return program
    .command(name)
    .description(description)
    .requiredOption('--run <folder>', 'a finished run, e.g. runs/quickstart')
    .option(
      '--data <place>',
      'products: Parquet, WebDataset, CSV, JSONL or HDF5 files, or photographs, or an https address (default: those of the run)',
    )
    .option(
      '--split <name>',
      "which of them (default: the recipe's validation split; of drawn products those that the run was measured on)",
    )
    .option(
      '--map <mapping>',
      'columns for fields: caption=title+description,id=sku, or a JSON file (default: as for the run)',
    )
    .option('--splits <rule>', 'file, column=NAME or hash:seed=0,validation=0.1,test=0 (default: as for the run)')
    .option(
      '--clean <list>',
      'none, or of html, entities, mojibake, white-space, longest=600: what is done to captions',
    )
    .option('--encoding <name>', 'of CSV and JSONL files: utf-8 or latin1')
    .option('--seed <number>', "draws garments of another seed than the run's, where the recipe draws its own products")
    .option('--json <file>', 'where the figures go, in the layout of evaluation.json')
    .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
    .option('--threads <count>', 'worker threads', String(availableParallelism()))
    .option('--cache <folder>', 'where features are kept between runs', '.kaleido');
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
