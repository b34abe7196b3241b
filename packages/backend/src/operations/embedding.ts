import { type Tensor, tf } from '../tensorflow.ts';
import { oneHot } from './one-hot.ts';
import { hasFused, runFused } from './run-fused.ts';

/**
 * Rows of a table. The gradient adds the rows up in the order of the ids, so it is the same every time.
 *
 * @param table [V, D]
 * @param ids int32 [...], each in [0, V)
 * @returns [..., D]
 */
export function embedding(table: Tensor, ids: Tensor): Tensor {
  return tf.tidy(() => {
    const width = table.shape[1] as number;
    const rows = gather(table, tf.reshape(ids, [ids.size]));
    return tf.reshape(rows, [...ids.shape, width]);
  });
}

function gather(table: Tensor, ids: Tensor): Tensor {
  return tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([ids]);
    return {
      value: hasFused('gatherRows')
        ? runFused('gatherRows', { table: input as Tensor, ids }, {})
        : tf.gather(input as Tensor, ids as tf.Tensor1D),
      gradFunc: (gradient: Tensor, saved: Tensor[]) => scatterAdd(gradient, saved[0]!, table.shape as [number, number]),
    };
  })(table);
}

/** TensorFlow.js' own gradient of a gather loops over all segments on cpu and does not exist on wasm. */
function scatterAdd(rows: Tensor, ids: Tensor, shape: [number, number]): Tensor {
  if (hasFused('scatterAddRows')) return runFused('scatterAddRows', { source: rows, ids }, { rows: shape[0] });
  if (tf.getBackend() === 'webgpu') {
    // Its scatter adds with atomics, in no fixed order.
    return tf.matMul(oneHot(ids, shape[0]) as tf.Tensor2D, rows as tf.Tensor2D, true, false);
  }
  return tf.scatterND(tf.expandDims(ids, 1), rows, shape);
}
