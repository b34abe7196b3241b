import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { microRecipe } from '../test/micro-recipe.ts';
import { parseRecipe, parseStoredRecipe } from './parse-recipe.ts';

// biome-ignore lint/suspicious/noExplicitAny: a recipe as plain JSON
type Loose = any;
const changed = (change: (recipe: Loose) => void): string => {
  const recipe: Loose = JSON.parse(JSON.stringify(microRecipe()));
  change(recipe);
  return JSON.stringify(recipe);
};
/** The objectives of its second stage: contrastive and matching. */
const objectives = (recipe: Loose): Loose => recipe.stages[1].objectives;

describe('a recipe key without effect', () => {
  it.each<[string, (recipe: Loose) => void]>([
    [
      'features.cutOut',
      ({ features }) => Object.assign(features, { cutOut: true, foreground: { kind: 'whole-image' } }),
    ],
    [
      'features.extractor.rotatedInputSize',
      ({ features }) => {
        features.extractor = { kind: 'mobilenet-v2', scheme: 'pass-per-patch', rotatedInputSize: 32 };
      },
    ],
    [
      'features.extractor.parts.1.rotatedInputSize',
      ({ features }) => {
        features.extractor.parts[1] = { kind: 'mobilenet-v2', scheme: 'pass-per-patch', rotatedInputSize: 32 };
      },
    ],
    ['evaluation.captions', ({ evaluation }) => Object.assign(evaluation, { captions: 9 })],
    ['model.settings.joint_view', ({ model }) => Object.assign(model.settings, { joint_size: 0, joint_view: 'whole' })],
    [
      'model.settings.attention_initialisation',
      ({ model }) => {
        model.bert = 'somewhere';
        model.settings.attention_initialisation = 'identity';
      },
    ],
    [
      'model.settings.masked_greymask_patch_num',
      (recipe) => {
        recipe.stages.pop();
        recipe.model.settings.masked_greymask_patch_num = 7;
      },
    ],
    [
      'stages.1.objectives.contrastive',
      (recipe) => Object.assign(objectives(recipe).contrastive, { weight: 0, meanWeight: 0 }),
    ],
    [
      'stages.1.objectives.contrastive.meanBatchSize',
      (recipe) => {
        recipe.model.settings.joint_view = 'whole';
        Object.assign(objectives(recipe).contrastive, { meanWeight: 0, meanBatchSize: 8 });
      },
    ],
    [
      'stages.1.objectives.contrastive.patchShare',
      (recipe) => {
        recipe.model.settings.joint_view = 'whole';
        Object.assign(objectives(recipe).contrastive, { meanWeight: 0, patchShare: 0.5 });
      },
    ],
    [
      'stages.1.objectives.contrastive.labelSmoothing',
      (recipe) => Object.assign(objectives(recipe).contrastive, { weight: 0, labelSmoothing: 0.1 }),
    ],
    ['stages.1.objectives.matching', (recipe) => Object.assign(objectives(recipe).matching, { weight: 0 })],
    [
      'stages.1.objectives.matching',
      (recipe) => Object.assign(objectives(recipe).matching, { groupSize: 1, binaryWeight: 0 }),
    ],
    [
      'stages.1.objectives.matching.distillation',
      (recipe) => Object.assign(objectives(recipe).matching, { distillation: { weight: 0 } }),
    ],
    [
      'stages.1.hardNegatives',
      (recipe) => {
        Object.assign(objectives(recipe).contrastive, { groupSize: 1 });
        delete objectives(recipe).matching;
      },
    ],
    ['stages.1.hardNegatives', (recipe) => Object.assign(recipe.stages[1].hardNegatives, { share: 0 })],
    ['fineTuning.patchShare', ({ fineTuning }) => Object.assign(fineTuning, { inputs: ['text'], patchShare: 0.5 })],
  ])('%s is refused, and read from a run that is there', (key, change) => {
    const text = changed(change);
    expect(() => parseRecipe(text, 'mine.json')).toThrow(
      `@kaleido/recipes: "${key}" of the recipe mine.json has no effect: `,
    );
    expect(() => parseStoredRecipe(text, 'mine.json')).not.toThrow();
  });

  it('is refused where the weights of all tasks are 0', () => {
    const text = changed((recipe) => {
      const names = ['match', 'maskedTokens', 'rotation', 'jigsaw', 'camouflage', 'greyToColour', 'blankToColour'];
      objectives(recipe).tasks.weights = Object.fromEntries(names.map((name) => [name, 0]));
    });
    expect(() => parseRecipe(text, 'mine.json')).toThrow(/"stages\.1\.objectives\.tasks" .* all its weights are 0/);
  });

  it('is accepted with its default value, as in the recipe of a run folder', () => {
    // microRecipe() has been parsed: every default is written out.
    expect(() => parseRecipe(JSON.stringify(microRecipe()), 'recipe.json')).not.toThrow();
    const text = changed((recipe) => Object.assign(objectives(recipe).contrastive, { weight: 0, labelSmoothing: 0 }));
    expect(() => parseRecipe(text, 'recipe.json')).not.toThrow();
  });

  it('is not in any shipped recipe', () => {
    const folder = fileURLToPath(new URL('../../../recipes/', import.meta.url));
    const shipped = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.includes('schema'));
    const texts = shipped.map((name) => [name, readFileSync(`${folder}${name}`, 'utf8')] as const);
    // Other packages parse recipes of other kinds.
    const own = texts.filter(([, text]) => !('kind' in JSON.parse(text)));
    expect(own.length).toBeGreaterThan(3);
    for (const [name, text] of own) expect(() => parseRecipe(text, name)).not.toThrow();
  });
});

describe('a misspelt name in a recipe', () => {
  it.each<[(recipe: Loose) => void, RegExp]>([
    [(recipe) => (recipe.sead = 1), /has an unknown key, found "sead"; did you mean "seed"\? compare with/],
    [(recipe) => (recipe.evaluation.querys = 1), /in "evaluation", found "querys"; did you mean "queries"\?/],
    [
      (recipe) => (recipe.stages[1].objectives.contrastve = {}),
      /in "stages\.1\.objectives", found "contrastve"; did you mean "contrastive"\?/,
    ],
    // Misspelt and missing.
    [
      ({ stages: [stage] }) => Object.assign(stage, { step: stage.steps, steps: undefined }),
      /in "stages\.0", found "step"; did you mean "steps"\?/,
    ],
    [
      (recipe) => (recipe.data.collection.colors = ['red']),
      /in "data\.collection", found "colors"; did you mean "colours"\?/,
    ],
    [
      (recipe) => (recipe.data.retrievalSubcategories = ['sneekers']),
      /wrong at "data\.retrievalSubcategories\.0": .*found "sneekers"; did you mean "sneakers"\?/,
    ],
    [
      (recipe) => (recipe.features.extractor = { kind: 'pixel', size: 4 }),
      /wrong at "features\.extractor\.kind": .*"pixels".*found "pixel"; did you mean "pixels"\?/,
    ],
    [
      (recipe) => (recipe.stages[1].objectives.tasks.weights = { jigzaw: 1 }),
      /"stages\.1\.objectives\.tasks\.weights".*found "jigzaw"; did you mean "jigsaw"\?/,
    ],
    [(recipe) => (recipe.kind = 'relased'), /of an unknown kind, found "relased"; did you mean "released"\? known are/],
    [(recipe) => (recipe.xyzzy = 1), /has an unknown key, found "xyzzy"; compare with recipes\/recipe\.schema\.json$/],
  ])('%# is answered with the nearest known', (change, message) => {
    expect(() => parseRecipe(changed(change), 'mine.json')).toThrow(message);
  });
});
