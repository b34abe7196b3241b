import { findTensorflow } from '../src/native/find-tensorflow.ts';

const { found, looked } = await findTensorflow();

/** Why the tests that need a TensorFlow are skipped; undefined if there is one. */
export const tensorflowMissing: string | undefined =
  found === undefined ? `no TensorFlow: ${looked.join(', ')}` : undefined;

/** The folder of its libraries. */
export const tensorflowFolder: string | undefined = found?.folder;
