import { tf } from './tensorflow.ts';

/** The live tensors of this process and their bytes. If they differ after two training steps, something leaks. */
export function memory(): { readonly numTensors: number; readonly bytes: number } {
  const { numTensors, numBytes } = tf.memory();
  return { numTensors, bytes: numBytes };
}
