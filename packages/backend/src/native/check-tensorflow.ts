import { answerParent } from '../platform/answer-parent.ts';
import { NativeBinding } from './native-binding.ts';
import { attributeKinds, dataTypes } from './native-types.ts';

/** A TensorFlow that loads and computes. */
export interface CheckedTensorflow {
  readonly version: string;
  /** Whether it sees a GPU; it looks for one only where it is asked to. */
  readonly gpu: boolean;
}

// Runs in a child process: loads the TensorFlow in a folder, multiplies two matrices, and reports the device.
await answerParent((): CheckedTensorflow => {
  const [folder, device] = process.argv.slice(2) as [string, 'cpu' | 'gpu'];
  const binding = new NativeBinding({ folder, device });
  const { TF_FLOAT } = dataTypes;
  const a = binding.createTensor([1, 2], TF_FLOAT, Float32Array.of(2, 3));
  const b = binding.createTensor([2, 1], TF_FLOAT, Float32Array.of(5, 7));
  const T = { name: 'T', type: attributeKinds.TF_ATTR_TYPE, value: TF_FLOAT };
  const [product] = binding.executeOp('MatMul', [T], [a, b], 1);
  const [value] = binding.tensorDataSync(product!.id) as Float32Array;
  if (value !== 31) throw new Error(`2 x 5 + 3 x 7 came out as ${value}`);
  return { version: binding.version, gpu: binding.gpu !== '' };
});
