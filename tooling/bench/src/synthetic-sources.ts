import { randomStream } from '@kaleido/foundation';
import { type FeatureReader, levels, patchCount, residentFeatures } from '@kaleido/layout';
import { negativeSampler, type PretrainSources, type TaskCatalogue } from '@kaleido/pretrain-tasks';

// BERT's ids: [CLS], [SEP], [MASK], and the first that is neither a special nor an unused token.
const [classToken, separator, maskToken, firstOrdinary] = [101, 102, 103, 106];

/** Vectors per image in a feature store. */
const slots = 74;

/** Number of distinct vectors: a prime, so that rows and slots combine differently. */
const poolSize = 251;

export interface SyntheticSize {
  readonly rows: number;
  /** T */
  readonly textLength: number;
  /** V */
  readonly vocabulary: number;
  /** F */
  readonly featureWidth: number;
}

/**
 * Synthetic products, each with its own caption, in two sub-categories, for batches whose shapes and time matter, not
 * their content. Captions fill the text except for at most three pieces; features are half-normal, like the output of a
 * ReLU. The same seed gives the same products.
 */
export function syntheticSources(size: SyntheticSize, seed: number): PretrainSources {
  const catalogue = syntheticCatalogue(size, seed);
  return {
    catalogue,
    features: syntheticFeatures(size, seed),
    negatives: negativeSampler(catalogue),
    vocabulary: { size: size.vocabulary, mask: maskToken, firstOrdinary },
  };
}

export function syntheticCatalogue({ rows, textLength: T, vocabulary }: SyntheticSize, seed: number): TaskCatalogue {
  const random = randomStream(seed, 'captions');
  const ids = new Int32Array(rows * T);
  const wordStarts = new Uint8Array(rows * T);
  const lengths = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const length = T - random.integer(4);
    lengths[row] = length;
    ids[row * T] = classToken;
    for (let at = 1; at < length - 1; at++) {
      ids[row * T + at] = firstOrdinary + random.integer(vocabulary - firstOrdinary);
      wordStarts[row * T + at] = random.chance(0.8) ? 1 : 0;
    }
    ids[row * T + length - 1] = separator;
  }
  const own = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    rows,
    textLength: T,
    ids,
    wordStarts,
    lengths,
    products: own,
    captions: own,
    groups: own.map((row) => row % 2),
  };
}

function syntheticFeatures({ rows, featureWidth: F }: SyntheticSize, seed: number): FeatureReader {
  const random = randomStream(seed, 'features');
  const pool = Float32Array.from({ length: poolSize * F }, () => Math.abs(random.normal()));
  const positions = gridPositions();
  return residentFeatures({
    rows,
    featureWidth: F,
    copy(row, wanted, target, offset = 0) {
      for (const [at, slot] of wanted.entries()) {
        const vector = (row * slots + slot) % poolSize;
        target.set(pool.subarray(vector * F, (vector + 1) * F), offset + at * F);
      }
    },
    positions: () => positions,
  });
}

/** The 55 patches of a photograph that the product fills: [x1, x2, y1, y2, w h] as shares of it. */
function gridPositions(): Float32Array {
  const positions = levels.flatMap(({ scale, patches }) =>
    Array.from({ length: patches }, (_, patch) => {
      const [row, column] = [Math.floor(patch / scale), patch % scale];
      return [column / scale, (column + 1) / scale, row / scale, (row + 1) / scale, 1 / scale ** 2];
    }),
  );
  return Float32Array.from(positions.flat().slice(0, patchCount * 5));
}
