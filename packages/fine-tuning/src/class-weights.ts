import { didYouMean } from '@kaleido/foundation';
import { refuseSetting } from './head-settings.ts';

/**
 * How much each class counts in the loss. `balanced`: inversely to how often it occurs, so that all classes count the
 * same. A record: weights by class name, 1 for those that it does not name.
 */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

/**
 * Weights by class. `balanced` is items / (classes x items of the class), as in scikit-learn.
 * @throws KaleidoError for a class that no item has, and a weight that is not above 0
 */
export function classWeightsOf(
  wanted: ClassWeights | undefined,
  { name, classes }: { readonly name: string; readonly classes: readonly string[] },
  counts: readonly number[],
): Float32Array | undefined {
  if (wanted === undefined) return undefined;
  if (wanted === 'balanced') {
    const all = counts.reduce((sum, count) => sum + count, 0);
    return Float32Array.from(counts, (count) => all / (classes.length * count));
  }
  return namedWeights(wanted, name, classes);
}

/**
 * Weights of the items that have a tag. `balanced` is items without it / items with it, so that both sides count the same.
 * @throws as `classWeightsOf`
 */
export function tagWeightsOf(
  wanted: ClassWeights | undefined,
  { name, classes }: { readonly name: string; readonly classes: readonly string[] },
  counts: readonly number[],
  items: number,
): Float32Array | undefined {
  if (wanted === undefined) return undefined;
  // A tag that every item has: nothing to balance.
  if (wanted === 'balanced') return Float32Array.from(counts, (count) => Math.max(1, items - count) / count);
  return namedWeights(wanted, name, classes);
}

function namedWeights(
  wanted: Readonly<Record<string, number>>,
  field: string,
  classes: readonly string[],
): Float32Array {
  if (typeof wanted !== 'object' || wanted === null)
    throw refuseSetting('classWeights must be "balanced" or weights by class', wanted, 'use { dress: 2, shirt: 1 }');
  for (const [name, weight] of Object.entries(wanted)) {
    if (!classes.includes(name))
      throw refuseSetting(
        `classWeights names a class that no item of "${field}" has`,
        name,
        didYouMean(name, classes) || `use ${classes.slice(0, 8).join(', ')}`,
      );
    if (!(weight > 0 && Number.isFinite(weight)))
      throw refuseSetting(`the weight of "${name}" must be above 0`, weight, 'use 1 for the usual weight');
  }
  return Float32Array.from(classes, (name) => wanted[name] ?? 1);
}
