import { describe, expect, it } from '@jest/globals';
import { openAtelier } from '@kaleido/data';
import { type PreparedProduct, type SourceFacts, sourceFacts } from '@kaleido/splits';
import { scoredCaptions } from './caption-figures.ts';

const captioned = (...captions: readonly string[]): Pick<PreparedProduct, 'id' | 'caption'>[] =>
  captions.map((caption, index) => ({ id: String(index), caption }));

describe('scoredCaptions', () => {
  const products = captioned('a red wool coat with a belt', 'two blue silk scarves on white');

  it('gives scores times 100', () => {
    const { meteor, ...same } = scoredCaptions(
      products.map(({ caption }) => caption),
      products,
    );
    for (const score of ['bleu1', 'bleu2', 'bleu3', 'bleu4', 'rougeL'] as const)
      expect(same[score]).toBeCloseTo(100, 5);
    expect(same.ciderD).toBeCloseTo(1000, 5);
    expect(meteor).toBeGreaterThan(99);
    expect(same).not.toHaveProperty('facts');
    // Three of four words are right, and the caption is three words shorter: 0.75 exp(1 - 7 / 4).
    const { bleu1 } = scoredCaptions(['a red wool hat'], products.slice(0, 1));
    expect(bleu1).toBeCloseTo(100 * 0.75 * Math.exp(1 - 7 / 4), 4);
  });

  it('does not count blanks around signs', () => {
    const [product] = captioned("Women's v-neck tee, 1/2 sleeves");
    const facts: SourceFacts = { statedIn: (caption) => [{ aspect: 'type', value: caption }], trueOf: () => [] };
    const written = ["women ' s v - neck tee, 1 / 2 sleeves", "women's v-neck tee, 1/2 sleeves"];
    const scored = written.map((caption) => scoredCaptions([caption], [product!], facts));
    expect(scored[0]!.bleu4).toBeCloseTo(100, 5);
    expect(scored[0]!.rougeL).toBeCloseTo(100, 5);
    expect(scored[1]).toEqual(scored[0]);
  });

  it('gives 0 where captions and truth have no word in common, and for captions without words', () => {
    for (const caption of ['', '. .', '帽子']) {
      const { bleu1, rougeL, ciderD, meteor } = scoredCaptions([caption, caption], products);
      expect(bleu1).toBeLessThan(1e-6);
      expect([rougeL, ciderD, meteor]).toEqual([0, 0, 0]);
    }
    expect(scoredCaptions(['a red coat'], captioned('')).bleu1).toBeLessThan(1e-6);
  });

  it('compares what captions state with what is true, where the source knows it', async () => {
    const atelier = openAtelier({ seed: 1, products: 10, imageSize: 32 });
    const facts = sourceFacts(atelier)!;
    const own: PreparedProduct[] = [];
    for await (const { image: _, ...product } of atelier.products('train')) own.push({ ...product, imageHash: '' });
    const types = own.map((product) => facts.trueOf(product).find(({ aspect }) => aspect === 'type')!.value);
    const scored = scoredCaptions(
      types.map((type) => `a ${type}`),
      own,
      facts,
    );
    expect(scored.facts).toMatchObject({
      captions: own.length,
      precision: 100,
      byAspect: { type: { precision: 100, recall: 100 }, colour: { said: 0, recall: 0 } },
    });
    const { fingerprint, name, splits } = atelier;
    expect(sourceFacts({ fingerprint, name, splits, products: atelier.products })).toBeUndefined();
  });
});
