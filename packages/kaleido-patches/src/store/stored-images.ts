import type { PositionScale } from '@kaleido/layout';
import type { Box, Size } from '../box.ts';
import type { ForegroundFallback } from '../foreground/foreground-finder.ts';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { patchPositions } from '../patch-positions.ts';
import type { StoredImage } from './feature-store-header.ts';

/** The images of a store, row by row. Each object is created on request: a million would fill the memory. */
export interface StoredImages extends Iterable<StoredImage> {
  readonly length: number;
  /** The image of a row; undefined for a row that does not exist. */
  at(row: number): StoredImage | undefined;
  map<Value>(use: (image: StoredImage, row: number) => Value): Value[];
  flatMap<Value>(use: (image: StoredImage, row: number) => readonly Value[]): Value[];
  filter(keep: (image: StoredImage, row: number) => boolean): StoredImage[];
}

/** Numbers per row in `boxes`: x0, y0, x1, y1, width, height. */
const boxWidth = 6;

/** Compact storage for a million images: 24 bytes each, and their two names. */
export class ImageList implements StoredImages {
  /** Int32, [rows, 6]: box and size, shared by all threads. */
  readonly boxes: SharedArrayBuffer;
  readonly #boxes: Int32Array;
  readonly #ids: string[] = [];
  readonly #productIds: string[] = [];
  readonly #fallbacks = new Map<number, ForegroundFallback>();
  readonly #notes = new Map<number, string>();
  #rowsById: Map<string, number> | undefined;

  constructor(rows: number) {
    this.boxes = new SharedArrayBuffer(rows * boxWidth * Int32Array.BYTES_PER_ELEMENT);
    this.#boxes = new Int32Array(this.boxes);
  }

  get length(): number {
    return this.#ids.length;
  }

  push({ id, productId, box, width, height, fallback, note }: StoredImage): void {
    const row = this.#ids.length;
    this.#boxes.set([box.x0, box.y0, box.x1, box.y1, width, height], row * boxWidth);
    this.#ids.push(id);
    // One string if both are equal, as for products with one photograph.
    this.#productIds.push(productId === id ? id : productId);
    if (fallback !== undefined) this.#fallbacks.set(row, fallback);
    if (note !== undefined) this.#notes.set(row, note);
  }

  /** The row of an image; undefined for an unknown id. */
  rowOf(id: string): number | undefined {
    this.#rowsById ??= new Map(this.#ids.map((known, row) => [known, row]));
    return this.#rowsById.get(id);
  }

  at(row: number): StoredImage | undefined {
    const id = this.#ids[row];
    if (id === undefined) return undefined;
    const { box, ...size } = boxAndSize(this.#boxes, row);
    const fallback = this.#fallbacks.get(row);
    const note = this.#notes.get(row);
    return {
      id,
      productId: this.#productIds[row] as string,
      box,
      ...size,
      ...(fallback === undefined ? {} : { fallback }),
      ...(note === undefined ? {} : { note }),
    };
  }

  *[Symbol.iterator](): Generator<StoredImage> {
    for (let row = 0; row < this.length; row++) yield this.at(row) as StoredImage;
  }

  map<Value>(use: (image: StoredImage, row: number) => Value): Value[] {
    return Array.from(this, use);
  }

  flatMap<Value>(use: (image: StoredImage, row: number) => readonly Value[]): Value[] {
    const values: Value[] = [];
    for (let row = 0; row < this.length; row++) values.push(...use(this.at(row) as StoredImage, row));
    return values;
  }

  filter(keep: (image: StoredImage, row: number) => boolean): StoredImage[] {
    return this.flatMap((image, row) => (keep(image, row) ? [image] : []));
  }
}

/** Whether `ImageList` can store these numbers. */
export function isWholePixels(numbers: readonly number[]): boolean {
  return numbers.every((value) => value === (value | 0));
}

function boxAndSize(boxes: Int32Array, row: number): Size & { readonly box: Box } {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, width = 0, height = 0] = boxes.subarray(row * boxWidth, (row + 1) * boxWidth);
  return { box: { x0, y0, x1, y1 }, width, height };
}

/** The positions of a row's 55 patches, [55, 5], from `ImageList.boxes`. */
export function storedPositions(boxes: Int32Array, row: number, scale: PositionScale): Float32Array {
  const { box, ...size } = boxAndSize(boxes, row);
  return patchPositions(kaleidoPatches(box, size), size, scale);
}
