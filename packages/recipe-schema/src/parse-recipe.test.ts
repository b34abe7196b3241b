import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { parseRecipe, recipeJsonSchema } from './parse-recipe.ts';

const folder = fileURLToPath(new URL('../../../recipes/', import.meta.url));
const textOf = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: a recipe made invalid on purpose
function spoilt(change: (recipe: any) => void): string {
  const recipe = JSON.parse(textOf('tiny-ci.json'));
  change(recipe);
  return JSON.stringify(recipe);
}

function messageOf(text: string): string {
  try {
    parseRecipe(text, 'spoilt.json');
  } catch (error) {
    if (!KaleidoError.isInstance(error)) throw error;
    expect(error.message).not.toContain('\n');
    return error.message;
  }
  throw new Error('it was taken');
}

describe('the recipes of this repository', () => {
  const names = readdirSync(folder).filter(
    (name) => name.endsWith('.json') && !name.endsWith('.schema.json') && !('kind' in JSON.parse(textOf(name))),
  );

  it.each(names)('%s is a recipe under its own name', (name) => {
    const recipe = parseRecipe(textOf(name), name);
    expect(recipe.name).toBe(name.replace('.json', ''));
    expect(recipe.$schema).toBe('./recipe.schema.json');
  });

  it('are described by the recipe.schema.json that the code gives (else: pnpm write-recipe-schema)', () => {
    expect(JSON.parse(textOf('recipe.schema.json'))).toEqual(JSON.parse(JSON.stringify(recipeJsonSchema())));
  });
});

describe('parseRecipe', () => {
  it('fills in defaults', () => {
    const [stage] = parseRecipe(textOf('tiny-ci.json'), 'tiny-ci.json').stages;
    expect(stage).toMatchObject({
      warmup: 0.08,
      microBatches: 2,
      weightDecay: 0.01,
      objectives: { contrastive: { temperature: 0.07 } },
    });
  });

  it.each([
    ['at the top', (recipe: { sede?: number }) => (recipe.sede = 1), /has an unknown key, found "sede"/],
    [
      'deep inside',
      (recipe: { stages: { objectives: { contrastive: { batch?: number } } }[] }) =>
        (recipe.stages[0]!.objectives.contrastive.batch = 1),
      /has an unknown key in "stages\.0\.objectives\.contrastive", found "batch"/,
    ],
    [
      'of the other kind of data',
      (recipe: { data: { train?: string } }) => (recipe.data.train = 'train'),
      /has an unknown key in "data", found "train"/,
    ],
  ])('names an unknown key %s', (_, change, message) => {
    expect(messageOf(spoilt(change))).toMatch(message);
  });

  it.each([
    ['a wrong type', (recipe: { seed: unknown }) => (recipe.seed = 'one'), /wrong at "seed": .*, found "one"/],
    ['a missing key', (recipe: { data?: unknown }) => delete recipe.data, /wrong at "data": .*, found null/],
    [
      'a share above 1',
      (recipe: { stages: { warmup: number }[] }) => (recipe.stages[1]!.warmup = 8),
      /wrong at "stages\.1\.warmup": .*<=1, found 8/,
    ],
    [
      'half a step',
      (recipe: { stages: { steps: number }[] }) => (recipe.stages[0]!.steps = 1.5),
      /wrong at "stages\.0\.steps": .*, found 1\.5/,
    ],
    [
      'an unknown kind',
      (recipe: { features: { extractor: { kind: string } } }) => (recipe.features.extractor.kind = 'resnet'),
      /wrong at "features\.extractor\.kind": .*, found "resnet"/,
    ],
    [
      'two parts of one kind',
      (recipe: { features: { extractor: object } }) =>
        (recipe.features.extractor = { kind: 'joined', parts: [{ kind: 'pixels' }, { kind: 'pixels', size: 8 }] }),
      /wrong at "features\.extractor\.parts": two parts of one kind/,
    ],
    [
      'a thumbnail of three cells',
      (recipe: { features: { extractor: object } }) => (recipe.features.extractor = { kind: 'colours', cells: 3 }),
      /wrong at "features\.extractor\.cells": .*, found 3/,
    ],
    [
      'an unknown sub-category',
      (recipe: { data: { retrievalSubcategories: string[] } }) => (recipe.data.retrievalSubcategories = ['toga']),
      /wrong at "data\.retrievalSubcategories\.0": .*, found "toga"/,
    ],
    [
      'no label field, where sizes are not by the data',
      (recipe: { fineTuning: { fields?: string[] } }) => delete recipe.fineTuning.fields,
      /wrong at "fineTuning\.fields": must name a label field, unless "sizes" is "by-data"/,
    ],
    [
      'sizes by the data of the atelier',
      (recipe: { sizes?: string }) => (recipe.sizes = 'by-data'),
      /wrong at "sizes": are chosen for products of a folder/,
    ],
    [
      'a stage without objectives',
      (recipe: { stages: { objectives: object }[] }) => (recipe.stages[0]!.objectives = {}),
      /wrong at "stages\.0\.objectives": a stage needs an objective/,
    ],
    [
      'retrieval on what is not stocked',
      (recipe: { data: { collection?: object } }) => (recipe.data.collection = { subcategories: ['t-shirt', 'tote'] }),
      /wrong at "data\.retrievalSubcategories": must be among collection\.subcategories/,
    ],
    [
      'a stage that would learn nothing',
      (recipe: { stages: { objectives: object }[] }) =>
        (recipe.stages[0]!.objectives = { contrastive: { batchSize: 8, weight: 0, meanWeight: 0 } }),
      /wrong at "stages\.0\.objectives": all weights of the stage are 0/,
    ],
    [
      'further products that the data does not have',
      (recipe: { stages: { objectives: object }[] }) =>
        (recipe.stages[0]!.objectives = { contrastive: { batchSize: 16, more: { batchSize: 16 } } }),
      /wrong at "stages\.0\.objectives\.contrastive\.more": .*data\.more names none/,
    ],
    [
      'further products that no stage learns from',
      (recipe: { data: object }) => (recipe.data = { kind: 'folder', more: { folder: '../more' } }),
      /wrong at "data\.more": .*no stage has contrastive\.more/,
    ],
    [
      'a batch of further products that cannot be cut into micro-batches of whole groups',
      (recipe: { stages: { objectives: object }[] }) =>
        (recipe.stages[0]!.objectives = { contrastive: { batchSize: 16, more: { batchSize: 12 } } }),
      /wrong at "stages\.0\.objectives\.contrastive\.more\.batchSize": must be a multiple of 8: .*, found 12/,
    ],
    [
      'more pairs whose means meet than there are',
      (recipe: { stages: { objectives: object }[] }) =>
        (recipe.stages[0]!.objectives = { contrastive: { batchSize: 16, meanBatchSize: 24 } }),
      /wrong at "stages\.0\.objectives\.contrastive\.meanBatchSize": must not be more than batchSize/,
    ],
    [
      'a batch that cannot be cut into micro-batches of whole groups',
      (recipe: { stages: { objectives: object }[] }) =>
        (recipe.stages[0]!.objectives = { contrastive: { batchSize: 24, groupSize: 8 } }),
      /wrong at "stages\.0\.objectives\.contrastive\.batchSize": must be a multiple of 16: .*, found 24/,
    ],
    [
      'an odd number of groups for two micro-batches',
      (recipe: { stages: { objectives: { matching: object } }[] }) =>
        (recipe.stages[1]!.objectives.matching = { groups: 3 }),
      /wrong at "stages\.1\.objectives\.matching\.groups": must be a multiple of 2: .*, found 3/,
    ],
    [
      'a batch of fine-tuning that cannot be cut into micro-batches',
      (recipe: { fineTuning: { batchSize: number } }) => (recipe.fineTuning.batchSize = 33),
      /wrong at "fineTuning\.batchSize": must be a multiple of microBatches, found 33/,
    ],
    [
      'a batch of captions that threads cannot share',
      (recipe: { captioning: { microBatches: number } }) => (recipe.captioning.microBatches = 3),
      /wrong at "captioning\.batchSize": must be a multiple of microBatches, found 32/,
    ],
    [
      'two stages of one name',
      (recipe: { stages: { name: string }[] }) => (recipe.stages[1]!.name = recipe.stages[0]!.name),
      /wrong at "stages": two stages of one name/,
    ],
    [
      'inputs named twice',
      (recipe: { fineTuning: { inputs: string[] } }) => (recipe.fineTuning.inputs = ['image', 'image']),
      /wrong at "fineTuning\.inputs": a name twice/,
    ],
    ['no stages', (recipe: { stages: unknown[] }) => (recipe.stages = []), /wrong at "stages": /],
  ])('names the place of %s, and what it found', (_, change, message) => {
    expect(messageOf(spoilt(change))).toMatch(message);
  });

  it('reports text that is not JSON', () => {
    expect(messageOf('{ "name": }')).toMatch(
      /^@kaleido\/recipe-schema: the recipe spoilt\.json is not JSON, found ".+"; /,
    );
    expect(messageOf('\uFEFF[]')).toMatch(/the recipe spoilt\.json is wrong/);
  });

  it('refuses guided masking without an alignment', () => {
    expect(messageOf(spoilt((recipe) => delete recipe.alignment))).toMatch(
      /wrong at "stages\.1\.objectives\.tasks\.masking": guided masking needs the recipe's "alignment"/,
    );
  });

  it('refuses a key that stands twice', () => {
    const text = spoilt(() => undefined);
    expect(messageOf(text.replace('"seed":1', '"seed":1,"seed":4'))).toBe(
      '@kaleido/recipe-schema: the recipe spoilt.json has a key twice, and only the last one would have an effect, found "seed"; remove one of them',
    );
  });
});
