import { type Tensor4D, tf } from '@kaleido/backend';
import {
  type Convolution,
  type ConvolutionalNetwork,
  convolve,
  LayerReader,
  loadLayers,
} from './convolutional-network.ts';

/** One convolution with its bias; BatchNorm is folded in. */
interface Layer {
  /** The number in the weights' names, `conv_<number>_weight`. */
  readonly number: number;
  readonly kind: 'full' | 'depthwise' | 'pointwise';
  readonly stride: 1 | 2;
  readonly input: number;
  readonly output: number;
  /** Whether a ReLU6 follows; the linear bottlenecks have none. */
  readonly relu6: boolean;
  /** Whether the block's input is added to the output of this layer, its last. */
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
const featureWidth = 1280;

function layersOf(): readonly Layer[] {
  const layers: Layer[] = [];
  // The original graph also counts the activations and additions, so the numbers have gaps: one after each ReLU6 and
  // one after each addition.
  let number = 0;
  const add = (layer: Omit<Layer, 'number'>): void => {
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
  add({ kind: 'pointwise', stride: 1, input, output: featureWidth, relu6: true, residual: false });
  return layers;
}

interface LoadedLayer extends Layer {
  readonly convolution: Convolution;
}

/**
 * MobileNetV2 1.0 (1,280 features, after ReLU6, so 0..6). Weights as safetensors with `conv_<n>_weight` (OIHW) and
 * `conv_<n>_bias`, in F32 or F16: the file of `@kaleido/mobilenet-v2-weights`. A listener sees `conv_<n>`, after its
 * ReLU6 and before an addition.
 */
export const mobileNetV2: ConvolutionalNetwork = {
  name: 'mobilenet-v2',
  featureWidth,
  stride: 32,
  normalisation: 'imagenet',
  load(weights) {
    const reader = new LayerReader(weights, 'MobileNetV2', 'take the file of @kaleido/mobilenet-v2-weights');
    const layers = loadLayers(reader, readLayers);
    return {
      featureMap: (pictures, onLayer) =>
        tf.tidy(() => {
          let blockInput: Tensor4D = pictures;
          let x: Tensor4D = pictures;
          for (const layer of layers) {
            const output = convolve(x, layer.convolution, layer.relu6 ? 'relu6' : 'linear');
            onLayer?.(`conv_${layer.number}`, output);
            const next: Tensor4D = layer.residual ? tf.add<Tensor4D>(blockInput, output) : output;
            // Freed layer by layer: `tidy` alone would hold all 52 feature maps until the end.
            if (layer.residual) tf.dispose(output);
            if (x !== blockInput) tf.dispose(x);
            x = next;
            // A block ends at its linear layer.
            if (layer.relu6) continue;
            if (blockInput !== pictures) tf.dispose(blockInput);
            blockInput = x;
          }
          return x; // [B, height / 32, width / 32, 1280]
        }),
      dispose: () => reader.dispose(),
    };
  },
};

function readLayers(reader: LayerReader): readonly LoadedLayer[] {
  return layersOf().map((layer): LoadedLayer => {
    const { number, kind, input, output, stride } = layer;
    const size = kind === 'pointwise' ? 1 : 3;
    const depthwise = kind === 'depthwise';
    const convolution = reader.convolution(
      `conv_${number}_weight`,
      [output, depthwise ? 1 : input, size, size],
      { stride, pad: (size - 1) / 2, depthwise },
      reader.read(`conv_${number}_bias`, [output]),
    );
    return { ...layer, convolution };
  });
}
