import { describe, expect, it } from '@jest/globals';
import { NeighbourCounts } from '@kaleido/eval';
import type { MaskingVocabulary, TaskCatalogue } from '@kaleido/pretrain-tasks';
import { predictionsOf } from '@kaleido/pretrain-tasks';
import { maskForReading } from './mask-for-reading.ts';
import { readWords } from './read-words.ts';
import type { SplitScorer } from './score-split.ts';
import type { WordQuestion } from './scoring-worker.ts';

const vocabulary: MaskingVocabulary = { size: 40, mask: 4, firstOrdinary: 5 };

/** `count` captions of 8 different pieces; every word is one piece. */
function catalogueOf(count: number, textLength = 10): TaskCatalogue {
  const ids = new Int32Array(count * textLength);
  const wordStarts = new Uint8Array(count * textLength);
  for (let row = 0; row < count; row++) {
    ids.set([2, ...Array.from({ length: 8 }, (_, at) => 5 + ((row + at) % 30)), 3], row * textLength);
    wordStarts.fill(1, row * textLength + 1, row * textLength + 9);
  }
  const each = (of: (row: number) => number): Int32Array => Int32Array.from({ length: count }, (_, row) => of(row));
  return {
    rows: count,
    textLength,
    ids,
    wordStarts,
    lengths: each(() => 10),
    products: each((row) => row),
    captions: each((row) => row),
    groups: each(() => 0),
  };
}

/** Right with the own photograph, wrong with any other. */
function fakeScorer(catalogue: TaskCatalogue, asked: WordQuestion[]): SplitScorer {
  return {
    embeddings: { width: 0, text: new Float32Array(), image: new Float32Array() },
    similarity: () => 0,
    matchAll: async () => new Map(),
    matchEach: async () => undefined,
    solve: async () => [],
    close: async () => undefined,
    readWords: async (question) => {
      asked.push(question);
      const truth = question.rows.flatMap((row) => {
        const masked = maskForReading(catalogue, row, vocabulary, question.seed);
        return [...masked.labels.subarray(0, predictionsOf(masked))];
      });
      const isOwn = question.photographs?.every((row, at) => row === question.rows[at]) === true;
      return {
        pieces: Int32Array.from(truth, (piece) => (isOwn ? piece : 0)),
        losses: Float32Array.from(truth, () => (isOwn ? 0.25 : 2)),
      };
    },
  };
}

describe('readWords', () => {
  it('asks for the same words with the own photograph, another one, and none', async () => {
    const catalogue = catalogueOf(20);
    const asked: WordQuestion[] = [];
    const rows = [3, 4, 5, 6, 7];
    const counts = NeighbourCounts.of([catalogue.ids.subarray(0, 10)], vocabulary.size);
    const figures = await readWords(fakeScorer(catalogue, asked), { catalogue, vocabulary, rows, seed: 1, counts });
    expect(figures).toMatchObject({
      captions: 5,
      pieces: 5,
      accuracy: 100,
      crossEntropy: 0.25,
      otherPhotograph: { accuracy: 0 },
      noPhotograph: { accuracy: 0 },
    });
    expect(figures.neighbours?.accuracy).toBeGreaterThanOrEqual(0);
    expect(asked.map(({ photographs }) => photographs)).toEqual([rows, expect.any(Array), undefined]);
    for (const [at, other] of (asked[1]?.photographs ?? []).entries()) expect(other).not.toBe(rows[at]);
  });

  it('depends on the seed alone, not on which rows are measured with it', () => {
    const catalogue = catalogueOf(4);
    const one = maskForReading(catalogue, 2, vocabulary, 1);
    expect(maskForReading(catalogue, 2, vocabulary, 1)).toEqual(one);
    const places = new Set(
      Array.from({ length: 12 }, (_, seed) => maskForReading(catalogue, 2, vocabulary, seed).positions[0]),
    );
    expect(places.size).toBeGreaterThan(3);
    // All are shown as [MASK].
    expect(one.ids[one.positions[0]!]).toBe(vocabulary.mask);
  });

  it('groups by what a piece speaks of', async () => {
    const catalogue = catalogueOf(6);
    const { byAspect } = await readWords(fakeScorer(catalogue, []), {
      catalogue,
      vocabulary,
      rows: [0, 1, 2, 3, 4, 5],
      seed: 2,
      aspectsOf: () => Array.from({ length: 10 }, (_, at) => (at < 5 ? 'colour' : undefined)),
    });
    const { colour, none } = byAspect ?? {};
    expect((colour?.pieces ?? 0) + (none?.pieces ?? 0)).toBe(6);
  });

  it('says that words cannot be measured without words, or without another product', async () => {
    const catalogue = catalogueOf(3);
    const empty = { ...catalogue, lengths: Int32Array.from([2, 2, 2]) };
    const ask = (of: TaskCatalogue, rows: number[]) =>
      readWords(fakeScorer(of, []), { catalogue: of, vocabulary, rows, seed: 1 });
    await expect(ask(empty, [0, 1])).rejects.toThrow(/no caption has a word, found "2 captions"/);
    // One other product among many is found.
    const many = catalogueOf(400);
    const rare = { ...many, products: Int32Array.from({ length: 400 }, (_, row) => (row === 399 ? 1 : 0)) };
    const asked: WordQuestion[] = [];
    await readWords(fakeScorer(rare, asked), { catalogue: rare, vocabulary, rows: [5], seed: 1 });
    expect(asked[1]?.photographs).toEqual([399]);
    const same = { ...catalogue, products: Int32Array.from([0, 0, 0]) };
    await expect(ask(same, [0])).rejects.toThrow(/photograph of another product: there is none, found "3 pictures"/);
  });
});
