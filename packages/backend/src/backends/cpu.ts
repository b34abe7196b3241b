import { tf } from '../tensorflow.ts';

/** Plain JavaScript: correct everywhere, but slow; for tests, and where nothing else works. */
export async function openCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
}
