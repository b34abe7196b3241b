import { weightsUrl as mobileNetUrl } from '@kaleido/mobilenet-v2-weights';
import { weightsUrl as u2netpUrl } from '@kaleido/u2netp-weights';
import { foregroundWeightsUrl } from './foreground/foreground-weights.ts';

/** Networks with weights, by the kind of their extractor or foreground finder. */
export type NetworkKind = 'mobilenet-v2' | 'resnet50' | 'resnet50-v2-stage3' | 'network' | 'u2net';

/**
 * Reads the weights of a network.
 * @param place the path or URL in the description; undefined if there is none
 */
export type WeightsOf = (network: NetworkKind, place: string | undefined) => Promise<Uint8Array>;

/** Locations of the weights of this project: file URLs in Node, asset URLs in a bundle. */
export const packagedWeights: Readonly<Partial<Record<NetworkKind, URL>>> = {
  'mobilenet-v2': mobileNetUrl,
  network: foregroundWeightsUrl,
  u2net: u2netpUrl,
};
