import { KaleidoError } from '@kaleido/foundation';
import type { FeatureExtractor } from './feature-extractor.ts';
import { patchStatistics, measuredSide as side } from './patch-statistics.ts';

export interface ColourExtractorOptions {
  /** Bins per channel of the histogram. Default 4: 64 colours are enough to tell the colour names of a shop apart. */
  readonly bins?: number;
  /** Cells per side of the thumbnail: 0 (none), 1, 2, 4, 8 or 16. Default 4: roughly where in the patch a colour is. */
  readonly cells?: number;
}

/**
 * The colours of a patch and roughly where they are: the square roots of a histogram's shares, [red, green, blue] bins
 * with blue the fastest, then a thumbnail in 0..1, [row, column, RGB]. Use it together with another extractor
 * (`joinExtractors`): a network trained to name objects has learned to ignore their colours, and a linear layer cannot
 * count the colours of raw pixels.
 * @throws KaleidoError for an invalid size
 */
export function colourExtractor({ bins = 4, cells = 4 }: ColourExtractorOptions = {}): FeatureExtractor {
  if (!Number.isInteger(bins) || bins < 1 || bins > 16 || ![0, 1, 2, 4, 8, 16].includes(cells))
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem:
        'colours are counted in 1 to 16 steps a channel, and their thumbnail has 0, 1, 2, 4, 8 or 16 cells a side',
      found: { bins, cells },
      advice: 'leave both out for 4 and 4',
    });
  const colours = bins ** 3;
  return patchStatistics({
    name: 'colours',
    settings: { bins, cells },
    featureWidth: colours + cells * cells * 3,
    measure(pixels, target) {
      addHistogram(pixels, bins, target.subarray(0, colours));
      addThumbnail(pixels, cells, target.subarray(colours));
    },
  });
}

/** Square roots, because a few pixels of a second colour tell more than as many extra pixels of the first. */
function addHistogram(pixels: Uint8Array, bins: number, target: Float32Array): void {
  const step = (value: number): number => Math.min(bins - 1, Math.floor((value * bins) / 256));
  for (let i = 0; i < pixels.length; i += 3)
    target[(step(pixels[i]!) * bins + step(pixels[i + 1]!)) * bins + step(pixels[i + 2]!)]! += 1;
  for (let i = 0; i < target.length; i++) target[i] = Math.sqrt(target[i]! / (side * side));
}

function addThumbnail(pixels: Uint8Array, cells: number, target: Float32Array): void {
  if (cells === 0) return;
  const perCell = side / cells;
  const share = 1 / (perCell * perCell * 255);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const cell = Math.floor(row / perCell) * cells + Math.floor(column / perCell);
      const from = 3 * (row * side + column);
      for (let channel = 0; channel < 3; channel++) target[3 * cell + channel]! += pixels[from + channel]! * share;
    }
}
