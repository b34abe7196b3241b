import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, tf } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import fc from 'fast-check';
import { attribute, model, node, tensor } from '../../test/onnx-file.ts';
import { readOnnxGraph } from './onnx-graph.ts';
import { loadOnnxNetwork } from './onnx-network.ts';

beforeAll(async () => {
  await selectBackend({ prefer: 'cpu' });
});

/** Weights of a convolution that gives the sum of two channels and a bias. */
const sumOfChannels = [tensor('weights', [1, 2, 1, 1], [1, 1]), tensor('bias', [1], [-3])];
const convolution = node('Conv', ['x', 'weights', 'bias'], ['sum'], [attribute('kernel_shape', [1, 1])]);

function run(nodes: readonly Uint8Array[], constants: readonly Uint8Array[], output: string, pictures: number[][][][]) {
  const network = loadOnnxNetwork(model(nodes, constants, ['x'], [output]), 'made.onnx');
  const values = tf.tidy(() => network.run(tf.tensor4d(pictures))[0]!.arraySync());
  network.dispose();
  return values;
}

describe('loadOnnxNetwork', () => {
  it('computes convolutions, with and without a following ReLU', () => {
    const picture = [
      [
        [
          [1, 1],
          [5, 2],
        ],
      ],
    ];
    expect(run([convolution], sumOfChannels, 'sum', picture)).toEqual([[[[-1], [4]]]]);
    const relu = node('Relu', ['sum'], ['y']);
    expect(run([convolution, relu], sumOfChannels, 'y', picture)).toEqual([[[[0], [4]]]]);
    // Another node reads it too, so it must not be freed.
    const both = node('Add', ['sum', 'y'], ['z']);
    expect(run([convolution, relu, both], sumOfChannels, 'z', picture)).toEqual([[[[-1], [8]]]]);
  });

  it('pads and dilates', () => {
    const kernel = tensor('weights', [1, 1, 3, 3], [1, 0, 1, 0, 0, 0, 1, 0, 1]);
    const corners = node(
      'Conv',
      ['x', 'weights'],
      ['y'],
      [attribute('dilations', [2, 2]), attribute('pads', [2, 2, 2, 2])],
    );
    const picture = [Array.from({ length: 5 }, (_, y) => Array.from({ length: 5 }, (_, x) => [5 * y + x]))];
    const found = run([corners], [kernel], 'y', picture) as number[][][][];
    // The centre sums all four corners, two positions away; a corner only one.
    expect(found[0]![2]![2]).toEqual([0 + 4 + 20 + 24]);
    expect(found[0]![0]![0]).toEqual([12]);
  });

  it('pools with windows that extend past the edge', () => {
    const pool = node(
      'MaxPool',
      ['x'],
      ['y'],
      [attribute('kernel_shape', [2, 2]), attribute('strides', [2, 2]), attribute('ceil_mode', 1)],
    );
    const picture = [
      [
        [[1], [2], [-3]],
        [[4], [0], [-5]],
        [[7], [6], [-1]],
      ],
    ];
    expect(run([pool], [], 'y', picture)).toEqual([
      [
        [[4], [-3]],
        [[7], [-1]],
      ],
    ]);
  });

  it('enlarges to the size of another picture, computed from shapes', () => {
    const nodes = [
      node('MaxPool', ['x'], ['small'], [attribute('kernel_shape', [2, 2]), attribute('strides', [2, 2])]),
      node('Shape', ['x'], ['shape']),
      node('Gather', ['shape', 'two'], ['height']),
      node('Unsqueeze', ['height'], ['h'], [attribute('axes', [0])]),
      node('Gather', ['shape', 'three'], ['width']),
      node('Unsqueeze', ['width'], ['w'], [attribute('axes', [0])]),
      node('Concat', ['h', 'w'], ['size'], [attribute('axis', 0)]),
      node('Cast', ['size'], ['longs'], [attribute('to', 7)]),
      node('Shape', ['small'], ['own']),
      node('Slice', ['own', 'zero', 'two'], ['front']),
      node('Concat', ['front', 'longs'], ['target'], [attribute('axis', 0)]),
      node('Constant', [], ['roi'], [attribute('value', { shape: [0], integers: [] })]),
      node(
        'Resize',
        ['small', 'roi', 'roi', 'target'],
        ['large'],
        [attribute('mode', 'linear'), attribute('coordinate_transformation_mode', 'pytorch_half_pixel')],
      ),
      node('Concat', ['x', 'large'], ['both'], [attribute('axis', 1)]),
      node('Sigmoid', ['both'], ['y']),
    ];
    const constants = [
      tensor('zero', [1], { integers: [0] }),
      tensor('two', [1], { integers: [2] }),
      tensor('three', [1], { integers: [3] }),
    ];
    const picture = [Array.from({ length: 2 }, () => [[0], [0], [2], [2]])];
    const found = run(nodes, constants, 'y', picture) as number[][][][];
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    for (const row of found[0]!)
      for (const [x, value] of [0, 0.5, 1.5, 2].entries()) {
        expect(row[x]![0]).toBeCloseTo(sigmoid([0, 0, 2, 2][x]!), 5);
        expect(row[x]![1]).toBeCloseTo(sigmoid(value), 5);
      }
  });

  it('computes only the requested outputs, and leaks no tensor', () => {
    const before = memory().numTensors;
    const broken = node('Conv', ['x', 'weights', 'bias'], ['never'], [attribute('group', 2)]);
    const bytes = model([broken, convolution], sumOfChannels, ['x'], ['never', 'sum']);
    const network = loadOnnxNetwork(bytes, 'made.onnx');
    const loaded = memory().numTensors;
    const pictures = tf.tensor4d([[[[1, 1]]]]);
    const [sum] = network.run(pictures, [1]);
    expect(sum!.arraySync()).toEqual([[[[-1]]]]);
    expect(memory().numTensors).toBe(loaded + 2);
    tf.dispose([sum!, pictures]);
    expect(() => tf.tidy(() => network.run(tf.tensor4d([[[[1, 1]]]]), [0]))).toThrow(/without groups/);
    expect(() => network.run(pictures, [2])).toThrow('it has 2 outputs, found 2');
    network.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    [
      'an operation that is not known',
      [node('Softmax', ['x'], ['y'])],
      [],
      'an operation is not known, found "Softmax"',
    ],
    ['weights that are not there', [node('Conv', ['x', 'w'], ['y'])], [], `a convolution's weights "w" are not in it`],
  ])('refuses %s', (_, nodes, constants, message) => {
    expect(() => loadOnnxNetwork(model(nodes, constants, ['x'], ['y']), 'made.onnx')).toThrow(
      `@kaleido/kaleido-patches: made.onnx cannot be computed: ${message}`,
    );
  });
});

describe('a network with invalid sizes', () => {
  const enlarge = (side: number) => [
    node('Constant', [], ['roi'], [attribute('value', { shape: [0], integers: [] })]),
    node('Constant', [], ['size'], [attribute('value', { shape: [4], integers: [1, 1, side, side] })]),
    node('Resize', ['x', 'roi', 'roi', 'size'], ['y'], [attribute('mode', 'linear')]),
  ];

  it('is refused before anything is enlarged', () => {
    expect(run(enlarge(2), [], 'y', [[[[3]]]])).toEqual([
      [
        [[3], [3]],
        [[3], [3]],
      ],
    ]);
    for (const side of [0, 1_000_000])
      expect(() => run(enlarge(side), [], 'y', [[[[3]]]])).toThrow(
        `made.onnx cannot be computed: Resize asks for a size that no picture has, found [${side},${side}]`,
      );
  });

  it('is refused with the reason if shapes do not fit', () => {
    const small = node('MaxPool', ['x'], ['small'], [attribute('kernel_shape', [2, 2]), attribute('strides', [2, 2])]);
    const joined = node('Concat', ['x', 'small'], ['y'], [attribute('axis', 1)]);
    expect(() =>
      run([small, joined], [], 'y', [
        [
          [[1], [1]],
          [[1], [1]],
        ],
      ]),
    ).toThrow(/^@kaleido\/kaleido-patches: made.onnx cannot be computed: a step fails, found "/);
  });
});

describe('readOnnxGraph', () => {
  const sound = model([convolution], sumOfChannels, ['x', 'weights'], ['sum']);

  it('reads nodes, weights and names', () => {
    const graph = readOnnxGraph(sound, 'made.onnx');
    expect(graph).toMatchObject({ opset: 11, inputs: ['x'], outputs: ['sum'] });
    expect(graph.nodes[0]).toMatchObject({ operation: 'Conv', inputs: ['x', 'weights', 'bias'] });
    expect(graph.constants.get('bias')).toEqual({ shape: [1], values: Float32Array.of(-3) });
  });

  it('returns a graph or throws a KaleidoError for any bytes', () => {
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(sound.length), (at, byte, cut) => {
        const bytes = sound.slice(0, Math.max(1, cut));
        bytes[at % bytes.length] = byte;
        try {
          readOnnxGraph(bytes, 'made.onnx');
        } catch (error) {
          expect(KaleidoError.isInstance(error)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
