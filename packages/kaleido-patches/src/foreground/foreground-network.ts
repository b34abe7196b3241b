import { type Tensor, type Tensor1D, type Tensor3D, type Tensor4D, tf } from '@kaleido/backend';
import { KaleidoError, type RandomStream } from '@kaleido/foundation';

/** One 3 x 3 convolution with its bias. */
interface Layer {
  readonly name: string;
  readonly input: number;
  readonly output: number;
}

/** Side in pixels of the network's input and of its mask, a multiple of 32. */
export const foregroundSide = 192;

/**
 * Channels from the finest scale (half the side) to the coarsest (a thirty-second): 420,000 numbers, 0.84 MB in half
 * precision, 0.4 billion operations per picture.
 */
const channels = [16, 32, 48, 64, 96] as const;

/** Logits per position of the finest scale: a square of 2 x 2 pixels. */
const pixelsPerPlace = 4;

const layers: readonly Layer[] = [
  { name: 'stem', input: 3, output: channels[0] },
  ...[1, 2, 3, 4].flatMap((scale): Layer[] => [
    { name: `down_${scale}`, input: channels[scale - 1]!, output: channels[scale]! },
    ...(scale === 4 ? [] : [{ name: `side_${scale}`, input: channels[scale]!, output: channels[scale]! }]),
  ]),
  { name: 'middle', input: channels[4], output: channels[4] },
  ...[3, 2, 1, 0].map(
    (scale): Layer => ({
      name: `up_${scale}`,
      input: channels[scale + 1]! + channels[scale]!,
      output: channels[scale]!,
    }),
  ),
  { name: 'mask', input: channels[0], output: pixelsPerPlace },
];

/** Shape of every weight by name: kernels HWIO, biases [O]. */
export const foregroundShapes: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>(
  layers.flatMap(({ name, input, output }) => [
    [`${name}/kernel`, [3, 3, input, output]] as const,
    [`${name}/bias`, [output]] as const,
  ]),
);

/**
 * The logits of the object's mask: a small UNet-like network, as the paper's (3.2). Five scales down, by convolutions
 * of stride 2, and up again with skip connections. The last layer gives four pixels of the mask for each of its
 * positions, so nothing is computed at full size.
 * @param weights by the names of `foregroundShapes`
 * @param pictures RGB in -1..1, [B, side, side, 3], the side a multiple of 32
 * @returns [B, side, side]
 */
export function foregroundLogits(weights: ReadonlyMap<string, Tensor>, pictures: Tensor4D): Tensor3D {
  const layer = (x: Tensor4D, name: string, strides = 1, activation: 'relu' | 'linear' = 'relu'): Tensor4D =>
    tf.fused.conv2d({
      x,
      filter: weights.get(`${name}/kernel`) as Tensor4D,
      bias: weights.get(`${name}/bias`) as Tensor1D,
      strides,
      pad: 'same',
      activation,
    });
  return tf.tidy(() => {
    const scales = [layer(pictures, 'stem', 2)]; // [B, side / 2, side / 2, 16]
    for (const scale of [1, 2, 3, 4]) {
      const smaller = layer(scales.at(-1)!, `down_${scale}`, 2);
      scales.push(scale === 4 ? layer(smaller, 'middle') : layer(smaller, `side_${scale}`));
    }
    let x = scales[4]!; // [B, side / 32, side / 32, 96]
    for (const scale of [3, 2, 1, 0]) {
      const beside = scales[scale]!;
      const [, height, width] = beside.shape;
      x = layer(tf.concat([tf.image.resizeNearestNeighbor(x, [height, width]), beside], 3), `up_${scale}`);
    }
    const [batch, rows, columns] = x.shape;
    const places = tf.reshape(layer(x, 'mask', 1, 'linear'), [batch, rows, columns, 2, 2]);
    return tf.reshape(tf.transpose(places, [0, 1, 3, 2, 4]), [batch, 2 * rows, 2 * columns]) as Tensor3D; // [B, side, side]
  });
}

/** New weights: He's normal initialisation for layers with ReLU, biases 0. */
export function initialForegroundWeights(random: RandomStream): Map<string, Float32Array> {
  return new Map(
    [...foregroundShapes].map(([name, shape]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const deviation = shape.length === 1 ? 0 : Math.sqrt(2 / (9 * shape[2]!));
      const stream = random.child(name);
      return [name, Float32Array.from({ length: size }, () => (deviation === 0 ? 0 : deviation * stream.normal()))];
    }),
  );
}

/** RGB bytes as the network expects them, -1..1. */
export function normaliseForForeground(bytes: Uint8Array | Float32Array): Float32Array {
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < values.length; i++) values[i] = bytes[i]! / 127.5 - 1;
  return values;
}

/** @throws KaleidoError for weights that are missing or misshapen */
export function assertForegroundShapes(found: ReadonlyMap<string, { readonly shape: readonly number[] }>): void {
  for (const [name, shape] of foregroundShapes) {
    const stored = found.get(name);
    if (stored?.shape.join() === shape.join()) continue;
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `the foreground network needs "${name}" of shape [${shape.join(', ')}]`,
      found: stored?.shape ?? 'nothing by that name',
      advice: 'take a foreground.safetensors that `pnpm train --recipe recipes/foreground.json` has written',
    });
  }
}
