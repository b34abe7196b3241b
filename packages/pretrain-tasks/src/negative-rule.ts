import type { TaskCatalogue } from './catalogue.ts';

/** Whether a row is a negative of another; symmetric. */
export type NegativeRule = (row: number, other: number) => boolean;

/**
 * Two rows are not negatives of each other if they show one product, have the same caption, or if the picture of one is
 * among the pictures of the other's product. Only the pair itself is compared: two products that each share a picture
 * with a third are still negatives.
 */
export function negativeRule({
  products,
  captions,
  images,
}: Pick<TaskCatalogue, 'products' | 'captions' | 'images'>): NegativeRule {
  const sharePicture = images && pictureRule(products, images);
  return (row, other) =>
    products[row] !== products[other] && captions[row] !== captions[other] && sharePicture?.(row, other) !== true;
}

/** Whether the picture of one row is among those of the other's product; undefined if no picture is of two products. */
function pictureRule(products: Int32Array, images: Int32Array): NegativeRule | undefined {
  const firstProduct = new Map<number, number>();
  const shared = new Set<number>();
  let most = 0;
  for (const [row, image] of images.entries()) {
    const product = products[row] as number;
    const first = firstProduct.get(image);
    if (first === undefined) firstProduct.set(image, product);
    else if (first !== product) shared.add(image);
    most = Math.max(most, image);
  }
  if (shared.size === 0) return undefined;
  // Product and picture in one number. Pictures of only one product are left out: they cannot match another product's.
  const key = (product: number, image: number): number => product * (most + 1) + image;
  const shown = new Set<number>();
  for (const [row, image] of images.entries()) if (shared.has(image)) shown.add(key(products[row] as number, image));
  const shows = (row: number, other: number): boolean =>
    shown.has(key(products[row] as number, images[other] as number));
  return (row, other) => shows(row, other) || shows(other, row);
}
