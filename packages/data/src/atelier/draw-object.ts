import type { RandomStream } from '@kaleido/foundation';
import { wholeAssortment } from './assortment.ts';
import { designProduct } from './design-product.ts';
import { drawProduct, type ViewKind } from './draw-product.ts';
import { drawThing } from './draw-thing.ts';
import { drawWearer } from './draw-wearer.ts';

/** What a product photograph can show. */
export type ObjectKind = 'garment' | 'worn' | 'thing';

/**
 * An object as SVG on a transparent background: a garment, a garment with its wearer, or something the atelier does not
 * sell. Its alpha channel is its mask. It serves to train networks that find objects on any background.
 * @param imageSize the side of the square picture in pixels
 */
export function drawObject(
  kind: ObjectKind,
  seed: number,
  index: number,
  imageSize: number,
  random: RandomStream,
): string {
  if (kind === 'thing') {
    const { definitions, shapes } = drawThing(random);
    return svg(imageSize, '-1.2 -1.2 2.4 2.4', definitions, shapes);
  }
  const product = designProduct(seed, index, wholeAssortment);
  const view: ViewKind = random.pick(['front', 'front', 'back', 'angled']);
  const { foreground, parts } = drawProduct(product, { number: 0, kind: view, background: 'studio' });
  const wearer = kind === 'worn' ? drawWearer(product.subcategory, parts[0]!, random) : undefined;
  const [, definitions = '', garment = ''] = /<defs>(.*?)<\/defs>(.*)<\/svg>$/s.exec(foreground) ?? [];
  if (wearer === undefined) return svg(imageSize, '0 0 256 256', definitions, garment);
  return svg(imageSize, '-96 -136 448 528', definitions, wearer.behind + garment + wearer.before);
}

function svg(size: number, viewBox: string, definitions: string, shapes: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="${viewBox}"><defs>${definitions}</defs>${shapes}</svg>`;
}
