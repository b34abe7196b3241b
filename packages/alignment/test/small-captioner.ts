import { randomStream } from '@kaleido/foundation';
import { type ShowAttendTellConfig, showAttendTellConfig } from '../src/index.ts';

export const special = { padding: 0, unknown: 1, classification: 2, separator: 3, mask: 4 };

/** V = 13, G = 4, F = 5, all other widths different from each other. */
export function smallConfig(changes: Readonly<Record<string, unknown>> = {}): ShowAttendTellConfig {
  return showAttendTellConfig({
    vocabularySize: 13,
    featureWidth: 5,
    cells: 4,
    annotationSize: 6,
    embeddingSize: 7,
    hiddenSize: 8,
    attentionSize: 3,
    dropout: 0,
    special,
    ...changes,
  });
}

/** [images, G, F] normal draws. */
export function smallGrids({ cells, featureWidth }: ShowAttendTellConfig, images: number): Float32Array {
  const random = randomStream(1, 'grids');
  return Float32Array.from({ length: images * cells * featureWidth }, () => random.normal());
}

/** Captions of 1 to 6 pieces. */
export function smallCaptions({ vocabularySize }: ShowAttendTellConfig, count: number): Int32Array[] {
  const random = randomStream(1, 'captions');
  return Array.from({ length: count }, (_, caption) =>
    Int32Array.from({ length: 1 + ((caption * 5) % 6) }, () => 5 + random.integer(vocabularySize - 5)),
  );
}

/** Statistics that change every feature. */
export function smallStatistics({ featureWidth }: ShowAttendTellConfig): {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
} {
  return {
    mean: Float32Array.from({ length: featureWidth }, (_, k) => 0.1 * k - 0.2),
    deviation: Float32Array.from({ length: featureWidth }, (_, k) => 0.8 + 0.1 * k),
  };
}
