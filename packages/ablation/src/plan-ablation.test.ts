import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { microAblation } from '../test/micro-ablation.ts';
import { ablationJsonSchema, parseAblation } from './index.ts';
import { type AblationPlan, planAblation, readAblation } from './node.ts';

const recipes = fileURLToPath(new URL('../../../recipes/', import.meta.url));

/** The plan of the micro ablation after a change. */
// biome-ignore lint/suspicious/noExplicitAny: an ablation made invalid on purpose
function planned(change: (ablation: any) => void = () => undefined): AblationPlan {
  const ablation = structuredClone(microAblation);
  change(ablation);
  const parsed = parseAblation(JSON.stringify(ablation), 'mine.json');
  return planAblation(parsed, parsed.base as Record<string, unknown>, 'mine.json');
}

describe('an ablation', () => {
  it('has a recipe for each variant that differs, and one for those that are equal', () => {
    const { seeds, variants, recipes: planned_ } = planned();
    expect(seeds).toEqual([1, 2, 3]);
    expect(variants.map(({ name, runs }) => [name, runs])).toEqual([
      ['all', 'all'],
      ['no-jigsaw', 'no-jigsaw'],
      ['box', 'all'],
      ['grid', 'grid'],
    ]);
    expect([...planned_.keys()]).toEqual(['all', 'no-jigsaw', 'grid']);
    expect(planned_.get('no-jigsaw')).toMatchObject({
      name: 'micro-ablation: no-jigsaw',
      expectedFigures: {},
      stages: [{ name: 'contrastive' }, { objectives: { tasks: { batchSize: 8, weights: { jigsaw: 0 } } } }],
    });
    expect(planned_.get('grid')?.features.foreground).toEqual({ kind: 'whole-image' });
  });

  it('changes its base for all variants, and may leave out a stage', () => {
    const plan = planned((ablation) => {
      ablation.change = { data: { products: 80 }, fineTuning: null };
      ablation.stages = { contrastive: null };
    });
    for (const recipe of plan.recipes.values()) {
      expect(recipe).toMatchObject({ data: { products: 80 }, stages: [{ name: 'tasks' }] });
      expect(recipe.fineTuning).toBeUndefined();
    }
  });

  it.each([
    [
      'an unknown key of a recipe',
      (ablation: { variants: { change?: object }[] }) => (ablation.variants[1]!.change = { feature: {} }),
      /the recipe of the variant no-jigsaw of mine\.json has an unknown key, found "feature"; did you mean "features"\?/,
    ],
    [
      'a change without effect',
      (ablation: { variants: { change?: object }[] }) =>
        (ablation.variants[3]!.change = { features: { foreground: { kind: 'whole-image' }, cutOut: true } }),
      /"features\.cutOut" of the recipe of the variant grid of mine\.json has no effect/,
    ],
    [
      'an unknown stage',
      (ablation: { variants: { stages?: object }[] }) => (ablation.variants[1]!.stages = { task: {} }),
      /no-jigsaw of mine\.json changes a stage that the recipe does not have, found "task"; did you mean "tasks"\?/,
    ],
    [
      "the run's own seed",
      (ablation: { variants: { change?: object }[] }) => (ablation.variants[1]!.change = { seed: 4 }),
      /changes "seed", which the ablation sets for every run, found 4/,
    ],
    [
      'two equal variants of a group',
      (ablation: { variants: { stages?: object }[] }) => delete ablation.variants[1]!.stages,
      /two variants of the group Tasks in mine\.json are the same recipe, found \["all","no-jigsaw"\]/,
    ],
    [
      'two variants of one name',
      (ablation: { variants: { name: string }[] }) => (ablation.variants[1]!.name = 'all'),
      /wrong at "variants\.1\.name": two variants of one name, found "all"/,
    ],
    [
      'a name that is no folder',
      (ablation: { variants: { name: string }[] }) => (ablation.variants[1]!.name = '../all'),
      /wrong at "variants\.1\.name": .*it names a folder, found "\.\.\/all"/,
    ],
    [
      'an unknown reference',
      (ablation: { reference: string }) => (ablation.reference = 'none'),
      /wrong at "reference": must be one of all, no-jigsaw, box, grid, found "none"/,
    ],
    [
      'two seeds',
      (ablation: { seeds: number[] }) => (ablation.seeds = [1, 2]),
      /wrong at "seeds": .*>=3 items, found \[1,2\]/,
    ],
    ['a seed twice', (ablation: { seeds: number[] }) => (ablation.seeds = [1, 2, 1]), /wrong at "seeds": a seed twice/],
  ])('is refused for %s', (_, change, message) => {
    expect(() => planned(change)).toThrow(message);
  });
});

describe('the ablations of this repository', () => {
  it.each(['ablation-atelier', 'ablation-kagl-12k'])('%s is one under its own name, of valid recipes', async (name) => {
    const plan = await readAblation(`${recipes}${name}.json`);
    expect(plan.name).toBe(name);
    expect(plan.recipes.size).toBeLessThan(plan.variants.length);
    expect(plan.variants.find((one) => one.name === plan.reference)).toBeDefined();
    for (const { title } of plan.variants) expect(title.length).toBeLessThan(28);
  });

  it('compare what the paper compares', async () => {
    const { variants, recipes: all } = await readAblation(`${recipes}ablation-atelier.json`);
    const foregrounds = variants
      .filter(({ group }) => group === 'Kaleido patches')
      .map(({ runs }) => all.get(runs)?.features.foreground.kind);
    expect(foregrounds).toEqual(['whole-image', 'background-colour', 'network']);
    const masking = variants
      .filter(({ group }) => group === 'Masking')
      .map(({ runs }) => [
        all.get(runs)?.stages.at(-1)?.objectives.tasks?.masking,
        all.get(runs)?.alignment?.aligner.kind,
      ]);
    expect(masking).toEqual([
      ['random', undefined],
      ['guided', 'captioner'],
      ['guided', 'discriminants'],
    ]);
    const leftOut = variants
      .filter(({ group }) => group === 'Tasks')
      .map(
        ({ runs }) =>
          Object.values(all.get(runs)?.stages.at(-1)?.objectives.tasks?.weights ?? {}).filter((one) => one === 0)
            .length,
      );
    expect(leftOut).toEqual([5, 4, 3, 2, 1, 0, 4]);
    expect(all.size).toBe(11);
  });

  it('are described by the ablation.schema.json that the code gives (else: pnpm write-ablation-schema)', () => {
    const stored = JSON.parse(readFileSync(`${recipes}ablation.schema.json`, 'utf8'));
    expect(stored).toEqual(JSON.parse(JSON.stringify(ablationJsonSchema())));
  });

  it('are refused if they are recipes, or not there', async () => {
    await expect(readAblation(`${recipes}tiny-ci.json`)).rejects.toThrow(/tiny-ci\.json is not an ablation/);
    await expect(readAblation(`${recipes}none.json`)).rejects.toThrow(/cannot read .*none\.json, found "ENOENT"/);
  });
});
