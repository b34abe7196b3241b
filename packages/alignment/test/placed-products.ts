import { type RandomStream, randomStream } from '@kaleido/foundation';
import { type FeatureTable, patchSlots, residentFeatures } from '@kaleido/layout';
import { createTokenizer, type Tokenizer } from '@kaleido/tokenizer';
import type { AlignableProducts } from '../src/aligner.ts';

const pieces = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  'a',
  'with',
  'and',
  'shirt',
  'bag',
  'pocket',
  '##s',
  'belt',
  'logo',
  ',',
  'red',
];

export const tokenizer: Tokenizer = createTokenizer(pieces);

/** Where a part changes the features, by group: index among the 55 patches. */
export const placeOf: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  shirt: { pockets: 30 + 6, belt: 30 + 12 },
  bag: { pockets: 30 + 18, belt: 30 + 2 },
};

const F = 6;

export interface PlacedProducts extends AlignableProducts {
  readonly captions: readonly string[];
}

/**
 * Products of two groups whose parts change the features of one patch, in a direction of the part's own.
 * @param change by how much; the features of a group spread over 1
 */
export function placedProducts(rows: number, seed: number, change = 1.5): PlacedProducts {
  const random = randomStream(seed, 'placed products');
  const T = 16;
  const products = Array.from({ length: rows }, () => product(random, change));
  const encoded = products.map(({ caption }) => tokenizer.encode(caption, { maximumLength: T }));
  const fill = <Values extends Int32Array | Uint8Array>(
    target: Values,
    of: (row: number) => ArrayLike<number>,
  ): Values => {
    for (let row = 0; row < rows; row++) target.set(of(row), row * T);
    return target;
  };
  const table: FeatureTable = {
    rows,
    featureWidth: F,
    copy(row, slots, target, offset = 0) {
      for (const [at, slot] of slots.entries()) {
        const patch = patchSlots.indexOf(slot);
        target.set((products[row] as Product).features.subarray(patch * F, (patch + 1) * F), offset + at * F);
      }
    },
    positions: () => new Float32Array(55 * 5),
  };
  return {
    rows,
    textLength: T,
    ids: fill(new Int32Array(rows * T), (row) => encoded[row]!.ids),
    wordStarts: fill(new Uint8Array(rows * T), (row) => encoded[row]!.wordStarts),
    lengths: Int32Array.from(encoded, ({ ids }) => ids.length),
    groups: products.map(({ group }) => group),
    features: residentFeatures(table),
    captions: products.map(({ caption }) => caption),
  };
}

interface Product {
  readonly group: string;
  readonly caption: string;
  /** [55, F] */
  readonly features: Float32Array;
}

function product(random: RandomStream, change: number): Product {
  const group = random.pick(['shirt', 'bag']);
  const parts = ['pockets', 'belt'].filter(() => random.chance(0.5));
  // A word without looks, for chance to find.
  const said = random.chance(0.5) ? [...parts, 'logo'] : parts;
  const features = new Float32Array(55 * F);
  // A group has looks of its own everywhere, which no word may be given for.
  for (let i = 0; i < features.length; i++) features[i] = random.uniform() - 0.5 + (group === 'bag' ? 2 : 0);
  for (const part of parts) {
    const place = (placeOf[group] as Record<string, number>)[part] as number;
    features[place * F + (part === 'belt' ? 1 : 3)]! += change;
  }
  return {
    group,
    features,
    caption: [`a ${group}`, ...(said.length === 0 ? [] : ['with', said.join(' and ')])].join(' '),
  };
}
