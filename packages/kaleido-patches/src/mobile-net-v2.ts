import { type Tensor, type Tensor1D, type Tensor4D, tf } from '@kaleido/backend';
import { decodeSafetensors, float32Values, KaleidoError } from '@kaleido/foundation';

/** One convolution with its bias; BatchNorm is folded in. */
interface Convolution {
  /** The number in the weights' names, `conv_<number>_weight`. */
  readonly number: number;
  readonly kind: 'full' | 'depthwise' | 'pointwise';
  readonly stride: 1 | 2;
  readonly input: number;
  readonly output: number;
  /** ReLU6, or none behind the linear bottlenecks. */
  readonly relu6: boolean;
  /** The block's input is added to what this layer, its last, puts out. */
  readonly residual: boolean;
}

/** MobileNetV2 1.0, table 2 of Sandler et al. (2018): expansion t, channels c, repetitions n, stride s of the first. */
const blockTable = [
  { t: 1, c: 16, n: 1, s: 1 },
  { t: 6, c: 24, n: 2, s: 2 },
  { t: 6, c: 32, n: 3, s: 2 },
  { t: 6, c: 64, n: 4, s: 2 },
  { t: 6, c: 96, n: 3, s: 1 },
  { t: 6, c: 160, n: 3, s: 2 },
  { t: 6, c: 320, n: 1, s: 1 },
] as const;

/** Width of the features: channels of the last convolution. */
export const mobileNetWidth = 1280;

/** How much smaller than the picture the last feature map is, each way (rounded up). */
export const mobileNetStride = 32;

/** ImageNet's mean and deviation of RGB in 0..1, which the weights expect to be taken off. */
const channelMean = [0.485, 0.456, 0.406].map(Math.fround) as [number, number, number];
const channelDeviation = [0.229, 0.224, 0.225].map(Math.fround) as [number, number, number];

/** RGB values 0..255, [..., 3], normalised in place as the network expects them. */
export function normaliseForMobileNet(pixels: Float32Array): Float32Array {
  for (let i = 0; i < pixels.length; i++) {
    const channel = (i % 3) as 0 | 1 | 2;
    // Three operations, each rounded to float32, as the frameworks do it.
    pixels[i] = Math.fround(Math.fround(pixels[i]! / 255) - channelMean[channel]) / channelDeviation[channel];
  }
  return pixels;
}

function convolutions(): readonly Convolution[] {
  const layers: Convolution[] = [];
  // The original graph also counts the activations and additions, so the numbers have gaps: one behind each ReLU6 and
  // one behind each addition.
  let number = 0;
  const add = (layer: Omit<Convolution, 'number'>): void => {
    layers.push({ number, ...layer });
    number += layer.relu6 || layer.residual ? 2 : 1;
  };
  add({ kind: 'full', stride: 2, input: 3, output: 32, relu6: true, residual: false });
  let input = 32;
  for (const { t, c, n, s } of blockTable) {
    for (let repetition = 0; repetition < n; repetition++) {
      const wide = input * t;
      const stride = repetition === 0 ? s : 1;
      if (t > 1) add({ kind: 'pointwise', stride: 1, input, output: wide, relu6: true, residual: false });
      add({ kind: 'depthwise', stride, input: wide, output: wide, relu6: true, residual: false });
      add({ kind: 'pointwise', stride: 1, input: wide, output: c, relu6: false, residual: repetition > 0 });
      input = c;
    }
  }
  add({ kind: 'pointwise', stride: 1, input, output: mobileNetWidth, relu6: true, residual: false });
  return layers;
}

interface LoadedLayer extends Convolution {
  /** HWIO; depthwise [3, 3, channels, 1]. */
  readonly kernel: Tensor4D;
  readonly bias: Tensor1D;
}

export interface MobileNetV2 {
  /**
   * The last feature map, [B, height / 32, width / 32, 1280] (rounded up), behind its ReLU6, so not negative.
   * @param pictures normalised RGB, [B, height, width, 3]
   * @param onLayer sees what every convolution puts out (behind its ReLU6, before an addition), by its number
   */
  featureMap(pictures: Tensor4D, onLayer?: (number: number, output: Tensor) => void): Tensor4D;
  dispose(): void;
}

/**
 * Loads the network onto the selected backend.
 * @param weights a safetensors file with `conv_<n>_weight` (OIHW) and `conv_<n>_bias`, in F32 or F16
 * @throws KaleidoError for a broken file, and for a missing or misshapen layer
 */
export function loadMobileNetV2(weights: Uint8Array): MobileNetV2 {
  const { tensors } = decodeSafetensors(weights, 'the MobileNetV2 weights');
  const read = (name: string, shape: readonly number[]): Float32Array => {
    const stored = tensors.get(name);
    if (stored === undefined || stored.shape.join() !== shape.join())
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `the MobileNetV2 weights need "${name}" of shape [${shape.join(', ')}]`,
        found: stored === undefined ? 'nothing by that name' : stored.shape,
        advice: 'take the file of @kaleido/mobilenet-v2-weights',
      });
    return float32Values(stored, name);
  };
  const layers = convolutions().map((layer): LoadedLayer => {
    const size = layer.kind === 'pointwise' ? 1 : 3;
    const inputs = layer.kind === 'depthwise' ? 1 : layer.input;
    const name = `conv_${layer.number}_weight`;
    const values = read(name, [layer.output, inputs, size, size]);
    const kernel = tf.tidy((): Tensor4D => {
      const stored = tf.tensor4d(values, [layer.output, inputs, size, size]); // OIHW
      return tf.transpose(stored, layer.kind === 'depthwise' ? [2, 3, 0, 1] : [2, 3, 1, 0]); // HWIO
    });
    return { ...layer, kernel, bias: tf.tensor1d(read(`conv_${layer.number}_bias`, [layer.output])) };
  });
  return {
    featureMap: (pictures, onLayer) =>
      tf.tidy(() => {
        let blockInput: Tensor4D = pictures;
        let x: Tensor4D = pictures;
        for (const layer of layers) {
          const output = convolve(x, layer);
          onLayer?.(layer.number, output);
          const next: Tensor4D = layer.residual ? tf.add<Tensor4D>(blockInput, output) : output;
          // Freed layer by layer: left to the end of the tidy, all 52 feature maps would be held at once.
          if (layer.residual) tf.dispose(output);
          if (x !== blockInput) tf.dispose(x);
          x = next;
          // A block ends at its linear layer.
          if (layer.relu6) continue;
          if (blockInput !== pictures) tf.dispose(blockInput);
          blockInput = x;
        }
        return x;
      }),
    dispose() {
      for (const { kernel, bias } of layers) tf.dispose([kernel, bias]);
    },
  };
}

function convolve(x: Tensor4D, { kind, kernel, bias, stride, relu6 }: LoadedLayer): Tensor4D {
  const options = {
    x,
    filter: kernel,
    strides: stride,
    // One pixel on every side, as the weights were trained; 'same' would put it only at the end for stride 2.
    pad: kind === 'pointwise' ? 0 : 1,
    bias,
    activation: relu6 ? 'relu6' : 'linear',
  } as const;
  return kind === 'depthwise' ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
}
