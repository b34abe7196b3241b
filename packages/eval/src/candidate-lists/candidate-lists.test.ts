import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CandidateListOptions,
  type CatalogueEntry,
  candidateLists,
  captionKey,
  checkCandidateLists,
  readCandidateLists,
  sha256Of,
  writeCandidateLists,
} from '../index.ts';

/** `products` products in classes of unequal size, one to three views each, every fifth caption shared by two products. */
function catalogueOf(products: number): CatalogueEntry[] {
  return Array.from({ length: products }, (_, product) =>
    Array.from({ length: 1 + (product % 3) }, (_, view) => ({
      id: `p${product}-${view}`,
      productId: `p${product}`,
      caption: product % 5 === 1 ? `Ｄress  ${product - 1}` : `dress ${product}`,
      category: product % 2 === 0 ? 'even' : 'odd',
      subcategory: product % 7 === 0 ? 'rare' : product % 2 === 0 ? 'even' : 'odd',
    })),
  ).flat();
}

const line = {
  direction: 'image-to-text',
  query: 1,
  positive: 1,
  subcategory: 'dress',
  sameSubcategoryNegatives: 2,
  candidates: [2, 1, 3],
};
const catalogue: CatalogueEntry[] = [1, 2, 3].map((id) => ({
  id: String(id),
  productId: `product ${id}`,
  caption: `caption ${id}`,
  subcategory: 'dress',
}));

describe('candidateLists', () => {
  it('keeps the rules for any catalogue and options', () => {
    const options: fc.Arbitrary<CandidateListOptions> = fc.record({
      seed: fc.integer({ min: 0, max: 1000 }),
      queries: fc.integer({ min: 1, max: 12 }),
      candidates: fc.integer({ min: 2, max: 12 }),
      unit: fc.constantFrom('product', 'image'),
      level: fc.constantFrom('subcategory', 'category'),
      shortage: fc.constantFrom('other', 'shrink'),
    });
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 40 }), options, (products, chosen) => {
        const entries = catalogueOf(products);
        const byId = new Map(entries.map((entry) => [entry.id, entry]));
        const lists = candidateLists(entries, chosen);
        const half = lists.length / 2;
        expect(half).toBe(chosen.queries);
        expect(lists.slice(0, half).map(({ query }) => query)).toEqual(lists.slice(half).map(({ query }) => query));
        for (const [index, list] of lists.entries()) {
          const query = byId.get(list.query) as CatalogueEntry;
          expect(list.direction).toBe(index < half ? 'image-to-text' : 'text-to-image');
          expect(list.positive).toBe(list.query);
          expect(list.candidates.filter((id) => id === list.positive)).toHaveLength(1);
          expect(new Set(list.candidates).size).toBe(list.candidates.length);
          if (chosen.shortage === 'other') expect(list.candidates).toHaveLength(chosen.candidates as number);
          const level = chosen.level as 'subcategory' | 'category';
          const negatives = list.candidates
            .filter((id) => id !== list.positive)
            .map((id) => byId.get(id) as CatalogueEntry);
          for (const negative of negatives) {
            expect(negative.productId).not.toBe(query.productId);
            expect(captionKey(negative.caption)).not.toBe(captionKey(query.caption));
            if (chosen.unit === 'product') expect(negative.id).toMatch(/-0$/);
          }
          const same = negatives.filter((negative) => negative[level] === query[level]).length;
          expect(list.sameSubcategoryNegatives).toBe(same);
          // Other classes fill up only where the query's own class has no more to give.
          const reachable = entries.filter(
            (entry) =>
              entry[level] === query[level] &&
              entry.productId !== query.productId &&
              captionKey(entry.caption) !== captionKey(query.caption) &&
              (chosen.unit === 'image' || entry.id.endsWith('-0')),
          ).length;
          expect(same).toBe(Math.min(reachable, (chosen.candidates as number) - 1));
        }
      }),
    );
  });

  it('draws the same again, and others for another seed', () => {
    const draw = (seed: number): string =>
      writeCandidateLists(candidateLists(catalogueOf(60), { seed, queries: 20, candidates: 11 }));
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
  });

  it('puts the positive anywhere', () => {
    const lists = candidateLists(catalogueOf(60), { seed: 0, queries: 60, candidates: 6 });
    const places = new Set(lists.map(({ candidates, positive }) => candidates.indexOf(positive)));
    expect(places).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it.each([
    [{ seed: 0, queries: 0 }, 'queries of candidate lists must be a whole number from 1 up, found 0'],
    [{ seed: 0, queries: 1, candidates: 1 }, 'candidates of candidate lists must be a whole number from 2 up'],
    [{ seed: 0, queries: 1 }, 'a catalogue of 20 items cannot fill a list of 101 candidates'],
  ])('refuses %j', (options, message) => {
    expect(() => candidateLists(catalogueOf(20), options)).toThrow(message);
  });

  it('names an entry without its class, and an id that is there twice', () => {
    const options = { seed: 0, queries: 1, candidates: 2 };
    const [first, ...others] = catalogue as [CatalogueEntry, ...CatalogueEntry[]];
    expect(() => candidateLists(catalogue, { ...options, level: 'category' })).toThrow('has no category to draw');
    expect(() => candidateLists([first, first, ...others], options)).toThrow(
      'an id is in the catalogue twice, found "1"',
    );
  });
});

describe('a list file', () => {
  it('is read back as it was written, under its hash', async () => {
    const lists = candidateLists(catalogueOf(40), { seed: 3, queries: 5, candidates: 9 });
    const text = writeCandidateLists(lists);
    const file = await readCandidateLists(text, 'lists.jsonl');
    expect(file.lists).toEqual(lists);
    expect(file.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    expect(() => checkCandidateLists(file, catalogueOf(40))).not.toThrow();
  });

  it.each([
    ['', 'lists.jsonl holds no candidate list'],
    ['{', 'line 2: not JSON'],
    ['[]', 'line 2: not a JSON object'],
    [{ ...line, direction: 'image' }, 'line 2: direction must be'],
    [{ ...line, query: null }, 'line 2: query must be an id'],
    [{ ...line, positive: 1.5 }, 'line 2: positive must be an id'],
    [{ ...line, positive: 4 }, 'line 2: the positive is not among the candidates, found 4'],
    [{ ...line, candidates: [] }, 'line 2: candidates must be an array of ids'],
    [{ ...line, candidates: [1, '1', 2] }, 'line 2: a candidate is there twice, found "1"'],
    [{ ...line, subcategory: 3 }, 'line 2: subcategory must be a string'],
    [{ ...line, sameSubcategoryNegatives: 3 }, 'line 2: sameSubcategoryNegatives must be a whole number from 0 to 2'],
  ])('is refused with its line: %j', async (broken, message) => {
    const text =
      broken === '' ? '' : `${JSON.stringify(line)}\n${typeof broken === 'string' ? broken : JSON.stringify(broken)}\n`;
    await expect(readCandidateLists(text, 'lists.jsonl')).rejects.toThrow(message);
  });

  it.each([
    [{ ...line, query: 9 }, catalogue, 'line 1: the data set has no such query, found "9"'],
    [{ ...line, candidates: [1, 2, 9] }, catalogue, 'line 1: the data set has no such candidate, found "9"'],
    [{ ...line, positive: 2 }, catalogue, 'line 1: the positive is of another product than query 1, found "2"'],
    [
      line,
      catalogue.map((entry) => ({ ...entry, productId: 'one' })),
      'line 1: a negative is another view of the product',
    ],
    [line, catalogue.map((entry) => ({ ...entry, caption: 'Same' })), 'line 1: a negative has the caption of query 1'],
  ])('is checked against its data set: %#', async (value, entries, message) => {
    const file = await readCandidateLists(JSON.stringify(value), 'lists.jsonl');
    expect(() => checkCandidateLists(file, entries)).toThrow(message);
  });

  const golden = fileURLToPath(new URL('../../../../../shared/golden/retrieval-lists/', import.meta.url));
  const whenPresent = existsSync(golden) ? it : it.skip;
  whenPresent('is read in the layout of the golden lists (skipped where ../shared is not there)', async () => {
    const manifest = JSON.parse(readFileSync(`${golden}kagl-12k-validation-101-manifest.json`, 'utf8')) as {
      files: { name: string; lists: number; fullLists: number; meanSameSubcategoryNegatives: number; sha256: string }[];
    };
    for (const expected of manifest.files) {
      const text = readFileSync(`${golden}${expected.name}`, 'utf8');
      const { lists, sha256 } = await readCandidateLists(text, expected.name);
      expect(sha256).toBe(expected.sha256);
      expect(lists).toHaveLength(expected.lists);
      expect(lists.every(({ candidates }) => candidates.length === 101)).toBe(true);
      expect(lists.filter((list) => list.sameSubcategoryNegatives === 100)).toHaveLength(expected.fullLists);
      const mean = lists.reduce((sum, list) => sum + list.sameSubcategoryNegatives, 0) / lists.length;
      expect(mean).toBeCloseTo(expected.meanSameSubcategoryNegatives, 2);
    }
  });
});

describe('sha256Of', () => {
  it('hashes UTF-8', async () => {
    expect(await sha256Of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
