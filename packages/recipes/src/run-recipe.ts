import { createHash } from 'node:crypto';
import { selectBackend } from '@kaleido/backend';
import { KaleidoError, publicAddress } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';
import type { KaleidoBertConfig } from '@kaleido/model';
import { type BertFolder, loadBertFolder } from '@kaleido/model/node';
import { describePreprocessor } from '@kaleido/pipeline/node';
import type { RecipeAlignment } from '@kaleido/recipe-schema';
import { modelConfig } from '@kaleido/recipe-schema';
import { PartTimes, type RunCheckpoint } from '@kaleido/runs';
import { type ClaimedFolder, claimRunFolder } from '@kaleido/runs/node';
import { sharedCatalogue } from '@kaleido/splits';
import type { Tokenizer } from '@kaleido/tokenizer';
import { evaluateRun } from './evaluate-run.ts';
import { extractorDescription, foregroundDescription } from './extractor-description.ts';
import { inspectProducts } from './inspect-products.ts';
import { refuseUselessData } from './open-source.ts';
import { recipeKey } from './recipe-key.ts';
import { givenTokenizer, recipeTokenizer } from './recipe-tokenizer.ts';
import { runClaim } from './run-claim.ts';
import { precisionOf, type RunContext } from './run-context.ts';
import { RunFolder } from './run-folder.ts';
import type { RunRecipeOptions, RunResult } from './run-options.ts';
import { openRunSources, prepareRunSplits } from './run-splits.ts';
import { sizesByData, vocabularyByData } from './sizes-by-data.ts';
import { alignStep } from './steps/align.ts';
import { captionStep } from './steps/caption.ts';
import { fineTuneStep } from './steps/fine-tune.ts';
import { initialWeights, pretrainStep } from './steps/pretrain.ts';

/**
 * Prepares, pre-trains, fine-tunes, evaluates and reports, as the recipe says. An interrupted run resumes; a finished
 * one stays unchanged.
 * @throws KaleidoError as `claimRunFolder`; the signal's reason if it was aborted between training steps, while
 *   features were made, or during evaluation; what a training step threw, with the steps before it saved if possible
 *   (`onMessage` says from where the same run would resume)
 */
export async function runRecipe(options: RunRecipeOptions): Promise<RunResult> {
  const { recipe, out, data, overwrite, onMessage } = options;
  refuseUselessData(recipe, data, options.reading);
  const claim = await claimRunFolder({ ...runClaim(options), overwrite, onMessage });
  if (claim.kind === 'finished') {
    const folder = new RunFolder(out);
    const [report, evaluation] = [await folder.report(), await folder.evaluation()];
    return {
      kind: 'finished',
      finishedBefore: claim.at,
      ...(report === undefined ? {} : { report }),
      ...(evaluation === undefined ? {} : { evaluation }),
    };
  }
  try {
    return await runIn(claim, options);
  } finally {
    await claim.release();
  }
}

/** The steps of a run, in order. Each finds what an interrupted run has already done of it. */
async function runIn(claim: ClaimedFolder, asked: RunRecipeOptions): Promise<RunResult> {
  const times = new PartTimes();
  const interrupted = { kind: 'interrupted' } as const;

  // All checks that are possible before any work.
  const { description } = await selectBackend({
    prefer: asked.backend,
    precision: precisionOf(asked),
    threads: asked.threads,
  });
  asked.onMessage?.(`backend: ${description}; ${asked.threads} threads`);
  const given = await givenTokenizer(asked.recipe, asked.onMessage);
  const { model } = asked.recipe;
  const bert = model.bert === undefined ? undefined : await loadBertFolder(pathFromUser(model.bert));
  const sources = await openRunSources(asked);
  const { position_scale } = modelConfig(asked.recipe, 1000, 1);

  const { splits, more } = await times.timed('Pictures to features', () =>
    prepareRunSplits(sources, position_scale, asked),
  );
  if (asked.signal?.aborted === true) return interrupted;
  const captioned = [splits.train, ...(more === undefined ? [] : [more])];
  const { products } = splits.train;
  const captions = products.map(({ caption }) => caption);
  const worded = vocabularyByData(asked.recipe, captions);
  const tokenizer = await times.timed('Vocabulary', () => recipeTokenizer(worded, given, captioned, asked.cache));
  const { recipe, notes: chosen } = sizesByData(worded, {
    products,
    splits: { train: sources.train.split, validation: sources.heldOut.split },
    lengths: captions.map((caption) => tokenizer.encode(caption).ids.length),
    from: recipeKey(asked.recipe),
  });
  const options = { ...asked, recipe };
  const config = modelConfig(recipe, tokenizer.vocabularySize, splits.train.features.featureWidth);
  const catalogue = sharedCatalogue(splits.train.products, tokenizer, config.text_seq_len);
  const moreData = more && {
    catalogue: sharedCatalogue(more.products, tokenizer, config.text_seq_len),
    features: more.features,
  };
  const moreCatalogue = moreData?.catalogue;
  const found = await inspectProducts({ recipe, splits, more, tokenizer, catalogue, moreCatalogue });
  const notes = [...chosen, ...found];
  for (const note of notes) options.onMessage?.(note);
  const folder = new RunFolder(options.out);
  const context: RunContext = { options, sources, splits, more, tokenizer, config, folder, times, notes };

  const data = dataKey(context, bert);
  const from = await beginOrResume(claim, context, data);
  const initial = from?.weights ?? (await initialWeights(context, bert));
  const aligned =
    recipe.alignment &&
    (await times.timed('Alignment', () =>
      alignStep(options, recipe.alignment as RecipeAlignment, {
        from: sources.train,
        split: splits.train,
        tokenizer,
        textLength: config.text_seq_len,
      }),
    ));
  if (aligned !== undefined) await folder.saveAligner(aligned.aligner);
  const alignments = aligned?.table;
  const weights = await pretrainStep(context, { catalogue, alignments, more: moreData, data, from, initial });
  if (weights === undefined) return interrupted;
  const keepTimes = (): Promise<void> =>
    folder.saveCheckpoint({ stage: recipe.stages.length, step: 0, data, weights, times: times.list() });
  if (!(await fineTuneStep(context, catalogue, weights, keepTimes))) return interrupted;
  if (!(await captionStep(context, catalogue, weights, keepTimes))) return interrupted;
  const { evaluation, report } = await evaluateRun(context, weights, catalogue);
  await folder.finish();
  return { kind: 'finished', evaluation, report };
}

/** Identifies the products, the vocabulary and the BERT of a run: a run that started with others cannot resume. */
function dataKey(
  { splits: { train }, more, tokenizer }: Pick<RunContext, 'splits' | 'more' | 'tokenizer'>,
  bert: BertFolder | undefined,
): string {
  const parts = [
    ...[train.key, train.products.length, more?.key, more?.products.length],
    ...[tokenizer.toVocabularyText(), tokenizer.normalization],
  ];
  const hash = createHash('sha256').update(JSON.stringify(parts));
  // The recipe has its path alone.
  for (const [name, values] of bert?.weights ?? []) hash.update(name).update(values);
  return hash.digest('hex').slice(0, 16);
}

/**
 * Prepares the folder, and finds the checkpoint of an interrupted run.
 * @throws KaleidoError if that run started with other products
 */
async function beginOrResume(
  claim: ClaimedFolder,
  { options, splits, tokenizer, config, folder, times }: RunContext,
  data: string,
): Promise<RunCheckpoint | undefined> {
  const { recipe, onMessage } = options;
  const found = claim.goesOn ? await folder.checkpoint(recipe) : undefined;
  if (found === undefined) {
    await claim.begin(recipe);
    await beginFolder(options, config, tokenizer, folder);
    return undefined;
  }
  if (found.data !== data)
    throw new KaleidoError({
      source: 'recipes',
      problem: `the run in ${options.out} was started with other products, and cannot resume with these`,
      found: options.data === undefined ? splits.train.name : publicAddress(options.data),
      advice: 'pass the --data it was started with, another --out, or --overwrite to start again',
    });
  await claim.begin(recipe);
  for (const { part, seconds } of found.times) times.add(part, seconds);
  onMessage?.(
    found.stage < recipe.stages.length
      ? `resumes at stage ${found.stage + 1} of ${recipe.stages.length}, step ${found.step}`
      : 'resumes after pre-training',
  );
  return found;
}

async function beginFolder(
  { recipe }: RunRecipeOptions,
  config: KaleidoBertConfig,
  tokenizer: Tokenizer,
  folder: RunFolder,
): Promise<void> {
  const preprocessor = await describePreprocessor({
    extractor: extractorDescription(recipe.features.extractor),
    foreground: foregroundDescription(recipe.features),
    positionScale: config.position_scale,
  });
  await folder.begin(config, tokenizer, preprocessor);
}
