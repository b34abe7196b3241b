import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDataReading } from '@kaleido/data/node';
import type { AblationTable, Evaluation } from '@kaleido/eval';
import { decodeText, didYouMean, formatCommand, KaleidoError, parseJson, publicAddress } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { Recipe } from '@kaleido/recipe-schema';
import { isRecipeFinished, type RunRecipeOptions, runRecipe } from '@kaleido/recipes/node';
import { ablationMarkdown } from './ablation-markdown.ts';
import type { AblationPlan } from './plan-ablation.ts';
import { summariseAblation } from './summarise-ablation.ts';

export interface RunAblationOptions extends Omit<RunRecipeOptions, 'recipe' | 'command' | 'overwrite' | 'keptStages'> {
  readonly plan: AblationPlan;
  /** Path of the ablation's file as the user gave it, for the commands in the runs' reports. */
  readonly file: string;
  /** Variants to run. Default: all. The table has all variants, whichever run. */
  readonly only?: readonly string[];
  /** Seeds to run. Default: those of the plan. The table has these and those of the plan. */
  readonly seeds?: readonly number[];
  /** Whether to remove the chosen runs first, and to run them again. */
  readonly overwrite?: boolean;
}

export interface AblationResult {
  readonly kind: 'finished' | 'interrupted';
  readonly table: AblationTable;
  /** The table as Markdown. */
  readonly markdown: string;
  /** Path of ablation.html. */
  readonly report: string;
}

/** One variant with one seed. */
interface PlannedRun {
  /** Name of the variant's folder. */
  readonly runs: string;
  readonly seed: number;
  readonly recipe: Recipe;
  readonly out: string;
}

/**
 * Runs every variant with every seed, each in `OUT/<variant>/seed-<n>`, one seed after the other. Finished runs are
 * skipped and stopped ones resumed, and stages that several variants begin with are trained once. After each run,
 * `ablation.json`, `ablation.md` and `ablation.html` in `OUT` are written anew from all that is finished.
 * @throws KaleidoError as `runRecipe`; before any work, if the folder of a chosen run holds another run
 */
export async function runAblation(options: RunAblationOptions): Promise<AblationResult> {
  const { out, overwrite = false, onMessage } = options;
  const seeds = [...new Set([...options.plan.seeds, ...(options.seeds ?? [])])].sort((a, b) => a - b);
  const plan: AblationPlan = { ...options.plan, seeds };
  const chosen = chosenRuns(options);
  const finished = new Map<string, Map<number, Evaluation>>();
  const keep = ({ runs, seed }: PlannedRun, evaluation: Evaluation): void => {
    finished.set(runs, (finished.get(runs) ?? new Map<number, Evaluation>()).set(seed, evaluation));
  };
  for (const run of allRuns(plan, seeds, out)) {
    const isChosen = chosen.some((one) => one.out === run.out);
    if (overwrite && isChosen) continue;
    const evaluation = await finishedEvaluation(run, options).catch((error: unknown) => {
      if (isChosen) throw error;
      onMessage?.(`left out of the table: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    if (evaluation !== undefined) keep(run, evaluation);
  }
  const left = chosen.filter(({ runs, seed }) => finished.get(runs)?.has(seed) !== true);
  if (left.length < chosen.length)
    onMessage?.(`${chosen.length - left.length} of ${chosen.length} chosen runs are finished from before`);
  // Where nothing can run, nothing is written.
  if (left.length === 0) await writeTable(plan, finished, out);
  const keptStages = join(out, 'stages');
  // Runs again are trained again.
  if (overwrite) await rm(keptStages, { recursive: true, force: true });
  let kind: AblationResult['kind'] = 'finished';
  for (const [index, run] of left.entries()) {
    onMessage?.(`run ${index + 1} of ${left.length}: ${run.runs}, seed ${run.seed}`);
    const result = await runRecipe({ ...runOptions(options, run), keptStages, overwrite });
    if (result.kind !== 'finished') {
      kind = 'interrupted';
      break;
    }
    if (result.evaluation !== undefined) keep(run, result.evaluation);
    await writeTable(plan, finished, out);
  }
  const table = summariseAblation(plan, finished);
  return { kind, table, markdown: ablationMarkdown(table), report: join(out, 'ablation.html') };
}

function runOptions(
  { plan: _, file, only: __, seeds: ___, out: folder, ...options }: RunAblationOptions,
  { runs, seed, recipe, out }: PlannedRun,
): RunRecipeOptions {
  const { data, reading = {} } = options;
  const from = { data: data && publicAddress(data), ...formatDataReading(reading) };
  const read = Object.entries(from).flatMap(([name, text]) => (text === undefined ? [] : [`--${name}`, text]));
  const given = ['--recipe', file, ...read, '--out', folder];
  const command = ['pnpm', 'train', 'ablation', ...given, '--only', runs, '--seeds', String(seed)];
  return { ...options, recipe, out, command: formatCommand(command) };
}

/** Seed by seed, so that after a third of the time there is a whole table of one seed. */
function allRuns({ recipes }: AblationPlan, seeds: readonly number[], out: string): PlannedRun[] {
  return seeds.flatMap((seed) =>
    [...recipes].map(([runs, recipe]) => ({
      runs,
      seed,
      recipe: { ...recipe, seed },
      out: join(out, runs, `seed-${seed}`),
    })),
  );
}

/** @throws KaleidoError for an unknown variant */
function chosenRuns({ plan, only, seeds = plan.seeds, out }: RunAblationOptions): PlannedRun[] {
  const names = plan.variants.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new KaleidoError({
      source: 'ablation',
      problem: `${plan.name} has no such variant`,
      found: unknown,
      advice: `${didYouMean(unknown, names)} its variants are ${names.join(', ')}`.trim(),
    });
  const wanted = new Set(plan.variants.filter(({ name }) => only?.includes(name) ?? true).map(({ runs }) => runs));
  return allRuns(plan, seeds, out).filter(({ runs }) => wanted.has(runs));
}

/** @throws KaleidoError if the folder holds another run, or its figures cannot be read */
async function finishedEvaluation(
  { recipe, out }: PlannedRun,
  options: RunAblationOptions,
): Promise<Evaluation | undefined> {
  if (!(await isRecipeFinished({ ...options, recipe, out }))) return undefined;
  const path = join(out, 'evaluation.json');
  const origin = { source: 'ablation', name: path };
  const text = decodeText(await readFile(path), origin);
  return parseJson(text, origin, 'remove the folder of that run, and run it again') as Evaluation;
}

async function writeTable(
  plan: AblationPlan,
  finished: ReadonlyMap<string, ReadonlyMap<number, Evaluation>>,
  out: string,
): Promise<void> {
  const table = summariseAblation(plan, finished);
  // Loaded here: plots and their page take half a second to load.
  const { renderAblation } = await import('@kaleido/eval/node');
  await writeWhole(join(out, 'ablation.json'), `${JSON.stringify(table, undefined, 2)}\n`);
  await writeWhole(join(out, 'ablation.md'), ablationMarkdown(table));
  await writeWhole(join(out, 'ablation.html'), renderAblation(table));
}
