import {
  backgroundColourForeground,
  convolutionalExtractor,
  foregroundWeightsUrl,
  kaleidoPatches,
  mobileNetV2,
  networkForeground,
  pixelExtractor,
} from '@kaleido/kaleido-patches';
import { weightsUrl } from '@kaleido/mobilenet-v2-weights';

// Plain JavaScript, because both Node 20 and the page run it.

/** Generated pictures for which every decoder gives the same pixels. */
export const losslessPictures = ['true-colour.png', 'alpha.webp', 'palette.png', 'sixteen-bit.png', 'thin.png'];

/** The patch generator's results for a picture: boxes, a mask and the 74 vectors of two extractors. */
export async function tensorsOf(image, read) {
  const { coverage: _, fallback: __, mask: ___, ...box } = await backgroundColourForeground().find(image);
  const patches = kaleidoPatches(box, image);
  const finder = await networkForeground(await read(foregroundWeightsUrl));
  const { shares } = await finder.mask(image);
  finder.dispose();
  const pixels = await pixelExtractor({ size: 8 }).extract([{ image, patches }]);
  const inputSize = { width: 64, height: 64 };
  const network = await convolutionalExtractor(mobileNetV2, await read(weightsUrl), {
    scheme: 'pooled-map',
    inputSize,
  });
  const features = await network.extract([{ image, patches }]);
  network.dispose();
  return {
    box: [box.x0, box.y0, box.x1, box.y1],
    mask: [...shares],
    pixels: [...pixels],
    mobileNet: [...features],
  };
}
