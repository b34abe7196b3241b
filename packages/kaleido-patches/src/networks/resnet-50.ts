import { type Tensor4D, tf } from '@kaleido/backend';
import {
  type Convolution,
  type ConvolutionalNetwork,
  convolve,
  LayerReader,
  loadLayers,
} from './convolutional-network.ts';
import { stemPool } from './stem-pool.ts';

interface Block {
  readonly name: string;
  readonly reduce: Convolution;
  readonly middle: Convolution;
  readonly expand: Convolution;
  /** In the first block of a stage: brings the input to the output's size. */
  readonly project: Convolution | undefined;
}

/** He et al. (2016), table 1: blocks, and channels between the two 1 x 1 convolutions; the output has four times as many. */
const stages = [
  { blocks: 3, channels: 64 },
  { blocks: 4, channels: 128 },
  { blocks: 6, channels: 256 },
  { blocks: 3, channels: 512 },
] as const;

/**
 * ResNet-50, the paper's own extractor (2,048 features). Weights in torchvision's layout: `conv1.weight`,
 * `bn1.{weight,bias,running_mean,running_var}`, `layer1.0.conv1.weight`, ..., `layer1.0.downsample.{0,1}`; the stride of
 * a stage is in the 3 x 3 convolution, as in torchvision. The classifier `fc` is not read.
 */
export const resNet50: ConvolutionalNetwork = {
  name: 'resnet50',
  featureWidth: 2048,
  stride: 32,
  normalisation: 'imagenet',
  load(weights) {
    const reader = new LayerReader(
      weights,
      'ResNet-50',
      'save the state_dict of torchvision.models.resnet50 as safetensors',
    );
    const { stem, blocks } = loadLayers(reader, readLayers);
    return {
      featureMap: (pictures, onLayer) =>
        tf.tidy(() => {
          const first = convolve(pictures, stem, 'relu'); // [B, height / 2, width / 2, 64]
          let x = stemPool(first); // [B, height / 4, width / 4, 64]
          onLayer?.('maxpool', x);
          for (const block of blocks) {
            const output = bottleneck(x, block);
            tf.dispose(x);
            x = output;
            onLayer?.(block.name, x);
          }
          return x; // [B, height / 32, width / 32, 2048]
        }),
      dispose: () => reader.dispose(),
    };
  },
};

function readLayers(reader: LayerReader): { readonly stem: Convolution; readonly blocks: readonly Block[] } {
  const layer = (
    convolution: string,
    norm: string,
    [output, input, size]: readonly [number, number, number],
    stride: 1 | 2 = 1,
  ): Convolution =>
    reader.convolution(
      `${convolution}.weight`,
      [output, input, size, size],
      { stride, pad: (size - 1) / 2 },
      reader.batchNorm(
        {
          gamma: `${norm}.weight`,
          beta: `${norm}.bias`,
          mean: `${norm}.running_mean`,
          variance: `${norm}.running_var`,
        },
        output,
      ),
    );
  const stem = layer('conv1', 'bn1', [64, 3, 7], 2);
  let input = 64;
  const blocks = stages.flatMap((stage, number) =>
    Array.from({ length: stage.blocks }, (_, index): Block => {
      const name = `layer${number + 1}.${index}`;
      const { channels } = stage;
      const stride = number > 0 && index === 0 ? 2 : 1;
      const from = input;
      input = 4 * channels;
      return {
        name,
        reduce: layer(`${name}.conv1`, `${name}.bn1`, [channels, from, 1]),
        middle: layer(`${name}.conv2`, `${name}.bn2`, [channels, channels, 3], stride),
        expand: layer(`${name}.conv3`, `${name}.bn3`, [4 * channels, channels, 1]),
        project:
          index === 0
            ? layer(`${name}.downsample.0`, `${name}.downsample.1`, [4 * channels, from, 1], stride)
            : undefined,
      };
    }),
  );
  return { stem, blocks };
}

function bottleneck(x: Tensor4D, { reduce, middle, expand, project }: Block): Tensor4D {
  return tf.tidy(() => {
    const inner = convolve(convolve(convolve(x, reduce, 'relu'), middle, 'relu'), expand, 'linear');
    return tf.relu(tf.add<Tensor4D>(project === undefined ? x : convolve(x, project, 'linear'), inner));
  });
}
