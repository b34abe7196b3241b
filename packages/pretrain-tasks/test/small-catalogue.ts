import { randomStream } from '@kaleido/foundation';
import { type FeatureReader, residentFeatures } from '@kaleido/layout';
import { negativeSampler, type PretrainSources, type TaskCatalogue } from '../src/index.ts';

export const vocabulary = { size: 60, mask: 4, firstOrdinary: 5 };
export const textLength = 14;

/** One photograph of a catalogue: its article, its caption, its sub-category and its picture, as numbers. */
export interface Row {
  readonly product: number;
  readonly caption: number;
  readonly group: number;
  readonly image?: number;
}

/** Captions of 2 to 12 pieces between [CLS] and [SEP], in words of 1 to 3; equal caption numbers have equal pieces. */
export function catalogueOf(rows: readonly Row[]): TaskCatalogue {
  const ids = new Int32Array(rows.length * textLength);
  const wordStarts = new Uint8Array(rows.length * textLength);
  const lengths = new Int32Array(rows.length);
  for (const [row, { caption }] of rows.entries()) {
    const random = randomStream(11, 'caption', caption);
    const pieces = 2 + random.integer(textLength - 3);
    const start = row * textLength;
    ids[start] = 2;
    for (let at = 1; at <= pieces; at++) {
      ids[start + at] = vocabulary.firstOrdinary + random.integer(vocabulary.size - vocabulary.firstOrdinary);
      wordStarts[start + at] = at === 1 || random.chance(0.6) ? 1 : 0;
    }
    ids[start + pieces + 1] = 3;
    lengths[row] = pieces + 2;
  }
  const of = (name: 'product' | 'caption' | 'group'): Int32Array => Int32Array.from(rows, (row) => row[name]);
  const images = Int32Array.from(rows, ({ image }, row) => image ?? 1000 + row);
  return {
    rows: rows.length,
    textLength,
    ids,
    wordStarts,
    lengths,
    products: of('product'),
    captions: of('caption'),
    groups: of('group'),
    ...(rows.some(({ image }) => image !== undefined) ? { images } : {}),
  };
}

/** F = 2: every vector says which row and which of the 74 slots it is. */
export function labelledFeatures(rows: number): FeatureReader {
  return residentFeatures({
    rows,
    featureWidth: 2,
    copy(row, slots, target, offset = 0) {
      for (const [i, slot] of slots.entries()) target.set([row, slot], offset + 2 * i);
    },
    positions: (row) => Float32Array.from({ length: 55 * 5 }, (_, place) => row + place / 1000),
  });
}

/**
 * Twelve photographs of ten articles in three sub-categories: 0 and 1 are one article, 2 and 3 have the same caption.
 */
export const rows: readonly Row[] = [
  { product: 0, caption: 0, group: 0 },
  { product: 0, caption: 1, group: 0 },
  { product: 1, caption: 2, group: 0 },
  { product: 2, caption: 2, group: 0 },
  { product: 3, caption: 3, group: 0 },
  { product: 4, caption: 4, group: 1 },
  { product: 5, caption: 5, group: 1 },
  { product: 6, caption: 6, group: 1 },
  { product: 7, caption: 7, group: 1 },
  { product: 8, caption: 8, group: 2 },
  { product: 9, caption: 9, group: 1 },
  { product: 9, caption: 9, group: 1 },
];

export function smallSources(of: readonly Row[] = rows): PretrainSources {
  const catalogue = catalogueOf(of);
  return {
    catalogue,
    features: labelledFeatures(of.length),
    negatives: negativeSampler(catalogue),
    vocabulary,
  };
}
