import { tf } from '../tensorflow.ts';

/** Plain JavaScript: correct everywhere, slow; there for tests and as the last resort. */
export async function openCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
}
