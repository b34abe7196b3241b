import { ops, type Tensor, tf } from '@kaleido/backend';
import type { DropoutSeeds } from '@kaleido/foundation';
import type { TaskLoss } from '@kaleido/training';
import type { CaptionBatch } from './caption-batch.ts';
import type { ShowAttendTell } from './show-attend-tell.ts';

/**
 * The loss of a batch of captions that are read as they are (teacher forcing): mean cross-entropy of the next piece over
 * all pieces and [SEP], and the doubly stochastic penalty (1 - sum over t of alpha_t)^2, mean over the cells, with its
 * weight. Xu et al. sum over the cells, so that the weight would depend on the grid.
 *
 * Figures: `pieces` is the cross-entropy, `coverage` the penalty without its weight.
 */
export function captioningLoss(model: ShowAttendTell, batch: CaptionBatch, dropout?: DropoutSeeds): TaskLoss {
  const { size: B, steps: T, grids, read, next } = batch;
  const { cells: G, featureWidth: F, doublyStochastic } = model.config;
  const [loss, pieces, coverage] = tf.tidy((): [Tensor, Tensor, Tensor] => {
    const annotations = model.annotate(tf.tensor(grids, [B, G, F]));
    const unrolled = model.unroll(annotations, tf.tensor(read, [T, B], 'int32'));
    const mask = tf.tensor(batch.mask); // [T B]
    const each = ops.softmaxCrossEntropy(model.predict(unrolled, dropout), tf.tensor(next, [T * B], 'int32')); // [T B]
    const pieces = tf.div(tf.sum(tf.mul(each, mask)), tf.sum(mask));
    const coverage = coveragePenalty(unrolled.attention, mask, B);
    const loss = doublyStochastic === 0 ? pieces : tf.add(pieces, tf.mul(coverage, doublyStochastic));
    return [loss, pieces, coverage];
  });
  return { loss, figures: { pieces, coverage } };
}

/** Mean of (1 - sum over the steps)^2 over cells and captions. @param attention [T B, G] @param mask [T B] */
function coveragePenalty(attention: Tensor, mask: Tensor, B: number): Tensor {
  const [rows, G] = attention.shape as [number, number];
  const T = rows / B;
  const real = tf.mul(attention, tf.reshape(mask, [rows, 1]));
  const sums = ops.poolRows(tf.reshape(real, [1, T, B * G]), tf.ones([1, T])); // [1, 1, B G]
  return tf.mean(tf.square(tf.sub(1, sums)));
}
