import * as tf from '@tensorflow/tfjs-core';
// After the core: the gradients are added to the core's registry.
import '#register-gradients';

// Otherwise every operation checks its inputs' types, and the cpu backend prints an advertisement.
tf.enableProdMode();

/**
 * The functional operations of TensorFlow.js (`tf.add(a, b)`), with their gradients registered. Chained ones
 * (`a.add(b)`) do not exist in Node: its build of the core leaves them out.
 */
export { tf };
export type Tensor = tf.Tensor;
export type Tensor1D = tf.Tensor1D;
export type Tensor2D = tf.Tensor2D;
export type Tensor3D = tf.Tensor3D;
export type Tensor4D = tf.Tensor4D;
export type Scalar = tf.Scalar;
export type Variable = tf.Variable;
