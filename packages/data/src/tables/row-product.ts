import { textOf, UnusableCell } from '../catalogue-row.ts';
import { UnusablePath } from '../image-file.ts';
import { imageMediaType } from '../image-media-type.ts';
import { type ColumnMapping, patternColumns } from '../mapping/column-mapping.ts';
import { ownBytes } from '../own-bytes.ts';
import type { ReadPicture } from '../pictures-ahead.ts';
import type { Product, SkippedProduct } from '../product.ts';
import type { PictureCell, Table, TableRow } from './table.ts';

export interface RowProductOptions {
  readonly mapping: ColumnMapping;
  readonly readPicture: ReadPicture;
  /** Is called for a label that cannot be read; the product is kept without it. */
  readonly onLabelLeftOut?: (label: string, problem: string) => void;
}

/** What tells a row from others, before its picture is read. */
export interface RowKey {
  readonly id: string;
  /** Shared by all views of a product. */
  readonly productId: string;
}

/** The id and product of a row, or the reason why it has none. */
export function rowKey(
  row: TableRow,
  { table, mapping }: { readonly table: Table; readonly mapping: ColumnMapping },
): RowKey | SkippedProduct {
  const { values, place, number } = row;
  const skipped = (kind: string): SkippedProduct => ({ id: place, reason: `${place} ${kind}`, kind });
  let id: string;
  if (mapping.id === undefined) {
    const path = pictureOf(row, mapping);
    id = typeof path === 'string' ? path.replace(/\.[^./\\]*$/, '') : `${table.name.replace(/\.\w+$/, '')}-${number}`;
  } else {
    const text = textOf(values.get(mapping.id));
    if (text === undefined) return skipped('has no id');
    if (text instanceof UnusableCell) return skipped(`has an id that ${text.problem}`);
    id = text;
  }
  const product = mapping.product === undefined ? undefined : textOf(values.get(mapping.product));
  return { id, productId: typeof product === 'string' ? product : id };
}

/** A row as a product, or the reason why it is not one. */
export async function rowProduct(
  row: TableRow,
  { id, productId }: RowKey,
  options: RowProductOptions,
): Promise<Product | SkippedProduct> {
  const { mapping, readPicture, onLabelLeftOut } = options;
  const { place, values } = row;
  const skipped = (kind: string, detail = ''): SkippedProduct => ({ id, reason: `${place} ${kind}${detail}`, kind });
  const caption = captionOf(row, mapping);
  if (caption === undefined) return skipped('has no caption');
  if (caption instanceof UnusableCell) return skipped(`has a caption that ${caption.problem}`);
  const picture = pictureOf(row, mapping);
  if (picture === undefined) return skipped('has no image');
  if (picture instanceof UnusableCell) return skipped(`has an image that ${picture.problem}`);
  const bytes = typeof picture === 'string' ? await readPicture(picture) : picture;
  if (bytes instanceof UnusablePath)
    return skipped(`has an image path that ${bytes.problem}`, `: ${bytes.path.slice(0, 200)}`);
  if (bytes.length === 0) return skipped(typeof picture === 'string' ? 'has an empty image file' : 'has no image');
  const attributes: Record<string, string> = {};
  for (const column of mapping.attributes) {
    const value = textOf(values.get(column));
    if (value instanceof UnusableCell) onLabelLeftOut?.(column, `${place} has a value that ${value.problem}`);
    else if (value !== undefined) Object.defineProperty(attributes, column, { value, enumerable: true });
  }
  const category = labelOf(row, mapping.category);
  const parts = mapping.categorySeparator === undefined ? [] : partsOf(category, mapping.categorySeparator);
  const coarse = parts.length === 0 ? category : (parts.at(-2) ?? parts[0]);
  const fine = labelOf(row, mapping.subcategory) ?? parts.at(-1);
  return {
    id,
    productId,
    image: { bytes: ownBytes(bytes), mediaType: imageMediaType(bytes) },
    caption,
    ...(coarse === undefined ? {} : { category: coarse }),
    ...(fine === undefined ? {} : { subcategory: fine }),
    attributes,
  };
}

/** The bytes of a row's picture, or the path of its file. */
export function pictureOf({ values }: TableRow, { image }: ColumnMapping): PictureCell {
  const columns = patternColumns(image);
  if (columns === undefined) {
    const value = values.get(image);
    return value instanceof Uint8Array && !isText(value) ? value : textOf(value);
  }
  let path = image;
  for (const column of columns) {
    const text = textOf(values.get(column));
    if (typeof text !== 'string') return text;
    path = path.replaceAll(`{${column}}`, () => text);
  }
  return path;
}

/** Some writers store paths as binary; a picture begins with bytes that no path has. */
function isText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.length < 1024 && bytes.every((byte) => byte >= 0x20 && byte !== 0x3c);
}

function captionOf({ values }: TableRow, { caption }: ColumnMapping): string | undefined | UnusableCell {
  let text: string | undefined;
  for (const column of caption) {
    const part = textOf(values.get(column));
    if (part instanceof UnusableCell) return part;
    if (part === undefined) continue;
    text = text === undefined ? part : `${text}${/[.!?:;]$/.test(text) ? ' ' : '. '}${part}`;
  }
  return text;
}

function labelOf({ values }: TableRow, column: string | undefined): string | undefined {
  const text = column === undefined ? undefined : textOf(values.get(column));
  return typeof text === 'string' ? text : undefined;
}

function partsOf(path: string | undefined, separator: string): string[] {
  return (path ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
