import { decodeText, otherEncoding } from '@kaleido/foundation';
import { imageMediaType } from './image-media-type.ts';
import { ownBytes } from './own-bytes.ts';
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

/** A cell with a value that is invalid for its column. */
export class UnusableCell {
  /** @param problem completes "an item_ID that ...", e.g. `is not UTF-8` */
  constructor(readonly problem: string) {}
}

/**
 * One row of the KAGL layout (`image.bytes`, `text`, `item_ID`, labels) as a product, or the reason why it is not one.
 * @param place where the row is, e.g. `row 7 of train-00000-of-00002.parquet`; used as the id if there is none
 * @param onLabelLeftOut called for a label that cannot be read; the product is kept without it
 */
export function catalogueRowToProduct(
  row: Readonly<Record<string, unknown>>,
  place: string,
  onLabelLeftOut?: (label: string, problem: string) => void,
): Product | SkippedProduct {
  const skipped = (id: string, kind: string): SkippedProduct => ({ id, reason: `${place} ${kind}`, kind });
  const id = textOf(row.item_ID);
  if (id === undefined) return skipped(place, 'has no item_ID');
  if (id instanceof UnusableCell) return skipped(place, `has an item_ID that ${id.problem}`);
  const bytes = (row.image as { bytes?: unknown } | null | undefined)?.bytes;
  if (bytes instanceof UnusableCell) return skipped(id, `has an image that ${bytes.problem}`);
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return skipped(id, 'has no image');
  const caption = textOf(row.text);
  if (caption === undefined) return skipped(id, 'has no text');
  if (caption instanceof UnusableCell) return skipped(id, `has a text that ${caption.problem}`);
  const attributes: Record<string, string> = {};
  for (const name of labelFields) {
    const value = textOf(row[name]);
    if (value instanceof UnusableCell) onLabelLeftOut?.(name, `${place} has a value that ${value.problem}`);
    else if (value !== undefined) attributes[name] = value;
  }
  const { category1, category2 } = attributes;
  return {
    id,
    productId: id,
    image: { bytes: ownBytes(bytes), mediaType: imageMediaType(bytes) },
    caption,
    ...(category1 === undefined ? {} : { category: category1 }),
    ...(category2 === undefined ? {} : { subcategory: category2 }),
    attributes,
  };
}

/** A cell as text; undefined for null, blanks, NaN (how pandas writes a missing number), and infinities. */
export function textOf(value: unknown): string | undefined | UnusableCell {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  if (value instanceof UnusableCell) return value;
  if (value instanceof Uint8Array) {
    const encoding = otherEncoding(value);
    if (encoding !== undefined) return new UnusableCell(`is not UTF-8: ${encoding}`);
    return textOf(decodeText(value, { source: 'data', name: 'a cell' }));
  }
  if (typeof value === 'object') return new UnusableCell(Array.isArray(value) ? 'is a list' : 'has fields of its own');
  const text = String(value).trim();
  return text === '' ? undefined : text;
}
