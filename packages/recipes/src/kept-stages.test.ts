import { mkdtempSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Recipe } from '@kaleido/recipe-schema';
import { microRecipe } from '../test/micro-recipe.ts';
import { runsIn } from '../test/runs-in.ts';
import { type KeptStage, KeptStages } from './kept-stages.ts';

// Seconds each on an idle machine; tests of other packages may run at the same time.
jest.setTimeout(240_000);

const folder = mkdtempSync(join(tmpdir(), 'kept-stages-'));
afterAll(() => rm(folder, { recursive: true }));
const { run, metricsOf, bytesOf } = runsIn(folder);
const keptStages = join(folder, 'stages');

/** Stages alone, and as few steps as show an order. */
const whole = microRecipe();
const { fineTuning: _, captioning: __, ...bare } = whole;
const [first, ...others] = whole.stages;
const recipe: Recipe = {
  ...bare,
  stages: [{ ...first!, steps: 6 }, ...others.map((stage) => ({ ...stage, steps: 4 }))],
};

async function takenBy(out: string, changed: Recipe): Promise<string[]> {
  const taken: string[] = [];
  const onMessage = (message: string): void => {
    if (message.endsWith('taken from a run that began alike')) taken.push(message.split(':')[0] as string);
  };
  await run(out, { recipe: changed, keptStages, onMessage, threads: 1 });
  return taken;
}

describe('runs that begin alike', () => {
  it('train the stages that they share once, and have the weights and losses of runs that train all', async () => {
    await run('alone', { recipe, threads: 1 });
    const later = { ...recipe, stages: recipe.stages.map((stage, i) => (i === 0 ? stage : { ...stage, steps: 2 })) };
    expect(await takenBy('later', later)).toEqual([]);
    expect(await takenBy('taken', recipe)).toEqual(['stage contrastive']);
    expect((await bytesOf('taken')).equals(await bytesOf('alone'))).toBe(true);
    const lossesOf = async (out: string): Promise<unknown[]> =>
      (await metricsOf(out)).map(({ stage, step, losses }) => [stage, step, losses]);
    expect(await lossesOf('taken')).toEqual(await lossesOf('alone'));
  });

  it('take a last stage too, where only what comes after pre-training differs', async () => {
    expect(await takenBy('evaluated', { ...recipe, evaluation: { ...recipe.evaluation, puzzles: 8 } })).toEqual(
      recipe.stages.map(({ name }) => `stage ${name}`),
    );
    expect((await bytesOf('evaluated')).equals(await bytesOf('alone'))).toBe(true);
  });

  it('take the next stage where they were stopped between two', async () => {
    const stop = new AbortController();
    const onMessage = (message: string): void => {
      if (message === 'stage contrastive: taken from a run that began alike') stop.abort();
    };
    const stopped = await run('between', { recipe, keptStages, onMessage, threads: 1, signal: stop.signal });
    expect(stopped.kind).toBe('interrupted');
    expect(await takenBy('between', recipe)).toEqual([`stage ${recipe.stages[1]?.name}`]);
    expect((await bytesOf('between')).equals(await bytesOf('alone'))).toBe(true);
  });

  it('refuse a damaged file by its name', async () => {
    for (const name of await readdir(keptStages)) await writeFile(join(keptStages, name), 'damaged');
    await expect(takenBy('damaged', recipe)).rejects.toThrow(/stages.*\.safetensors/);
  });
});

describe('KeptStages', () => {
  const kept = new KeptStages(join(folder, 'other'));
  const origin = { data: 'a', backend: 'wasm', precision: 'float32' };
  const stage: KeptStage = { weights: new Map([['w', Float32Array.of(1, 2)]]), metrics: [] };

  it('finds a stage for all that decides its weights alone', async () => {
    await kept.keep(recipe, 0, origin, stage);
    const { stages, seed } = recipe;
    const finds = async (changed: Partial<Recipe>, index = 0, from = origin): Promise<boolean> =>
      (await kept.find({ ...recipe, ...changed } as Recipe, index, from)) !== undefined;
    expect(await kept.find(recipe, 0, origin)).toEqual(stage);
    expect(await finds({ name: 'other', description: 'other', evaluation: { ...recipe.evaluation, lists: 2 } })).toBe(
      true,
    );
    expect(await finds({ stages: stages.slice(0, 1) })).toBe(true);
    expect(await finds({ fineTuning: whole.fineTuning })).toBe(true);
    expect(await finds({}, 1)).toBe(false);
    expect(await finds({ seed: seed + 1 })).toBe(false);
    expect(await finds({ stages: stages.map((one) => ({ ...one, learningRate: 0.0007 })) })).toBe(false);
    expect(await finds({ data: { ...recipe.data, products: 95 } as Recipe['data'] })).toBe(false);
    for (const key of ['data', 'backend', 'precision'])
      expect(await finds({}, 0, { ...origin, [key]: 'other' })).toBe(false);
  });
});
