import { type Tensor4D, tf } from '@kaleido/backend';
import { KaleidoError, sha256 } from '@kaleido/foundation';
import { resizeImage } from '../image/resize-image.ts';
import { type RgbImage, wholeImage } from '../image/rgb-image.ts';
import { normaliseForImageNet } from '../networks/image-net-normalisation.ts';
import { loadOnnxNetwork, type OnnxNetwork } from '../onnx/onnx-network.ts';
import { type MaskingFinder, maskingFinder } from './network-foreground.ts';
import type { ObjectInMaskOptions } from './object-in-mask.ts';

/** Side in pixels of the pictures that U^2-Net was trained on (Qin et al. 2020, section 4.2). */
const u2netSide = 320;

/**
 * Finds the object with U^2-Net, a salient-object network, in any of its sizes as an ONNX file;
 * `@kaleido/u2netp-weights` is the small one (4.6 MB, 1.1 million weights). Its first output is the mask, already
 * between 0 and 1.
 * Runs on the backend chosen by `selectBackend`; the weights are uploaded at the first use.
 * @throws KaleidoError at the first use for a file that cannot be read or computed
 */
export async function u2netForeground(onnx: Uint8Array, options: ObjectInMaskOptions = {}): Promise<MaskingFinder> {
  let network: OnnxNetwork | undefined;
  return maskingFinder('u2net', await sha256(onnx), options, {
    async mask(image) {
      network ??= loadOnnxNetwork(onnx, 'the U^2-Net file');
      const known = network;
      const shares = tf.tidy(() => known.run(u2netPicture(image))[0]!); // [1, 320, 320, 1]
      const [, height, width, channels] = shares.shape;
      const values = (await shares.data()) as Float32Array;
      shares.dispose();
      if (channels === 1) return { width, height, shares: values };
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: 'the first output of the U^2-Net file must be a mask of one channel',
        found: channels,
        advice: 'take the ONNX file of a salient-object network, such as that of @kaleido/u2netp-weights',
      });
    },
    dispose() {
      network?.dispose();
      network = undefined;
    },
  });
}

/** As the network's authors prepare it: 320 x 320, divided by its brightest value, ImageNet's mean and deviation. */
function u2netPicture(image: RgbImage): Tensor4D {
  const { data } = resizeImage(image, wholeImage(image), { width: u2netSide, height: u2netSide });
  const brightest = data.reduce((most, value) => Math.max(most, value), 1);
  return tf.tensor4d(normaliseForImageNet(Float32Array.from(data), brightest), [1, u2netSide, u2netSide, 3]);
}
