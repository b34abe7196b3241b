import { KaleidoError } from '@kaleido/foundation';
import type { PreparedFeatures, SkippedImage } from '@kaleido/kaleido-patches';
import type { Labelled } from './labels.ts';

/** A photograph that could not be used. */
export type SkippedPhotograph = SkippedImage;

/** A photograph's record, with its labels. */
export interface Item extends Labelled {
  readonly id: string;
  readonly caption?: string;
}

/** Makes features of photographs; `@kaleido/pipeline` has the one of an opened model. */
export interface FeatureMaker<Photo extends Item> {
  /** No features yet. */
  empty(): PreparedFeatures;
  /**
   * Adds the features of photographs that can be read, one row each.
   * @returns the items of these rows, and the others
   */
  prepare(
    items: readonly Photo[],
    features: PreparedFeatures,
  ): Promise<{ readonly records: readonly Photo[]; readonly skipped: readonly SkippedPhotograph[] }>;
}

/** Items in memory. */
export interface Items {
  /** Without their pictures, which are no longer needed. */
  readonly items: readonly Item[];
  /** Row i is of item i. */
  readonly features: PreparedFeatures;
  /** The number of items that the task cannot use, e.g. for want of a label. */
  readonly withoutLabel: number;
  readonly skipped: readonly SkippedPhotograph[];
}

export interface ReadItemsOptions {
  /** Whether the task can use an item. @throws KaleidoError for an item that must be corrected */
  has(item: Item): boolean;
  /** The most bytes of features, and how many of them are taken already. */
  readonly memory: number;
  readonly taken: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of photographs whose features are ready. */
  readonly onPrepared: (photographs: number) => void;
  readonly onSkipped: (skipped: SkippedPhotograph) => void;
}

/**
 * Reads items once, and makes the features of those that the task can use.
 * @throws KaleidoError where the features take more than `memory`; the signal's reason
 */
export async function readItems<Photo extends Item>(
  groups: AsyncIterable<readonly Photo[]>,
  maker: FeatureMaker<Photo>,
  { has, memory, taken, signal, onPrepared, onSkipped }: ReadItemsOptions,
): Promise<Items> {
  const features = maker.empty();
  const items: Item[] = [];
  const skipped: SkippedPhotograph[] = [];
  let withoutLabel = 0;
  for await (const group of groups) {
    signal?.throwIfAborted();
    const usable = group.filter((item) => has(item));
    withoutLabel += group.length - usable.length;
    const prepared = await maker.prepare(usable, features);
    for (const { image: _, ...item } of prepared.records as readonly Item[]) items.push(item as Item);
    for (const one of prepared.skipped) {
      skipped.push(one);
      onSkipped(one);
    }
    const bytes = taken + bytesOf(features);
    if (bytes > memory)
      throw new KaleidoError({
        source: 'fine-tuning',
        problem: `the features of the photographs take more than ${memory.toLocaleString('en')} bytes`,
        found: `${bytes.toLocaleString('en')} after ${features.rows} photographs${taken > 0 ? ' for validation' : ''}`,
        advice: 'fine-tune on fewer, raise memory, or run a recipe, which keeps features on disk',
      });
    onPrepared(features.rows);
  }
  return { items, features, withoutLabel, skipped };
}

/** The bytes of features in memory. */
export function bytesOf({ rows, bytesPerRow }: PreparedFeatures): number {
  return rows * bytesPerRow;
}

/** @throws KaleidoError naming what was left out, if nothing is left */
export function assertSome({ items, withoutLabel, skipped }: Items, of: string, needs: string): void {
  if (items.length > 0) return;
  const [first] = skipped;
  throw new KaleidoError({
    source: 'fine-tuning',
    problem: `there is nothing to ${of}`,
    found: `${withoutLabel} photographs without ${needs}, ${skipped.length} that cannot be read${first === undefined ? '' : `, the first: ${first.reason}`}`,
    advice: 'check the name of the label field and the photographs',
  });
}
