import { type Tensor, type Tensor1D, type Tensor4D, tf } from '@kaleido/backend';
import { decodeSafetensors, float32Values, KaleidoError } from '@kaleido/foundation';

/** A network that turns pictures into a feature map, and the properties of its input and output. */
export interface ConvolutionalNetwork {
  /** Names the network; stored with the features. */
  readonly name: string;
  /** F: channels of its last map. */
  readonly featureWidth: number;
  /** Picture size over map size, in each direction (map size rounded up). */
  readonly stride: number;
  /** Normalisation of the RGB values 0..255: by ImageNet's mean and deviation. */
  readonly normalisation: 'imagenet';
  /**
   * Uploads the weights to the selected backend.
   * @throws KaleidoError for a broken file, and for a missing or misshapen layer
   */
  load(weights: Uint8Array): LoadedNetwork;
}

/** Receives the output of a layer, with its name. */
export type LayerListener = (layer: string, output: Tensor) => void;

export interface LoadedNetwork {
  /**
   * The last feature map, [B, height / stride, width / stride, F] (rounded up), after its last ReLU, so not negative.
   * @param pictures normalised RGB, [B, height, width, 3]
   */
  featureMap(pictures: Tensor4D, onLayer?: LayerListener): Tensor4D;
  dispose(): void;
}

/** A convolution on the backend. */
export interface Convolution {
  /** HWIO; depthwise [height, width, channels, 1]. */
  readonly kernel: Tensor4D;
  readonly bias: Tensor1D;
  readonly stride: 1 | 2;
  /** Zeros on every side, as in the weights' frameworks; for stride 2, `same` would put them only at the end. */
  readonly pad: number;
  readonly depthwise?: boolean;
}

/** A scale and a shift per channel: a BatchNorm that is not folded into a convolution. */
export interface Affine {
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
}

/** The scale and shift per channel of a trained BatchNorm. */
interface ChannelAffine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Added to the variance; 1e-5 in PyTorch and in MXNet. */
const batchNormEpsilon = 1e-5;

/** Loads the layers of one weights file onto the backend, and frees all of them together. */
export class LayerReader {
  readonly #tensors: ReturnType<typeof decodeSafetensors>['tensors'];
  readonly #network: string;
  readonly #advice: string;
  readonly #made: Tensor[] = [];

  /** @param advice where to get weights that fit */
  constructor(weights: Uint8Array, network: string, advice: string) {
    this.#tensors = decodeSafetensors(weights, `the ${network} weights`).tensors;
    this.#network = network;
    this.#advice = advice;
  }

  read(name: string, shape: readonly number[]): Float32Array {
    const stored = this.#tensors.get(name);
    if (stored === undefined || stored.shape.join() !== shape.join())
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `the ${this.#network} weights need "${name}" of shape [${shape.join(', ')}]`,
        found: stored === undefined ? 'nothing by that name' : stored.shape,
        advice: this.#advice,
      });
    return float32Values(stored, name);
  }

  /** Reads a BatchNorm by the names of its four vectors. */
  batchNorm(names: { gamma: string; beta: string; mean: string; variance: string }, channels: number): ChannelAffine {
    const [gamma, beta, mean, variance] = [names.gamma, names.beta, names.mean, names.variance].map((name) =>
      this.read(name, [channels]),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const scale = Float64Array.from(gamma, (value, i) => value / Math.sqrt(variance[i]! + batchNormEpsilon));
    return { scale, shift: Float64Array.from(beta, (value, i) => value - mean[i]! * scale[i]!) };
  }

  affine({ scale, shift }: ChannelAffine): Affine {
    return {
      scale: this.#keep(tf.tensor1d(Float32Array.from(scale))),
      shift: this.#keep(tf.tensor1d(Float32Array.from(shift))),
    };
  }

  /**
   * Reads a convolution, OIHW as PyTorch, MXNet and ONNX store it, with its bias, or with the following BatchNorm
   * folded in (in double precision, so that nothing is lost).
   */
  convolution(
    name: string,
    shape: readonly [output: number, input: number, height: number, width: number],
    form: Pick<Convolution, 'stride' | 'pad' | 'depthwise'>,
    behind: Float32Array | ChannelAffine | undefined,
  ): Convolution {
    const values = this.read(name, shape);
    const [output] = shape;
    const scaled = behind === undefined || behind instanceof Float32Array ? values : scaleOutputs(values, behind.scale);
    const bias =
      behind === undefined
        ? new Float32Array(output)
        : behind instanceof Float32Array
          ? behind
          : Float32Array.from(behind.shift);
    return {
      kernel: this.#keep(
        tf.tidy(() =>
          tf.transpose(tf.tensor4d(scaled, [...shape]), form.depthwise === true ? [2, 3, 0, 1] : [2, 3, 1, 0]),
        ),
      ),
      bias: this.#keep(tf.tensor1d(bias)),
      ...form,
    };
  }

  dispose(): void {
    tf.dispose(this.#made.splice(0));
  }

  #keep<Kept extends Tensor>(tensor: Kept): Kept {
    this.#made.push(tensor);
    return tensor;
  }
}

/** Multiplies each output's weights, [O, ...], by its scale. */
function scaleOutputs(values: Float32Array, scale: Float64Array): Float32Array {
  const scaled = new Float32Array(values.length);
  const perOutput = values.length / scale.length;
  for (const [output, factor] of scale.entries())
    for (let at = output * perOutput; at < (output + 1) * perOutput; at++) scaled[at] = values[at]! * factor;
  return scaled;
}

/** Loads a network's layers; frees those already uploaded if one does not fit. */
export function loadLayers<Layers>(reader: LayerReader, read: (reader: LayerReader) => Layers): Layers {
  try {
    return read(reader);
  } catch (error) {
    reader.dispose();
    throw error;
  }
}

export function convolve(
  x: Tensor4D,
  { kernel, bias, stride, pad, depthwise = false }: Convolution,
  activation: 'linear' | 'relu' | 'relu6',
): Tensor4D {
  const options = { x, filter: kernel, strides: stride, pad, bias, activation };
  return depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
}
