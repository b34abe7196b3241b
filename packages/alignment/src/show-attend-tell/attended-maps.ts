import { readAll, tf } from '@kaleido/backend';
import { captionBatch } from './caption-batch.ts';
import type { ShowAttendTell } from './show-attend-tell.ts';

/**
 * Where the captioner looks as it reads given captions (teacher forcing, without dropout).
 *
 * @param grids [B, G, F]
 * @param captions the pieces of each image's caption, without [CLS] and [SEP]
 * @returns for each caption [pieces, G]: the attention of the step that predicts the piece, which sums to 1
 * @throws KaleidoError for grids of another size, and for a piece outside the vocabulary
 */
export async function attendedMaps(
  model: ShowAttendTell,
  grids: Float32Array,
  captions: readonly Int32Array[],
): Promise<Float32Array[]> {
  const { cells: G, featureWidth: F } = model.config;
  const { size: B, steps, read } = captionBatch(model.config, grids, captions);
  // The last step predicts only [SEP].
  const T = steps - 1;
  if (T === 0) return captions.map(() => new Float32Array(0));
  const attention = tf.tidy(() => {
    const annotations = model.annotate(tf.tensor(grids, [B, G, F]));
    return model.unroll(annotations, tf.tensor(read.subarray(0, T * B), [T, B], 'int32')).attention; // [T B, G]
  });
  try {
    const [values] = (await readAll([attention])) as [Float32Array];
    return captions.map(({ length }, b) => {
      const map = new Float32Array(length * G);
      for (let t = 0; t < length; t++) map.set(values.subarray((t * B + b) * G, (t * B + b + 1) * G), t * G);
      return map;
    });
  } finally {
    attention.dispose();
  }
}
