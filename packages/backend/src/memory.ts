import { tf } from './tensorflow.ts';

/** Live tensors of this process and the bytes they hold: equal after any two training steps, or something leaks. */
export function memory(): { readonly numTensors: number; readonly bytes: number } {
  const { numTensors, numBytes } = tf.memory();
  return { numTensors, bytes: numBytes };
}
