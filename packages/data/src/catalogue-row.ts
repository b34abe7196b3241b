import { imageMediaType } from './image-media-type.ts';
import type { Product, SkippedProduct } from './product.ts';

/** The label fields of the KAGL layout; each is optional. */
export const labelFields = [
  'gender',
  'category1',
  'category2',
  'category3',
  'baseColour',
  'season',
  'year',
  'usage',
] as const;

/**
 * One row of the KAGL layout (`image.bytes`, `text`, `item_ID`, labels) as a product, or the reason why it is none.
 * @param place where the row lies, e.g. `row 7 of train-00000-of-00002.parquet`; stands for the id where there is none
 */
export function catalogueRowToProduct(row: Readonly<Record<string, unknown>>, place: string): Product | SkippedProduct {
  const skipped = (id: string, kind: string): SkippedProduct => ({ id, reason: `${place} ${kind}`, kind });
  const id = textOf(row.item_ID);
  if (id === undefined) return skipped(place, 'has no item_ID');
  const bytes = (row.image as { bytes?: unknown } | null | undefined)?.bytes;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return skipped(id, 'has no image');
  const caption = textOf(row.text);
  if (caption === undefined) return skipped(id, 'has no text');
  const attributes: Record<string, string> = {};
  for (const name of labelFields) {
    const value = textOf(row[name]);
    if (value !== undefined) attributes[name] = value;
  }
  const { category1, category2 } = attributes;
  return {
    id,
    productId: id,
    // A copy: the reader's bytes are a view into a whole row group, which would then live as long as the image does.
    image: { bytes: new Uint8Array(bytes), mediaType: imageMediaType(bytes) },
    caption,
    ...(category1 === undefined ? {} : { category: category1 }),
    ...(category2 === undefined ? {} : { subcategory: category2 }),
    attributes,
  };
}

/** A cell as text; nothing for null, blanks, nested values, NaN (which is how pandas writes a missing number), and infinities. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return undefined;
  // Text columns that carry no text mark in the file come as bytes.
  const text = (value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)).trim();
  return text === '' ? undefined : text;
}
