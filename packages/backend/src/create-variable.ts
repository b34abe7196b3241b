import { KaleidoError } from '@kaleido/foundation';
import { tf, type Variable } from './tensorflow.ts';

/**
 * A trainable float32 variable that holds a copy of the values.
 *
 * @param name must be new in this process; with `undefined` TensorFlow.js chooses one
 * @param handedOver the caller promises not to change the values: no copy is made, which halves the memory for loading
 *   a model
 * @throws KaleidoError where the number of values does not match the shape
 */
export function createVariable(
  name: string | undefined,
  values: Float32Array,
  shape: readonly number[],
  handedOver = false,
): Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) {
    throw new KaleidoError({
      source: 'backend',
      problem: `variable "${name ?? ''}" of shape [${shape.join(', ')}] needs ${size} values`,
      found: values.length,
      advice: 'pass as many values as the shape has elements',
    });
  }
  return tf.tidy(() =>
    tf.variable(tf.tensor(handedOver ? values : values.slice(), [...shape], 'float32'), true, name, 'float32'),
  );
}
