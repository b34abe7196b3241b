import { type Tensor, tf } from '../tensorflow.ts';
import { oneHot } from './one-hot.ts';
import { hasFused, runFused } from './run-fused.ts';

/**
 * `-log softmax(logits)[label]` of every row; the gradient is `softmax - oneHot`.
 *
 * @param logits [N, C]
 * @param labels int32 [N], each in [0, C)
 * @returns [N]
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  if (hasFused('softmaxCrossEntropy')) return fusedSoftmaxCrossEntropy(logits, labels);
  const classes = logits.shape[1] as number;
  return tf.customGrad((input, save) => {
    const logProbabilities = tf.logSoftmax(input as Tensor, -1);
    const target = oneHot(labels, classes);
    (save as tf.GradSaveFunc)([logProbabilities, target]);
    return {
      value: tf.neg(tf.sum(tf.mul(logProbabilities, target), -1)),
      gradFunc: (gradient: Tensor, saved: Tensor[]) =>
        tf.mul(tf.sub(tf.exp(saved[0]!), saved[1]!), tf.expandDims(gradient, -1)),
    };
  })(logits);
}

function fusedSoftmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return tf.customGrad((input, save) => {
    const named = { logits: input as Tensor, labels };
    const [losses, kept] = runFused('softmaxCrossEntropy', named, {});
    (save as tf.GradSaveFunc)([kept, labels]);
    return {
      value: losses,
      gradFunc: (gradient: Tensor, saved: Tensor[]) =>
        runFused('softmaxCrossEntropyGradient', { gradient, saved: saved[0]!, labels: saved[1]! }, {}),
    };
  })(logits);
}
