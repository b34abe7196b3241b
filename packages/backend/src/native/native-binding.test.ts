import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { tensorflowFolder, tensorflowMissing } from '../../test/tensorflow.ts';
import { defineFunction } from './graph-function.ts';
import { NativeBinding } from './native-binding.ts';
import { attributeKinds, dataTypes } from './native-types.ts';

const { TF_FLOAT, TF_HALF, TF_INT32, TF_INT64, TF_STRING } = dataTypes;
const T = { name: 'T', type: attributeKinds.TF_ATTR_TYPE, value: TF_FLOAT };
const describeNative = tensorflowMissing === undefined ? describe : describe.skip;
const binding = (
  tensorflowMissing === undefined
    ? new NativeBinding({ folder: tensorflowFolder!, device: 'cpu', threads: 2 })
    : undefined
) as NativeBinding;

const float = (...values: number[]): number =>
  binding.createTensor([values.length], TF_FLOAT, Float32Array.from(values));

describeNative(`NativeBinding${tensorflowMissing === undefined ? '' : ` (skipped: ${tensorflowMissing})`}`, () => {
  it('computes, and returns shape, type and values', () => {
    const [sum] = binding.executeOp('AddV2', [T], [float(1, 2, 3), float(10, 20, 30)], 1);
    expect(sum).toMatchObject({ shape: [3], dtype: TF_FLOAT });
    expect(binding.tensorDataSync(sum!.id)).toEqual(Float32Array.of(11, 22, 33));
  });

  it.each<[string, number, ArrayBufferView]>([
    ['int32', TF_INT32, Int32Array.of(-1, 7)],
    ['int64', TF_INT64, BigInt64Array.of(-1n, 2n ** 40n)],
    ['bool', dataTypes.TF_BOOL, Uint8Array.of(0, 1)],
    ['half precision, as bits', TF_HALF, Uint16Array.of(0x3c00, 0xc000)],
    ['bfloat16, as bits', dataTypes.TF_BFLOAT16, Uint16Array.of(0x3f80, 0xc000)],
  ])('keeps %s', (_, dtype, values) => {
    const id = binding.createTensor([2], dtype, values);
    expect(binding.tensorDataSync(id)).toEqual(values);
    binding.deleteTensor(id);
  });

  it('keeps strings of any length, and empty tensors', () => {
    const words = ['', 'a', 'ü'.repeat(40)].map((word) => new TextEncoder().encode(word));
    expect(binding.tensorDataSync(binding.createTensor([3], TF_STRING, words))).toEqual(words);
    expect(binding.tensorDataSync(binding.createTensor([0, 4], TF_FLOAT, new Float32Array(0)))).toHaveLength(0);
  });

  it('frees what is deleted', () => {
    const before = binding.getNumOfTensors();
    const id = float(1);
    expect(binding.getNumOfTensors()).toBe(before + 1);
    binding.deleteTensor(id);
    expect(binding.getNumOfTensors()).toBe(before);
  });

  // Each of these would end the process if it reached TensorFlow.
  it.each<[string, () => unknown, RegExp]>([
    ['too few values', () => binding.createTensor([3], TF_FLOAT, Float32Array.of(1)), /needs 12 bytes, found 4/],
    [
      'too many strings',
      () => binding.createTensor([1], TF_STRING, [new Uint8Array(1), new Uint8Array(1)]),
      /does not hold/,
    ],
    ['numbers as strings', () => binding.createTensor([1], TF_STRING, Float32Array.of(1)), /needs/],
    [
      'a negative side',
      () => binding.createTensor([-1], TF_FLOAT, new Float32Array(0)),
      /the dimensions of a shape must be integers from 0/,
    ],
    [
      'a tensor that is not there',
      () => binding.executeOp('Neg', [T], [1e9], 1),
      /holds no tensor of this number, found 1000000000/,
    ],
    [
      'a tensor that was deleted',
      () => {
        const id = float(1);
        binding.deleteTensor(id);
        binding.deleteTensor(id);
      },
      /holds no tensor/,
    ],
    [
      'an unknown operation',
      () => binding.executeOp('Abracadabra', [], [], 1),
      /TensorFlow refused an operation, found ".*Abracadabra/,
    ],
    ['shapes that do not fit', () => binding.executeOp('AddV2', [T], [float(1, 2), float(1, 2, 3)], 1), /refused/],
    [
      'an attribute of no kind',
      () => binding.executeOp('Neg', [{ ...T, type: 99 }], [float(1)], 1),
      /of an unknown kind, found 99/,
    ],
    [
      'more outputs than there is room for',
      () => binding.executeOp('Neg', [T], [float(1)], 257),
      /at most 256 outputs/,
    ],
    ['a model', () => binding.loadSavedModel(), /SavedModels are not read/],
  ])('refuses %s, and continues', (_, wrong, message) => {
    let error: unknown;
    try {
      wrong();
    } catch (thrown) {
      error = thrown;
    }
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(message);
    expect(binding.tensorDataSync(binding.executeOp('Neg', [T], [float(2)], 1)[0]!.id)).toEqual(Float32Array.of(-2));
  });

  it('refuses an invalid function, and accepts the next', () => {
    expect(() =>
      defineFunction(binding, 'Wrong', [TF_FLOAT], (graph, [x]) => [graph.operation('Abracadabra', [x!])]),
    ).toThrow(/TensorFlow refused/);
    defineFunction(binding, 'Twice', [TF_FLOAT], (graph, [x]) => [graph.scale(x!, 2)]);
    const compiled = { name: '_XlaMustCompile', type: attributeKinds.TF_ATTR_BOOL, value: true };
    for (const attributes of [[], [compiled]]) {
      const [id] = binding.execute('Twice', attributes, [float(1, 2)], 1) as [number];
      expect(binding.tensorDataSync(id)).toEqual(Float32Array.of(2, 4));
    }
  });
});
