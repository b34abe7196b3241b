import { resolve } from 'node:path';
import { type Backend, selectBackend } from '@kaleido/backend';
import { type DataReading, openData } from '@kaleido/data/node';
import type { CaptionFigures, WordFigures } from '@kaleido/eval';
import { KaleidoError, publicAddress } from '@kaleido/foundation';
import type { Weights } from '@kaleido/model';
import type { Recipe } from '@kaleido/recipe-schema';
import type { RunListeners } from '@kaleido/runs';
import type { CaptionSearch } from '@kaleido/scoring/node';
import type { PreparedSplit, SourceSplit } from '@kaleido/splits';
import { captionsOfSplit, readWordsOfSplit, withScorer } from './evaluate-run.ts';
import { labelColumns, openSplits, type RunSplits, refuseUselessData } from './open-source.ts';
import { modelOf, type RunContext } from './run-context.ts';
import { RunFolder } from './run-folder.ts';
import { prepareAndSay } from './run-splits.ts';

export interface EvaluateRunOptions extends Omit<RunListeners, 'onMetrics'> {
  /** Folder of a finished run. */
  readonly run: string;
  /** File or folder of products. Default: those of the run itself, which may be drawn. */
  readonly data?: string;
  /** How they are read. What is not said is as for the run, if these are its products, and else as `openData` guesses. */
  readonly reading?: DataReading;
  /**
   * Of products that are read: one of their splits, or `all` of them; by default the recipe's validation split. Of
   * products that the recipe draws: train, heldOut, retrievalChoice or retrieval, by default the one that the run itself
   * used for this measurement.
   */
  readonly split?: string;
  /**
   * Draws the garments of another seed than the run's, which it has never seen; only for a recipe that draws its own
   * products.
   */
  readonly seed?: number;
  /** Folder that keeps features between runs. */
  readonly cache: string;
  readonly backend: Backend;
  readonly threads: number;
}

/**
 * How well a finished run names masked words, on any products.
 * @throws KaleidoError where no caption has a word, and as `evaluateRunRetrieval`
 */
export async function evaluateRunWords(options: EvaluateRunOptions): Promise<WordFigures> {
  const run = await openRun(options);
  const counts = await run.context.folder.captionCounts();
  if (counts === undefined)
    options.onMessage?.(
      `${options.run} has no counts of its training captions (it is of an earlier version): no baselines`,
    );
  const from = await chooseSplit(run.recipe, options, 'heldOut');
  const split = await prepareChosen(run, from);
  options.onPart?.('words');
  return withScorer(run.context, split, run.weights, (scorer, data) =>
    readWordsOfSplit(run.context, { scorer, data, split, source: from.source, counts }),
  );
}

export interface EvaluateCaptionsOptions extends EvaluateRunOptions {
  /** How the captions are searched for. Default: as in the run's own evaluation. */
  readonly search?: Partial<CaptionSearch>;
}

/**
 * Captions that a finished run writes, on any products, beside those of its nearest training photographs.
 * @throws KaleidoError where the run has no model that writes captions, and as `evaluateRunRetrieval`
 */
export async function evaluateRunCaptions(options: EvaluateCaptionsOptions): Promise<CaptionFigures> {
  const run = await openRun(options);
  const { recipe, weights, context } = run;
  const captioner = await context.folder.loadCaptioner();
  const from = await chooseSplit(recipe, options, 'heldOut');
  const split = await prepareChosen(run, from);
  const { search, onProgress, onMessage } = options;
  options.onPart?.('captions');
  const train = async (): Promise<PreparedSplit> => {
    const given = await context.folder.data();
    return prepareChosen(run, (await openSplits(recipe, given?.path, given?.reading)).train);
  };
  const nearest = { model: modelOf(context, weights), train };
  const asked = { captioner, split, source: from.source, nearest, search, onProgress, onMessage };
  return (await captionsOfSplit(context, asked)).figures;
}

/**
 * The products of a data set with the features that a finished run's model reads, e.g. for an index.
 * @throws KaleidoError as `evaluateRunRetrieval`
 */
export async function prepareRunProducts(
  options: EvaluateRunOptions,
): Promise<{ readonly from: SourceSplit; readonly split: PreparedSplit }> {
  const run = await openRun(options);
  const from = await chooseSplit(run.recipe, options, 'heldOut');
  return { from, split: await prepareChosen(run, from) };
}

export interface OpenRun {
  readonly recipe: Recipe;
  readonly weights: Weights;
  /** Of the match score in the combined scorer. */
  readonly weight: number;
  readonly context: Pick<RunContext, 'options' | 'tokenizer' | 'config' | 'folder'>;
}

export async function openRun(options: EvaluateRunOptions): Promise<OpenRun> {
  const { run, data: _data, split: _split, seed: _seed, backend, threads, ...listening } = options;
  const folder = new RunFolder(run);
  const recipe = await folder.recipe();
  const weight = (await folder.evaluation())?.retrieval?.matchingWeight;
  if (weight === undefined)
    throw new KaleidoError({
      source: 'recipes',
      problem: `the run ${run} is not finished: it has no evaluation.json with retrieval.matchingWeight`,
      advice: 'run its training command again: it resumes',
    });
  const tokenizer = await folder.tokenizer();
  const { config, weights } = await folder.weights();
  const { description } = await selectBackend({ prefer: backend, threads });
  options.onMessage?.(`backend: ${description}; ${threads} threads`);
  return {
    recipe,
    weights,
    weight,
    context: { options: { ...listening, recipe, out: run, backend, threads }, tokenizer, config, folder },
  };
}

export function prepareChosen({ recipe, context }: OpenRun, from: SourceSplit): Promise<PreparedSplit> {
  return prepareAndSay(from, recipe.features.extractor, context.config.position_scale, context.options);
}

export async function chooseSplit(
  recipe: Recipe,
  { run, data, reading, split, seed, onMessage }: EvaluateRunOptions,
  use: 'retrieval' | 'heldOut',
): Promise<SourceSplit> {
  if (seed !== undefined && (data !== undefined || recipe.data.kind === 'folder'))
    throw new KaleidoError({
      source: 'recipes',
      problem:
        data === undefined
          ? `--seed draws other garments, and the recipe ${recipe.name} reads a folder of products`
          : '--seed draws other garments, and --data gives products',
      found: seed,
      advice: data === undefined ? 'give other products with --data' : 'leave out one of the two',
    });
  if (data === undefined) refuseUselessData(recipe, undefined, reading);
  const given = recipe.data.kind === 'folder' ? await new RunFolder(run).data() : undefined;
  const path = data ?? given?.path;
  if (path !== undefined) {
    const usual = recipe.data.kind === 'folder' ? recipe.data.validation : 'validation';
    const isOfRun = given !== undefined && resolve(publicAddress(path)) === resolve(given.path);
    const asked = { ...(isOfRun ? given.reading : {}), ...reading };
    const how = split === 'all' && reading?.splits === undefined ? withoutSplits(asked) : asked;
    const source = await openData(path, {
      ...how,
      ...labelColumns(recipe),
      ...(onMessage === undefined ? {} : { onWarning: onMessage }),
    });
    onMessage?.(source.taken);
    if (!isOfRun && split === undefined && source.isSplitByDefault)
      onMessage?.(
        `${source.name} has no splits of its own: "${usual}" is a part of its products, chosen by a hash; --split all takes all of them`,
      );
    return { source, split: split ?? usual };
  }
  const own = await openSplits(seed === undefined ? recipe : { ...recipe, seed }, undefined);
  const name = split ?? use;
  if (!Object.hasOwn(own, name))
    throw new KaleidoError({
      source: 'recipes',
      problem: `the products of recipe ${recipe.name} have no such split`,
      found: name,
      advice: `take one of: ${Object.keys(own).join(', ')}; or give products with --data`,
    });
  return own[name as keyof RunSplits];
}

/** The same reading with all products in one split. */
function withoutSplits({ map, ...reading }: DataReading): DataReading {
  const { split: _, ...fields } = map ?? {};
  return { ...reading, ...(map === undefined ? {} : { map: fields }), splits: 'none' };
}
