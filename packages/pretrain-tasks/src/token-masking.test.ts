import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import fc from 'fast-check';
import { type MaskedCaption, type MaskingOptions, maskCaption } from './index.ts';

const vocabulary = { size: 1000, mask: 4, firstOrdinary: 5 };

interface Caption {
  readonly ids: Int32Array;
  readonly wordStarts: Uint8Array;
  readonly length: number;
}

/** A caption of words with these numbers of pieces, padded by three places. */
function captionOf(words: readonly number[], first = 100): Caption {
  const pieces = words.reduce((sum, word) => sum + word, 0);
  const ids = new Int32Array(pieces + 5);
  const wordStarts = new Uint8Array(pieces + 5);
  ids[0] = 2;
  let at = 1;
  for (const word of words)
    for (let piece = 0; piece < word; piece++) {
      ids[at] = first + at;
      wordStarts[at++] = piece === 0 ? 1 : 0;
    }
  ids[at] = 3;
  return { ids, wordStarts, length: pieces + 2 };
}

const mask = (
  { ids, wordStarts, length }: Caption,
  seed: number,
  options: MaskingOptions = { rate: 0.15, predictions: 10 },
): MaskedCaption => maskCaption(ids, wordStarts, length, vocabulary, options, randomStream(seed, 'masking'));

const someCaptions = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 20 })
  .map((words) => captionOf(words));
const someOptions = fc.record({
  rate: fc.double({ min: 0, max: 1, noNaN: true }),
  predictions: fc.integer({ min: 1, max: 12 }),
});

describe('maskCaption', () => {
  it('predicts original pieces of the caption, pads with weight 0, and changes nothing else', () => {
    fc.assert(
      fc.property(someCaptions, someOptions, fc.integer(), (caption, options, seed) => {
        const original = caption.ids.slice();
        const { ids, positions, labels, weights } = mask(caption, seed, options);
        expect(caption.ids).toEqual(original);
        expect([positions.length, labels.length, weights.length]).toEqual([1, 1, 1].map(() => options.predictions));
        const filled = weights.indexOf(0) === -1 ? weights.length : weights.indexOf(0);
        expect([...weights]).toEqual(weights.length === 0 ? [] : [...weights].map((_, i) => (i < filled ? 1 : 0)));
        const places = [...positions.subarray(0, filled)];
        expect(new Set(places).size).toBe(filled);
        for (const [i, place] of places.entries()) {
          expect(place).toBeGreaterThan(0);
          expect(place).toBeLessThan(caption.length - 1);
          expect(labels[i]).toBe(original[place]);
        }
        for (let at = 0; at < ids.length; at++) if (!places.includes(at)) expect(ids[at]).toBe(original[at]);
        for (let i = filled; i < weights.length; i++) expect([positions[i], labels[i]]).toEqual([0, 0]);
      }),
    );
  });

  it('masks whole words, as many as the rate asks for', () => {
    fc.assert(
      fc.property(someCaptions, someOptions, fc.integer(), (caption, options, seed) => {
        const { positions, weights } = mask(caption, seed, options);
        const filled = weights.reduce((sum, weight) => sum + weight, 0);
        const places = new Set(positions.subarray(0, filled));
        let longest = 0;
        for (let at = 1; at < caption.length - 1; ) {
          let end = at + 1;
          while (end < caption.length - 1 && caption.wordStarts[end] === 0) end++;
          const masked = Array.from({ length: end - at }, (_, i) => places.has(at + i));
          expect(new Set(masked).size).toBe(1);
          longest = Math.max(longest, end - at);
          at = end;
        }
        const wanted = Math.min(options.predictions, Math.max(1, Math.round((caption.length - 2) * options.rate)));
        expect(filled).toBeLessThan(wanted + longest);
        // Only a word that no longer fits can leave it short.
        expect(filled).toBeGreaterThan(Math.min(wanted, options.predictions - longest + 1) - 1);
      }),
    );
  });

  it('gives 80 % [MASK], 10 % another piece, 10 % the piece itself', () => {
    const caption = captionOf(Array.from({ length: 40 }, () => 1));
    let [masked, kept, random, total] = [0, 0, 0, 0];
    const drawn = new Set<number>();
    for (let seed = 0; seed < 400; seed++) {
      const { ids, positions, labels } = mask(caption, seed, { rate: 0.5, predictions: 20 });
      for (const [i, place] of positions.entries()) {
        total++;
        const id = ids[place]!;
        if (id === vocabulary.mask) masked++;
        else if (id === labels[i]) kept++;
        else {
          random++;
          drawn.add(id);
        }
      }
    }
    expect(total).toBe(8000);
    // Four deviations of a share of 8,000 draws: 0.018 and 0.0134.
    expect(Math.abs(masked / total - 0.8)).toBeLessThan(0.018);
    expect(Math.abs(kept / total - 0.1)).toBeLessThan(0.0134);
    expect(Math.abs(random / total - 0.1)).toBeLessThan(0.0134);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(vocabulary.firstOrdinary);
    expect(Math.max(...drawn)).toBeLessThan(vocabulary.size);
    expect(drawn.size).toBeGreaterThan(300);
  });

  it('shows all of them as [MASK] if so set', () => {
    const caption = captionOf(Array.from({ length: 40 }, () => 1));
    const options = { rate: 0.5, predictions: 20, shownAsMask: 1 };
    for (let seed = 0; seed < 20; seed++) {
      const { ids, positions } = mask(caption, seed, options);
      for (const place of positions) expect(ids[place]).toBe(vocabulary.mask);
    }
  });

  it('begins with the words that a guide chooses, and takes spared ones last', () => {
    const caption = captionOf([1, 1, 1, 1, 1, 1]);
    for (let seed = 0; seed < 50; seed++) {
      const { positions, weights } = maskCaption(
        caption.ids,
        caption.wordStarts,
        caption.length,
        vocabulary,
        { rate: 0.5, predictions: 10 },
        randomStream(seed),
        (words, pieces) => {
          expect([words.length, pieces]).toEqual([6, 3]);
          return { words: new Set([words[4]!]), sparedWords: new Set([words[0]!, words[1]!]) };
        },
      );
      const places = [...positions].filter((_, i) => weights[i] === 1);
      expect(places[0]).toBe(5);
      expect(places).toHaveLength(3);
      expect(places).not.toContain(1);
      expect(places).not.toContain(2);
    }
  });

  it('takes every word equally often', () => {
    const caption = captionOf([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const times = new Array<number>(12).fill(0);
    for (let seed = 0; seed < 2000; seed++) times[mask(caption, seed, { rate: 0.1, predictions: 1 }).positions[0]!]!++;
    for (const count of times.slice(1, 11)) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it('depends only on the stream', () => {
    const caption = captionOf([2, 1, 3, 1, 1, 2]);
    expect(mask(caption, 5)).toEqual(mask(caption, 5));
    const places = new Set(Array.from({ length: 20 }, (_, seed) => mask(caption, seed).positions.join()));
    expect(places.size).toBeGreaterThan(2);
  });

  it('masks nothing where there is no word, or none that fits', () => {
    for (const { weights, ids } of [mask(captionOf([]), 1), mask(captionOf([4]), 1, { rate: 1, predictions: 3 })]) {
      expect(weights.every((weight) => weight === 0)).toBe(true);
      expect(ids).not.toContain(vocabulary.mask);
    }
  });
});
