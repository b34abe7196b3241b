import { availableParallelism } from 'node:os';
import type { Backend } from '@kaleido/backend';
import { writeWhole } from '@kaleido/foundation/node';
import {
  type EvaluateRunOptions,
  evaluateRunRecognition,
  evaluateRunRetrieval,
  pathFromUser,
  refuseUnknownWords,
  runCommand,
  threadCount,
} from '@kaleido/pipeline/node';
import { Command } from 'commander';
import { followEvaluation } from './follow-evaluation.ts';
import { recognitionTable, retrievalTable } from './tables.ts';

interface Options {
  readonly run: string;
  readonly data?: string;
  readonly split?: string;
  readonly json?: string;
  readonly backend: string;
  readonly threads: string;
  readonly cache: string;
}

interface RetrievalOptions extends Options {
  readonly lists: readonly string[];
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
      const retrieval = await evaluateRunRetrieval({ ...runOptions(options), lists });
      console.log(`\n${retrievalTable(retrieval)}`);
      await writeFigures(options, { retrieval });
    }),
  );

measure('recognition', "accuracy and macro F1 of the run's classifiers").action((options: Options) =>
  runCommand(async () => {
    const recognition = await evaluateRunRecognition(runOptions(options));
    console.log(`\n${recognitionTable(recognition)}`);
    await writeFigures(options, { recognition });
  }),
);

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
      '--data <folder>',
      "products as Parquet or WebDataset shards (default: the recipe's own, where it draws them)",
    )
    .option(
      '--split <name>',
      "which of them (default: the recipe's validation split; without --data what the run was measured on)",
    )
    .option('--json <file>', 'where the figures go, in the layout of evaluation.json')
    .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu', 'wasm')
    .option('--threads <count>', 'worker threads', String(availableParallelism()))
    .option('--cache <folder>', 'where features are kept between runs', '.kaleido');
}

function runOptions({ run, data, split, backend, threads, cache }: Options): EvaluateRunOptions {
  return {
    run: pathFromUser(run),
    ...(data === undefined ? {} : { data: pathFromUser(data) }),
    ...(split === undefined ? {} : { split }),
    cache: pathFromUser(cache),
    backend: backend as Backend,
    threads: threadCount(threads, 'evaluate'),
    ...followEvaluation(),
  };
}

async function writeFigures({ json }: Options, figures: object): Promise<void> {
  if (json !== undefined) await writeWhole(pathFromUser(json), `${JSON.stringify(figures, undefined, 2)}\n`);
}
