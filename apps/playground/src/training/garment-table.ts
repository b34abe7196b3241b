import { captionKey } from '@kaleido/eval';
import type { FeatureTable } from '@kaleido/layout';
import type { Look } from '@kaleido/pipeline';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { Garment } from './garments.ts';

/** What a caption becomes; a tokenizer of `@kaleido/tokenizer` does it. */
export interface CaptionEncoder {
  encode(
    caption: string,
    options: { readonly maximumLength: number },
  ): { readonly ids: ArrayLike<number>; readonly wordStarts: ArrayLike<number> };
}

interface Row {
  readonly slots: Float32Array;
  readonly positions: Float32Array;
  readonly ids: ArrayLike<number>;
  readonly wordStarts: ArrayLike<number>;
  readonly caption: string;
  readonly subcategory: string;
}

/** Garments as training reads them. It grows while it trains: a part of it is taken by `part`, and stays the same. */
export class GarmentTable {
  readonly #rows: Row[] = [];
  readonly #featureWidth: number;
  readonly #textLength: number;
  readonly #encoder: CaptionEncoder;

  /** @param textLength most word pieces of a caption */
  constructor(featureWidth: number, textLength: number, encoder: CaptionEncoder) {
    this.#featureWidth = featureWidth;
    this.#textLength = textLength;
    this.#encoder = encoder;
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** Bytes of the features. */
  get bytes(): number {
    return this.#rows.reduce((sum, { slots, positions }) => sum + slots.byteLength + positions.byteLength, 0);
  }

  add({ slots, batch }: Pick<Look, 'slots' | 'batch'>, { caption, subcategory }: Garment): void {
    const { ids, wordStarts } = this.#encoder.encode(caption, { maximumLength: this.#textLength });
    this.#rows.push({ slots, positions: batch.positions, ids, wordStarts, caption, subcategory });
  }

  /** The first garments. */
  part(count: number): { readonly catalogue: TaskCatalogue; readonly features: FeatureTable } {
    const rows = this.#rows.slice(0, count);
    const F = this.#featureWidth;
    return {
      catalogue: catalogueOf(rows, this.#textLength),
      features: {
        rows: rows.length,
        featureWidth: F,
        copy(row, slots, target, offset = 0) {
          const own = rowOf(rows, row).slots;
          for (const [at, slot] of slots.entries()) target.set(own.subarray(slot * F, (slot + 1) * F), offset + at * F);
        },
        positions: (row) => rowOf(rows, row).positions,
      },
    };
  }
}

function rowOf(rows: readonly Row[], row: number): Row {
  const own = rows[row];
  if (own === undefined) throw new RangeError(`there is no garment ${row}`);
  return own;
}

function catalogueOf(rows: readonly Row[], textLength: number): TaskCatalogue {
  const ids = new Int32Array(rows.length * textLength);
  const wordStarts = new Uint8Array(rows.length * textLength);
  for (const [row, own] of rows.entries()) {
    ids.set(own.ids, row * textLength);
    wordStarts.set(own.wordStarts, row * textLength);
  }
  return {
    rows: rows.length,
    textLength,
    ids,
    wordStarts,
    lengths: Int32Array.from(rows, (row) => row.ids.length),
    products: Int32Array.from(rows, (_, row) => row),
    captions: numbers(rows.map(({ caption }) => captionKey(caption))),
    groups: numbers(rows.map(({ subcategory }) => subcategory)),
  };
}

/** Numbers names in the order of their first occurrence. */
function numbers(names: readonly string[]): Int32Array {
  const known = new Map<string, number>();
  for (const name of names) if (!known.has(name)) known.set(name, known.size);
  return Int32Array.from(names, (name) => known.get(name) as number);
}
