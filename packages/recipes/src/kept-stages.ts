import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors, KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { Weights } from '@kaleido/model';
import type { Recipe } from '@kaleido/recipe-schema';
import { decisive } from '@kaleido/runs/node';
import { restoreStageState, type StageMetrics, stageStateTensors } from '@kaleido/training';

/** What a stage left behind. */
export interface KeptStage {
  readonly weights: Weights;
  /** Its lines of `metrics.jsonl`. */
  readonly metrics: readonly StageMetrics[];
}

/** What decides the weights at the end of a stage, beside the recipe. */
export interface StageOrigin {
  /** Identifies the products and the vocabulary. */
  readonly data: string;
  readonly backend: string;
  readonly precision: string;
}

/**
 * Weights at the end of stages, in a folder of their own: recipes that begin alike train the stages that they share once.
 * The same seed gives the same bits on a backend, for any number of threads, so a run with a kept stage has the figures of
 * one that trained it.
 */
export class KeptStages {
  readonly #folder: string;

  /** @param folder is made with its first file */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws KaleidoError for a damaged file */
  async find(recipe: Recipe, stage: number, origin: StageOrigin): Promise<KeptStage | undefined> {
    const path = this.#path(recipe, stage, origin);
    const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw new KaleidoError({
        source: 'recipes',
        problem: `cannot read the kept weights of a stage, ${path}`,
        found: cause.code ?? cause.message,
        advice: 'remove the file: the stage is then trained again',
        cause,
      });
    });
    if (content === undefined) return undefined;
    const { tensors, metadata } = decodeSafetensors(content, path);
    return { weights: restoreStageState(tensors, undefined).weights, metrics: JSON.parse(metadata.metrics ?? '[]') };
  }

  async keep(recipe: Recipe, stage: number, origin: StageOrigin, { weights, metrics }: KeptStage): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const content = encodeSafetensors(stageStateTensors({ weights }), { metrics: JSON.stringify(metrics) });
    await writeWhole(this.#path(recipe, stage, origin), content);
  }

  #path(recipe: Recipe, stage: number, origin: StageOrigin): string {
    const key = createHash('sha256')
      .update(stageKey(recipe, stage, origin))
      .digest('hex')
      .slice(0, 32);
    return join(this.#folder, `${key}.safetensors`);
  }
}

/** Raised when the same recipe and products would give a stage other weights. */
const format = 1;

/** All that decides the weights at the end of a stage: what comes later does not. */
function stageKey(recipe: Recipe, stage: number, { data, backend, precision }: StageOrigin): string {
  const { name: _, evaluation: __, fineTuning: ___, captioning: ____, alignment, ...rest } = recipe;
  const stages = recipe.stages.slice(0, stage + 1);
  const readsPairs = stages.some(({ objectives }) => objectives.tasks?.masking === 'guided');
  const begin = decisive({ ...rest, stages, ...(readsPairs ? { alignment } : {}) });
  return JSON.stringify([format, begin, data, backend, precision]);
}
