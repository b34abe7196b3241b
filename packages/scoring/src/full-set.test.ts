import { describe, expect, it } from '@jest/globals';
import { fullSetRetrieval, twoStageFigures, twoStageRanks } from '@kaleido/eval';
import { randomStream } from '@kaleido/foundation';
import type { PreparedProduct } from '@kaleido/splits';
import { scoreFullSet } from './full-set.ts';
import { lookalikes } from './lookalikes.ts';
import { retrievalFailures } from './report-failures.ts';
import type { SplitScorer } from './score-split.ts';
import { worstOfFullSet, worstQueryIds } from './worst-queries.ts';

/** Nine photographs of six products: two have several views, one of them under two captions. */
const products: PreparedProduct[] = ['a', 'a', 'b', 'c', 'c', 'c', 'd', 'e', 'f'].map((productId, row) => ({
  id: `${productId}${row}`,
  productId,
  caption: row === 5 ? 'another caption of c' : `Caption of ${productId}`,
  imageHash: String(row),
}));
const width = 16;

/** Embeddings drawn at random, and a matching head that knows the truth. */
function scorer(asked: [image: number, texts: readonly number[]][] = [], seed = 1) {
  const random = randomStream(seed, 'full set');
  const draw = () => Float32Array.from({ length: products.length * width }, () => random.normal());
  // A caption in two rows has one vector.
  const text = draw();
  for (const [row, { productId, caption }] of products.entries()) {
    const first = products.findIndex((one) => one.productId === productId && one.caption === caption);
    text.copyWithin(row * width, first * width, (first + 1) * width);
  }
  const embeddings = { width, text, image: draw() };
  const matchEach: SplitScorer['matchEach'] = async (images, textsOf, onScores) => {
    // In an order of its own, as threads end when they do.
    for (const image of [...images].reverse()) {
      const texts = [...textsOf(image)].sort((a, b) => b - a);
      asked.push([image, texts]);
      onScores(
        image,
        texts,
        Float32Array.from(texts, (row) => (products[row]?.productId === products[image]?.productId ? 1 : -row)),
      );
    }
  };
  return { embeddings, matchEach };
}

const similarity = ({ embeddings: { text, image } }: ReturnType<typeof scorer>, t: number, i: number): number =>
  Array.from({ length: width }, (_, at) => (text[t * width + at] as number) * (image[i * width + at] as number)).reduce(
    (sum, value) => sum + value,
  );

describe('scoreFullSet', () => {
  it('ranks all photographs and captions as the whole matrix does, captions of a product once', async () => {
    const fake = scorer();
    const { directions, texts } = await scoreFullSet(products, fake, { best: 0 });
    expect([...texts]).toEqual([0, 2, 3, 5, 6, 7, 8]);
    const scores = products.flatMap((_, image) => Array.from(texts, (text) => similarity(fake, text, image)));
    const productOf = (row: number) => products[row]?.productId as string;
    const whole = fullSetRetrieval({
      scores,
      imageProducts: products.map((_, row) => productOf(row)),
      textProducts: Array.from(texts, productOf),
    });
    expect([...directions.imageToText.first.ranks]).toEqual(whole.ranks.imageToText);
    expect([...directions.textToImage.first.ranks]).toEqual(whole.ranks.textToImage);
  });

  it('asks the matching head once for each pair, and finds the right one where it is kept', async () => {
    const asked: [number, readonly number[]][] = [];
    const progress: number[] = [];
    const { directions, pairs } = await scoreFullSet(products, scorer(asked), {
      best: 3,
      onProgress: (done, total) => progress.push(done, total),
    });
    const all = asked.flatMap(([image, texts]) => texts.map((text) => `${image}-${text}`));
    expect(new Set(all).size).toBe(all.length);
    expect(pairs).toBe(all.length);
    expect(progress.slice(-2)).toEqual([pairs, pairs]);
    // Between the larger direction alone, and both without a pair in common.
    expect(pairs).toBeGreaterThanOrEqual(9 * 3);
    expect(pairs).toBeLessThanOrEqual(9 * 3 + 7 * 3);
    for (const stages of [directions.imageToText, directions.textToImage])
      expect(twoStageRanks(stages, 1)).toEqual([...stages.first.ranks].map((rank) => (rank <= 3 ? 1 : rank)));
    const whole = twoStageFigures((await scoreFullSet(products, scorer(), { best: 100 })).directions, 1);
    expect(whole).toMatchObject({
      images: 9,
      texts: 7,
      best: 9,
      sumR: 600,
      ceiling: { imageToText: 100, textToImage: 100 },
    });
  });

  it('asks only some of the queries, among all candidates', async () => {
    const { directions, imageQueries, textQueries } = await scoreFullSet(products, scorer(), { best: 2, queries: 3 });
    expect([...imageQueries]).toEqual([0, 3, 6]);
    expect([...textQueries]).toEqual([0, 2, 4]);
    const all = await scoreFullSet(products, scorer(), { best: 2 });
    for (const [name, queries] of [
      ['imageToText', imageQueries],
      ['textToImage', textQueries],
    ] as const) {
      const [some, every] = [directions[name], all.directions[name]];
      expect(some.first.candidates).toBe(every.first.candidates);
      for (const [query, at] of queries.entries()) {
        expect(some.first.ranks[query]).toBe(every.first.ranks[at]);
        for (const place of [0, 1]) {
          expect(some.first.kept[2 * query + place]).toBe(every.first.kept[2 * at + place]);
          expect(some.second[2 * query + place]).toBe(every.second[2 * at + place]);
        }
      }
    }
  });

  it('refuses a model without a joint space, and a single caption', async () => {
    const { matchEach } = scorer();
    const none = { width: 0, text: new Float32Array(), image: new Float32Array() };
    await expect(scoreFullSet(products, { embeddings: none, matchEach }, { best: 1 })).rejects.toThrow(
      /^@kaleido\/scoring: the first of two stages ranks by embeddings, and the model has no joint space/,
    );
    await expect(scoreFullSet(products.slice(0, 2), scorer(), { best: 1 })).rejects.toThrow(/at least two captions/);
  });
});

describe('the worst queries of a full set', () => {
  it('have what ranks above the right one, and its place', async () => {
    const scored = await scoreFullSet(products, scorer(), { best: 4 });
    const worst = worstOfFullSet(scored, products, 0, 2);
    for (const direction of ['image-to-text', 'text-to-image'] as const) {
      const those = worst.filter((one) => one.direction === direction);
      const name = direction === 'image-to-text' ? 'imageToText' : 'textToImage';
      const ranks = [...scored.directions[name].first.ranks].sort((a, b) => b - a);
      expect(those.map(({ rank }) => rank)).toEqual(ranks.filter((rank) => rank > 1).slice(0, 2));
      for (const { query, positive, ranked, rank } of those) {
        expect(positive.slice(0, 1)).toBe(query.slice(0, 1));
        expect(ranked).toHaveLength(4);
        expect(ranked.findIndex(({ right }) => right)).toBe(rank <= 4 ? rank - 1 : -1);
      }
    }
    expect(worstOfFullSet(scored, products, 0, 0)).toEqual([]);
    const pictures = new Map([...worstQueryIds(worst)].map((id) => [id, `data:image/png;base64,${id}`]));
    for (const { direction, query, ranked, positive } of retrievalFailures(worst, products, pictures)) {
      const shown = direction === 'image-to-text' ? [query] : [...ranked, positive];
      for (const one of shown) expect(one?.picture).toMatch(/^data:/);
      const read = direction === 'image-to-text' ? [...ranked, positive] : [query];
      for (const one of read) expect(one?.caption).toMatch(/aption of/);
    }
  });
});

describe('the right answer of a worst query', () => {
  it('is the best of several: in the new order where one is kept, in the first one where none is', async () => {
    const rowOf = (id: string): number => Number(id.slice(1));
    const seen = { kept: 0, behind: 0, notTheFirst: 0 };
    for (const seed of [1, 2, 3, 4, 5]) {
      const fake = scorer([], seed);
      const scored = await scoreFullSet(products, fake, { best: 3 });
      for (const { direction, query, positive, ranked, rank } of worstOfFullSet(scored, products, 0.3, 100)) {
        const fromImage = direction === 'image-to-text';
        const rows = fromImage ? [...scored.texts] : products.map((_, row) => row);
        const right = rows.filter((row) => products[row]?.productId === query.slice(0, 1));
        if (rowOf(positive) !== right[0]) seen.notTheFirst++;
        if (rank <= 3) {
          seen.kept++;
          expect(ranked[rank - 1]).toMatchObject({ id: positive, right: true });
          continue;
        }
        seen.behind++;
        const scores = right.map((row) =>
          fromImage ? similarity(fake, row, rowOf(query)) : similarity(fake, rowOf(query), row),
        );
        expect(rowOf(positive)).toBe(right[scores.indexOf(Math.max(...scores))]);
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  });
});

describe('lookalikes', () => {
  it('counts what other products share, not other views', () => {
    const others = products.map((product, row) => ({
      ...product,
      ...(row === 8 ? { caption: 'caption  of B' } : {}),
      ...(row === 7 ? { imageHash: '0' } : {}),
    }));
    expect(lookalikes(products)).toEqual({ captions: 0, pictures: 0 });
    expect(lookalikes(others)).toEqual({ captions: 2, pictures: 2 });
  });
});
