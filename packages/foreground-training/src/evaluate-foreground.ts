import { type BackgroundKind, openAtelier } from '@kaleido/data';
import { rasterisePixels } from '@kaleido/data/node';
import { enlargeMask, type MaskingFinder, type RgbImage } from '@kaleido/kaleido-patches';

/** How well a finder's masks match those of the atelier: mean intersection over union by kind of background. */
export type ForegroundFigures = Readonly<Record<`iou.${BackgroundKind | 'all'}`, number>>;

/** Pixels per side of the measured photographs, as in Fashion-Gen. */
const imageSize = 256;

const kinds: readonly BackgroundKind[] = ['studio', 'coloured', 'cluttered'];

/**
 * Measures a finder on unseen photographs of the atelier, the same number for each kind of background, against the
 * exact masks: a pixel belongs to the object if the garment covers half of it.
 */
export async function evaluateForeground(
  finder: Pick<MaskingFinder, 'mask'>,
  seed: number,
  pictures: number,
  onPicture?: (done: number) => void,
): Promise<ForegroundFigures> {
  const means: number[] = [];
  let done = 0;
  for (const kind of kinds) {
    const atelier = openAtelier({
      // Distant seeds draw other products.
      seed: seed + 1_000_003,
      products: Math.ceil(pictures / kinds.length),
      validation: 0,
      test: 0,
      viewsPerProduct: { least: 1, most: 1 },
      imageSize,
      backgrounds: { studio: 0, coloured: 0, cluttered: 0, [kind]: 1 },
    });
    const overlaps: number[] = [];
    for await (const { id, image } of atelier.products('train')) {
      const photograph = opaque(rasterisePixels(new TextDecoder().decode(image.bytes)).pixels);
      const { pixels } = rasterisePixels(atelier.truth(id).foreground);
      const truth = Float32Array.from({ length: imageSize * imageSize }, (_, i) => pixels[4 * i + 3]! / 255);
      overlaps.push(intersectionOverUnion(enlargeMask(await finder.mask(photograph), photograph), truth));
      onPicture?.(++done);
    }
    means.push(overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length);
  }
  const [studio, coloured, cluttered] = means as [number, number, number];
  return {
    'iou.studio': studio,
    'iou.coloured': coloured,
    'iou.cluttered': cluttered,
    'iou.all': (studio + coloured + cluttered) / kinds.length,
  };
}

/** Of the places where either mask is at least a half, the share where both are; 1 if there are none. */
export function intersectionOverUnion(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [a[i]! >= 0.5, b[i]! >= 0.5];
    if (inA && inB) both += 1;
    if (inA || inB) either += 1;
  }
  return either === 0 ? 1 : both / either;
}

function opaque(pixels: Uint8Array): RgbImage {
  const data = new Uint8Array(imageSize * imageSize * 3);
  for (let i = 0; i < imageSize * imageSize; i++) data.set(pixels.subarray(4 * i, 4 * i + 3), 3 * i);
  return { width: imageSize, height: imageSize, data };
}
