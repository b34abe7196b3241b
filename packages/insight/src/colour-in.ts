import { readAll } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { levelByName, featureSlots as slots } from '@kaleido/layout';
import type { LookedAt } from './align-caption.ts';
import { averageOf, type FeatureStatistics, paintFeatures } from './paint-features.ts';
import { type Puzzle, solvePuzzle } from './puzzles.ts';
import type { Reader } from './reader.ts';

/** A grey or blank patch as three small pictures. Each is [size, size, 3], about 0..1, stretched from the patch's shape. */
export interface PaintedPatch {
  /** Index within its level. */
  readonly patch: number;
  /** In grey; absent for a blank patch, of which nothing is seen. */
  readonly seen?: Float32Array;
  /** As the model colours it in. */
  readonly painted: Float32Array;
  readonly truth: Float32Array;
  /** Kullback-Leibler divergence of all predicted features from the true ones, >= 0; 0 if they are equal */
  readonly divergence: number;
  /**
   * The same for a guess that looks at nothing: the average patch of the training photographs. A model that has learned
   * something is below it.
   */
  readonly baseline: number;
}

/**
 * Lets a model colour in patches, and paints what it predicts.
 * @param size pixels per side of the picture that the model's features are, or begin with
 * @throws KaleidoError for features that do not begin with such a picture
 */
export async function colourIn(
  reader: Reader,
  photograph: LookedAt,
  puzzle: Extract<Puzzle, { readonly kind: 'grey' | 'blank' }>,
  caption: string,
  size: number,
): Promise<readonly PaintedPatch[]> {
  const F = photograph.batch.featureWidth;
  const pixels = size * size * 3;
  if (!(Number.isInteger(size) && size > 0 && pixels <= F))
    throw new KaleidoError({
      source: 'insight',
      problem: `features of ${F} numbers hold no picture of this size`,
      found: size,
      advice: 'give the size of the extractor `pixels`, which must be the only or the first one',
    });
  const answer = await solvePuzzle(reader, photograph, puzzle, caption);
  if (!('patches' in answer)) return [];
  const statistics = await statisticsOf(reader, F);
  const pictureAt = (slot: number): Float32Array => photograph.slots.slice(slot * F, slot * F + pixels);
  const { patches: count } = levelByName.blank;
  const shown = Array.from({ length: count }, (_, patch) => patch).filter((patch) => !puzzle.patches.includes(patch));
  const around = Float32Array.from(shown, (patch) => averageOf(pictureAt(slots.blank.start + patch)));
  return answer.patches.map(({ patch, predicted, truth, divergence }) => {
    const seen = puzzle.kind === 'grey' ? pictureAt(slots.grey.start + patch) : undefined;
    // Of a blank patch nothing is known but the patches around it.
    const brightness = seen !== undefined ? averageOf(seen) : around.length > 0 ? averageOf(around) : 0.5;
    return {
      patch,
      ...(seen === undefined ? {} : { seen }),
      painted: paintFeatures(predicted, pixels, statistics, brightness),
      truth: truth.slice(0, pixels),
      divergence,
      baseline: divergenceOfNothing(truth, statistics),
    };
  });
}

async function statisticsOf({ model }: Reader, F: number): Promise<FeatureStatistics> {
  const tensors = ['kaleido/feature_mean', 'kaleido/feature_deviation'].flatMap(
    (name) => model.variables.get(name) ?? [],
  );
  const [mean = new Float32Array(F), deviation = new Float32Array(F).fill(1)] = await readAll(tensors);
  return { mean: mean as Float32Array, deviation: deviation as Float32Array };
}

/** The divergence of equal logits, those of the mean features, from the true ones: ln F minus the truth's entropy. */
function divergenceOfNothing(truth: Float32Array, { mean, deviation }: FeatureStatistics): number {
  const scaled = Float64Array.from(truth, (value, i) => (value - (mean[i] as number)) / (deviation[i] as number));
  const largest = scaled.reduce((a, b) => Math.max(a, b));
  const weights = scaled.map((value) => Math.exp(value - largest));
  const sum = weights.reduce((a, b) => a + b);
  return weights.reduce((total, weight) => {
    const share = weight / sum;
    return share === 0 ? total : total + share * Math.log(share * truth.length);
  }, 0);
}
