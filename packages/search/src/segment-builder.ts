import type { VectorPrecision } from './manifest.ts';
import { type StoredVectors, toBytes } from './quantise.ts';
import type { SegmentContent, StoredFeatures } from './segment-files.ts';
import { type StoredProduct, storedBytes } from './stored-product.ts';

/** A product with everything that its segment keeps. */
export interface SegmentRow {
  readonly product: Omit<StoredProduct, 'picture'>;
  readonly vector: StoredVectors;
  readonly picture?: Uint8Array | undefined;
  readonly features?: StoredFeatures | undefined;
}

/** The row of a new product. */
export function storedVector(vector: Float32Array, precision: VectorPrecision): StoredVectors {
  return precision === 'float32' ? { values: vector } : toBytes(vector, vector.length);
}

/** How large a segment becomes. */
export interface SegmentSize {
  readonly rows: number;
  /** Of products and pictures; files of up to 100 MB are read whole. */
  readonly bytes: number;
}

/** Collects rows in memory until they are written together. */
export class SegmentBuilder {
  readonly #width: number;
  readonly #full: SegmentSize;
  #rows: SegmentRow[] = [];
  #bytes = 0;

  constructor(width: number, full: SegmentSize) {
    this.#width = width;
    this.#full = full;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  get isFull(): boolean {
    return this.#rows.length >= this.#full.rows || this.#bytes >= this.#full.bytes;
  }

  add(row: SegmentRow): void {
    this.#rows.push(row);
    this.#bytes += storedBytes(row.product) + (row.picture?.length ?? 0);
  }

  /** Everything collected; the builder is then empty. At least one row must have been added. */
  take(): SegmentContent {
    const rows = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    let at = 0;
    const products = rows.map(({ product, picture }) => {
      if (picture === undefined) return product;
      const begin = at;
      at += picture.length;
      return { ...product, picture: [begin, at] as const };
    });
    const features = rows.flatMap(({ features: own }) => own ?? []);
    return {
      products,
      vectors: joined(
        rows.map(({ vector }) => vector),
        this.#width,
      ),
      pictures: rows.flatMap(({ picture }) => picture ?? []),
      features: features.length === 0 ? undefined : features,
    };
  }
}

function joined(vectors: readonly StoredVectors[], width: number): StoredVectors {
  const count = vectors.length * width;
  const [first] = vectors;
  if (first !== undefined && !('scales' in first)) {
    const values = new Float32Array(count);
    for (const [row, vector] of vectors.entries()) values.set(vector.values, row * width);
    return { values };
  }
  const values = new Int8Array(count);
  const scales = new Float32Array(vectors.length);
  for (const [row, vector] of vectors.entries()) {
    values.set(vector.values, row * width);
    if ('scales' in vector) scales.set(vector.scales, row);
  }
  return { values, scales };
}
