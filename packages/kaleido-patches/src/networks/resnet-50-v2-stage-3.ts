import { type Tensor4D, tf } from '@kaleido/backend';
import {
  type Affine,
  type Convolution,
  type ConvolutionalNetwork,
  convolve,
  LayerReader,
  loadLayers,
} from './convolutional-network.ts';
import { stemPool } from './stem-pool.ts';

interface Block {
  readonly name: string;
  /** The first BatchNorm; a ReLU follows, so it cannot be folded into a convolution. */
  readonly before: Affine;
  readonly reduce: Convolution;
  readonly middle: Convolution;
  readonly expand: Convolution;
  readonly project: Convolution | undefined;
}

interface Layers {
  readonly input: Affine;
  readonly stem: Convolution;
  readonly blocks: readonly Block[];
  readonly last: Affine;
}

/** Blocks and inner channels of the first three stages; the output has four times as many. */
const stages = [
  { blocks: 3, channels: 64 },
  { blocks: 4, channels: 128 },
  { blocks: 6, channels: 256 },
] as const;

const prefix = 'resnetv24';

/**
 * ResNet-50 v2 (pre-activation, He et al. 2016b) up to the end of its third stage, 1,024 features at a sixteenth of the
 * size, with MXNet's names as in the ONNX model zoo's resnet50-v2-7: `resnetv24_stage1_conv0_weight` and so on. The map
 * is taken after the first BatchNorm and ReLU of the fourth stage.
 */
export const resNet50V2Stage3: ConvolutionalNetwork = {
  name: 'resnet50-v2-stage3',
  featureWidth: 1024,
  stride: 16,
  normalisation: 'imagenet',
  load(weights) {
    const reader = new LayerReader(
      weights,
      'ResNet-50 v2',
      'take the weights of resnet50-v2-7 of the ONNX model zoo as safetensors',
    );
    const { input, stem, blocks, last } = loadLayers(reader, readLayers);
    return {
      featureMap: (pictures, onLayer) =>
        tf.tidy(() => {
          const normalised = affine(pictures, input);
          onLayer?.('batchnorm0', normalised);
          let x = stemPool(convolve(normalised, stem, 'relu')); // [B, height / 4, width / 4, 64]
          onLayer?.('pool0', x);
          for (const block of blocks) {
            const output = preActivated(x, block);
            tf.dispose(x);
            x = output;
            onLayer?.(block.name, x);
          }
          const map = tf.relu(affine(x, last)); // [B, height / 16, width / 16, 1024]
          onLayer?.('stage4_batchnorm0_relu', map);
          return map;
        }),
      dispose: () => reader.dispose(),
    };
  },
};

function readLayers(reader: LayerReader): Layers {
  const norm = (name: string, channels: number) =>
    reader.batchNorm(
      {
        gamma: `${name}_gamma`,
        beta: `${name}_beta`,
        mean: `${name}_running_mean`,
        variance: `${name}_running_var`,
      },
      channels,
    );
  const layer = (
    name: string,
    [output, input, size]: readonly [number, number, number],
    stride: 1 | 2,
    behind: ReturnType<typeof norm> | undefined,
  ): Convolution =>
    reader.convolution(`${name}_weight`, [output, input, size, size], { stride, pad: (size - 1) / 2 }, behind);
  const input = reader.affine(norm(`${prefix}_batchnorm0`, 3));
  const stem = layer(`${prefix}_conv0`, [64, 3, 7], 2, norm(`${prefix}_batchnorm1`, 64));
  let width = 64;
  const blocks = stages.flatMap((stage, number) => {
    const name = `${prefix}_stage${number + 1}`;
    // Convolutions and BatchNorms are numbered through a stage; the first block also has a projection.
    let convolution = 0;
    let batchNorm = 0;
    return Array.from({ length: stage.blocks }, (_, index): Block => {
      const { channels } = stage;
      const from = width;
      width = 4 * channels;
      const stride = number > 0 && index === 0 ? 2 : 1;
      const nextNorm = (size: number) => norm(`${name}_batchnorm${batchNorm++}`, size);
      const nextName = (): string => `${name}_conv${convolution++}`;
      return {
        name: `stage${number + 1}_block${index}`,
        before: reader.affine(nextNorm(from)),
        reduce: layer(nextName(), [channels, from, 1], 1, nextNorm(channels)),
        middle: layer(nextName(), [channels, channels, 3], stride, nextNorm(channels)),
        expand: layer(nextName(), [4 * channels, channels, 1], 1, undefined),
        project: index === 0 ? layer(nextName(), [4 * channels, from, 1], stride, undefined) : undefined,
      };
    });
  });
  return { input, stem, blocks, last: reader.affine(norm(`${prefix}_stage4_batchnorm0`, width)) };
}

function affine(x: Tensor4D, { scale, shift }: Affine): Tensor4D {
  return tf.add(tf.mul(x, scale), shift);
}

function preActivated(x: Tensor4D, { before, reduce, middle, expand, project }: Block): Tensor4D {
  return tf.tidy(() => {
    const active = tf.relu(affine(x, before));
    const inner = convolve(convolve(convolve(active, reduce, 'relu'), middle, 'relu'), expand, 'linear');
    return tf.add<Tensor4D>(project === undefined ? x : convolve(active, project, 'linear'), inner);
  });
}
