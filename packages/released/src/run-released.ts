import { join } from 'node:path';
import { selectBackend } from '@kaleido/backend';
import { type ReleasedFileKind, releasedColumns } from '@kaleido/data';
import { float32Values, KaleidoError, readJson } from '@kaleido/foundation';
import { folderOnDisk, writeWhole } from '@kaleido/foundation/node';
import { KaleidoBert, type KaleidoBertConfig, kaleidoBertConfig, presetSize, readWeights } from '@kaleido/model';
import { loadReleasedCheckpoint, loadWeights } from '@kaleido/model/node';
import { type ClaimedFolder, claimRunFolder } from '@kaleido/runs/node';
import { countRows, releasedBatches } from './released-batches.ts';
import { parseReleasedRecipe, type ReleasedRecipe, type ReleasedTask } from './released-recipe.ts';
import { openReleasedTask, type ReleasedFigures, type ReleasedStart } from './released-task.ts';
import type { RunReleasedOptions } from './run-released-options.ts';
import { hasSave, trainReleased } from './train-released.ts';

export type ReleasedResult =
  | {
      readonly kind: 'finished';
      readonly figures: ReleasedFigures;
      /** When the run was finished, in ISO 8601, if it was already finished; nothing was done then. */
      readonly finishedBefore?: string;
    }
  | { readonly kind: 'interrupted' };

const fileKinds: Readonly<Record<ReleasedTask, ReleasedFileKind>> = {
  pretrain: 'pretrain',
  category: 'category',
  subcategory: 'category',
  'image-to-text': 'retrieval',
  'text-to-image': 'retrieval',
};

/**
 * Does what a script of the released code did: trains if the recipe says so, evaluates, and returns the figures. An
 * interrupted run resumes; a finished one stays unchanged.
 */
export async function runReleased(options: RunReleasedOptions): Promise<ReleasedResult> {
  const { recipe, data, checkpoint, backend, precision = 'float32', out, overwrite, onMessage } = options;
  const claim = await claimRunFolder({
    out,
    kind: 'released',
    recipe,
    parse: (text) => parseReleasedRecipe(text, out),
    record: { data, checkpoint, backend, precision },
    overwrite,
    onMessage,
  });
  if (claim.kind === 'finished') {
    const advice = 'pass --overwrite to train again, or another --out';
    const figures = (await readJson(folderOnDisk(out), 'evaluation.json', 'released', advice)) as ReleasedFigures;
    return { kind: 'finished', figures, finishedBefore: claim.at };
  }
  try {
    return await runIn(claim, options);
  } finally {
    await claim.release();
  }
}

async function runIn(claim: ClaimedFolder, options: RunReleasedOptions): Promise<ReleasedResult> {
  const { recipe, data, backend, precision = 'float32', threads, out } = options;
  const { description } = await selectBackend({ prefer: backend, precision, threads });
  options.onMessage?.(`backend: ${description}`);
  const { textLength, featureWidth } = recipe;
  const forms = releasedColumns(fileKinds[recipe.task], { textLength, featureWidth });
  const evaluated = join(data, recipe.files.evaluate);
  await countRows(evaluated);
  // An existing run is not removed for a run that cannot begin.
  if (!claim.goesOn && recipe.files.train !== undefined) await countRows(join(data, recipe.files.train));
  const start = await openStart(options, claim.goesOn);
  assertWidths(start.config, recipe);
  const task = openReleasedTask(recipe, start);
  try {
    await claim.begin();
    if (recipe.files.train !== undefined && recipe.training !== undefined) {
      const finished = await trainReleased(
        options,
        recipe.training,
        join(data, recipe.files.train),
        forms,
        task,
        start,
      );
      if (!finished) return { kind: 'interrupted' };
    }
    options.onPart?.('evaluation');
    const figures = await task.evaluate(releasedBatches(evaluated, forms, recipe.batchSize), (rows) =>
      options.onProgress?.(rows),
    );
    await writeWhole(join(out, 'evaluation.json'), `${JSON.stringify(figures, undefined, 2)}\n`);
    return { kind: 'finished', figures };
  } finally {
    task.dispose();
  }
}

async function openStart(
  { recipe, checkpoint, out, onMessage }: RunReleasedOptions,
  goesOn: boolean,
): Promise<ReleasedStart> {
  // A stopped run in this folder is resumed; one that cannot be resumed is not overwritten.
  if (goesOn && recipe.training !== undefined && (await hasSave(out))) {
    const found = await loadReleasedCheckpoint(out, { optimizer: true });
    if (found.optimizer !== undefined)
      return { config: found.config, weights: found.weights, layers: layersOf(found), optimizer: found.optimizer };
  }
  if (checkpoint !== undefined) {
    const found = await loadReleasedCheckpoint(checkpoint).catch(async (error: unknown) => {
      const own = await loadWeights(checkpoint).catch(() => undefined);
      if (own === undefined) throw error;
      return { ...own, heads: new Map(), left: [] };
    });
    for (const { kind, names } of found.left) {
      const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
      onMessage?.(`left of the checkpoint: ${kind} (${names.length}): ${names.slice(0, 3).join(', ')}${more}`);
    }
    return { config: found.config, weights: found.weights, layers: layersOf(found) };
  }
  const preset = recipe.training?.preset;
  if (preset === undefined)
    throw new KaleidoError({
      source: 'released',
      problem: `the recipe ${recipe.name} starts from a checkpoint, and none was given`,
      advice: 'pass --checkpoint with a released checkpoint or a model folder',
    });
  const config = kaleidoBertConfig({
    ...presetSize(preset),
    vocab_size: 30_522,
    patch_feature_size: recipe.featureWidth,
    text_seq_len: recipe.textLength,
  });
  const model = KaleidoBert.create(config, recipe.seed);
  const weights = await readWeights(model);
  model.dispose();
  return { config, weights, layers: new Map() };
}

function layersOf({ heads }: { readonly heads: ReadonlyMap<string, Parameters<typeof float32Values>[0]> }) {
  return new Map([...heads].map(([name, tensor]) => [name, float32Values(tensor, name)]));
}

function assertWidths(config: KaleidoBertConfig, { textLength, featureWidth, name }: ReleasedRecipe): void {
  const wrong = (what: string, wanted: number, found: number): KaleidoError =>
    new KaleidoError({
      source: 'released',
      problem: `the files of the recipe ${name} have a ${what} of ${wanted}, and the checkpoint another`,
      found,
      advice: `set ${what} of the recipe to that of the files and the checkpoint`,
    });
  if (config.patch_feature_size !== featureWidth) throw wrong('featureWidth', featureWidth, config.patch_feature_size);
  if (config.max_position_embeddings < textLength)
    throw new KaleidoError({
      source: 'released',
      problem: `the files of the recipe ${name} have a textLength of ${textLength}, more than the checkpoint has positions for`,
      found: config.max_position_embeddings,
      advice: 'use a checkpoint with at least as many positions, or files with shorter captions',
    });
}
