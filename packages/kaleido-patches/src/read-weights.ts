import { readWeightsFile } from './extractors/read-weights-file.ts';
import { type NetworkKind, packagedWeights, type WeightsOf } from './weights-of.ts';

/** Names of the networks in errors. */
const names: Readonly<Record<NetworkKind, string>> = {
  'mobilenet-v2': 'MobileNetV2',
  resnet50: 'resnet50',
  'resnet50-v2-stage3': 'resnet50-v2-stage3',
  network: 'the foreground network',
  u2net: 'U^2-Net',
};

/**
 * Reads weights from disk: those at `place`, or by default those of this project.
 * @throws KaleidoError where they cannot be read
 */
export const readWeights: WeightsOf = (network, place) =>
  readWeightsFile(
    // The ResNets' weights are too large for a package.
    place ?? packagedWeights[network] ?? '',
    names[network],
    network in packagedWeights
      ? undefined
      : 'name a safetensors file laid out as the README of @kaleido/kaleido-patches says',
  );
