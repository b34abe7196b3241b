import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseRecipe, type Recipe } from '@kaleido/recipe-schema';
import type { PreparedProduct } from '@kaleido/splits';
import { trainWordPieceVocabulary } from '@kaleido/tokenizer';
import fc from 'fast-check';
import { chosenFrom } from './recipe-key.ts';
import { type SizedRecipe, sizesByData, vocabularyByData } from './sizes-by-data.ts';

const file = fileURLToPath(new URL('../../../recipes/quickstart-own.json', import.meta.url));
const recipe = parseRecipe(readFileSync(file, 'utf8'), file);

const kinds = ['dress', 'shirt', 'shoe', 'bag', 'coat'];
const colours = ['red', 'blue', 'green'];

/** Products of five sub-categories and three colours, each with a caption of its own. */
function shop(count: number, change: (product: PreparedProduct, row: number) => object = () => ({})) {
  return Array.from({ length: count }, (_, row): PreparedProduct => {
    const [subcategory, colour] = [kinds[row % 5]!, colours[row % 3]!];
    const product = { id: `p${row}`, productId: `p${row}`, caption: `${colour} ${subcategory} ${row}` };
    const whole = { ...product, subcategory, attributes: { colour }, imageHash: String(row) };
    return { ...whole, ...change(whole, row) };
  });
}

function sized(products: readonly PreparedProduct[], of: Recipe = recipe): SizedRecipe {
  const captions = products.map(({ caption }) => caption);
  return sizesByData(vocabularyByData(of, captions), {
    products,
    splits: { train: 'train', validation: 'test' },
    lengths: captions.map((caption) => caption.split(' ').length + 2),
    from: 'a recipe',
  });
}

const batchesOf = ({ stages }: Recipe) => stages.map(({ objectives }) => objectives.contrastive!.batchSize);

describe('sizesByData', () => {
  it('leaves a recipe of fixed sizes as it is', () => {
    const fixed = { ...recipe, sizes: undefined };
    expect(sized(shop(10), fixed)).toEqual({ recipe: fixed, notes: [] });
  });

  it('says in one line what it chose, and gives a recipe of fixed sizes', () => {
    const { recipe: chosen, notes } = sized(shop(2_000));
    expect(chosen.sizes).toEqual({ chosenFor: 2_000, from: 'a recipe', chosen: expect.any(String) });
    expect(chosen.data).toEqual({ kind: 'folder', train: 'train', validation: 'test' });
    expect(chosen.fineTuning!.fields).toEqual(['subcategory', 'colour']);
    expect(notes).toEqual([
      expect.stringMatching(
        /^sizes for 2,000 pictures: \d+, \d+, \d+ and \d+ steps; batches of \d+ pairs; 260 word pieces; captions of 16 pieces; a classifier of subcategory and colour; 600 steps of captions$/,
      ),
    ]);
    // A reader may run it again as it is.
    const again = parseRecipe(JSON.stringify(chosen), 'chosen');
    expect(again).toEqual(JSON.parse(JSON.stringify(chosen)));
    expect(chosenFrom(again)).toBe('a recipe');
    // An edited copy is a recipe of its own.
    expect(chosenFrom({ ...again, seed: 99 })).toBeUndefined();
  });

  it('takes steps by the number of pictures, within limits, and batches that leave four different ones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 2_000 }), (count) => {
        const { recipe: chosen } = sized(shop(count));
        for (const [at, { steps, microBatches, objectives }] of chosen.stages.entries()) {
          const most = recipe.stages[at]!;
          const { batchSize, meanBatchSize, groupSize } = objectives.contrastive!;
          const multiple = microBatches * groupSize;
          expect(batchSize % multiple).toBe(0);
          expect(batchSize).toBeLessThanOrEqual(Math.max(multiple, count / 4));
          expect(meanBatchSize! % multiple).toBe(0);
          expect(meanBatchSize).toBeLessThanOrEqual(batchSize);
          // How often each picture is seen.
          const often = (most.steps * most.objectives.contrastive!.batchSize) / 10_000;
          // Words take more steps than pairs.
          const least = Math.min(most.name === 'words' ? 600 : 150, most.steps);
          if (steps > least && steps < most.steps) expect((steps * batchSize) / count / often).toBeCloseTo(1, 1);
          expect(steps).toBeGreaterThanOrEqual(least);
          expect(steps).toBeLessThanOrEqual(most.steps);
        }
        // Whatever was chosen is a recipe.
        parseRecipe(JSON.stringify(chosen), 'chosen');
      }),
      { numRuns: 25 },
    );
    const { recipe: large } = sized(shop(20_000));
    expect(large.stages.map(({ steps }) => steps)).toEqual(recipe.stages.map(({ steps }) => steps));
    expect(batchesOf(large)).toEqual(batchesOf(recipe));
    expect(large.fineTuning!.epochs).toBe(recipe.fineTuning!.epochs);
    expect(large.captioning).toEqual(recipe.captioning);
  });

  it('fine-tunes on a few pictures for 300 steps', () => {
    const { fineTuning } = sized(shop(500)).recipe;
    expect((fineTuning!.epochs * 500) / fineTuning!.batchSize).toBeGreaterThanOrEqual(300);
  });

  it('cuts two captions of a hundred, and none below the most', () => {
    const worded = (long: number) =>
      shop(1_000, (_, row) => (row < long ? { caption: 'word '.repeat(40).trim() } : {}));
    expect(sized(worded(20)).recipe.model.settings.text_seq_len).toBe(16);
    expect(sized(worded(21)).recipe.model.settings.text_seq_len).toBe(48);
    const books = shop(1_000, () => ({ caption: 'word '.repeat(400).trim() }));
    expect(sized(books).recipe.model.settings.text_seq_len).toBe(recipe.model.settings.text_seq_len);
  });

  it('draws no groups where those of one kind share a caption, or there are no kinds', () => {
    const groupsOf = (products: readonly PreparedProduct[]) =>
      sized(products).recipe.stages.map(({ objectives }) => objectives.contrastive!.groupSize);
    expect(groupsOf(shop(500))).toEqual([8, 8, 8, 8]);
    expect(groupsOf(shop(500, ({ subcategory }) => ({ caption: subcategory })))).toEqual([1, 1, 1, 1]);
    expect(groupsOf(shop(500, () => ({ subcategory: undefined })))).toEqual([1, 1, 1, 1]);
    expect(sized(shop(500, () => ({ subcategory: undefined }))).notes[0]).toContain('without groups of one kind');
  });

  it('learns the label fields that can be learned, and says why it does not learn others', () => {
    const products = shop(500, ({ attributes }, row) => ({
      category: 'clothes',
      attributes: {
        ...attributes,
        brand: `brand ${row % 200}`,
        ...(row % 3 === 0 ? { size: row % 2 === 0 ? 'S' : 'L' } : {}),
        season: row % 25 === 0 ? 'winter' : 'summer',
        farbe: { red: 'rot', blue: 'blau', green: 'grün' }[attributes!.colour!]!,
      },
    }));
    const { recipe: chosen, notes } = sized(products);
    expect(chosen.fineTuning!.fields).toEqual(['subcategory', 'colour']);
    expect(notes.slice(1)).toEqual([
      '"category" is not learned: all its labels are the same',
      '"brand" is not learned: its 200 classes have fewer than 5 pictures on average',
      '"size" is not learned: only 33 % of the pictures have it',
      '"season" is not learned: 96 % of its labels are the same',
      '"farbe" is not learned: it says the same as "colour"',
    ]);
    const bare = sized(shop(500, () => ({ subcategory: undefined, attributes: undefined })));
    expect(bare.recipe.fineTuning).toBeUndefined();
    expect(bare.notes).toEqual([
      expect.stringMatching(/; no classifier, as no label field suits; 600 steps of captions$/),
    ]);
    const many = shop(500, (_, row) => ({
      attributes: Object.fromEntries(
        colours.flatMap((name) =>
          [1, 2].map((n) => [`${name}${n}`, `${Math.floor(row / (10 * n + name.length)) % 4}`]),
        ),
      ),
    }));
    expect(sized(many).notes.at(-1)).toMatch(/is not learned: 5 fields are enough$/);
  });

  it('has room for the characters of any script', () => {
    const japanese = Array.from({ length: 500 }, (_, row) => `${String.fromCodePoint(0x4e00 + row)}色のドレス`);
    const { tokenizer } = vocabularyByData(recipe, japanese);
    const size = (tokenizer as { size: number }).size;
    expect(trainWordPieceVocabulary(japanese, { size }).length).toBeLessThanOrEqual(size);
    expect(vocabularyByData({ ...recipe, tokenizer: { kind: 'train', size: 90 } }, japanese).tokenizer).toMatchObject({
      size: 90,
    });
  });

  it('keeps fields that the recipe names', () => {
    const named = { ...recipe, fineTuning: { ...recipe.fineTuning!, fields: ['season'] } };
    expect(sized(shop(500), named).recipe.fineTuning!.fields).toEqual(['season']);
  });
});
