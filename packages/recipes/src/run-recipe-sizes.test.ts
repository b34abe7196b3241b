import { mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { parseRecipe, type Recipe } from '@kaleido/recipe-schema';
import { microRecipe } from '../test/micro-recipe.ts';
import { runsIn } from '../test/runs-in.ts';
import { evaluateRunRetrieval } from './evaluate-run-retrieval.ts';
import { openSplits } from './open-source.ts';
import type { RunResult } from './run-options.ts';

// Seconds each on an idle machine; tests of other packages may run at the same time.
jest.setTimeout(240_000);

const folder = mkdtempSync(join(tmpdir(), 'run-recipe-sizes-'));
afterAll(() => rm(folder, { recursive: true }));
const { run, bytesOf } = runsIn(folder);
const data = join(folder, 'photographs');
const { fineTuning, data: _, ...micro } = microRecipe();
const { fields: __, ...classifier } = fineTuning!;
const recipe = parseRecipe(
  JSON.stringify({
    ...micro,
    sizes: 'by-data',
    data: { kind: 'folder' },
    fineTuning: classifier,
    evaluation: { ...micro.evaluation, candidates: 101 },
  }),
  'by-data',
);

/** Photographs in a folder for each category, which is the caption too. */
beforeAll(async () => {
  const { train } = await openSplits(microRecipe(), undefined);
  for await (const { id, category, image } of train.source.products('train')) {
    await mkdir(join(data, category!), { recursive: true });
    await writeFile(join(data, category!, `${id}.png`), image.bytes);
  }
});

const messages: string[] = [];
const runOn = (signal?: AbortSignal, onStep?: () => void, of = recipe): Promise<RunResult> =>
  run('folders', {
    recipe: of,
    data,
    onMessage: (message) => messages.push(message),
    ...(signal === undefined ? {} : { signal }),
    ...(onStep === undefined ? {} : { onMetrics: onStep }),
  });

it('chooses the sizes of a folder of photographs by class, goes on with them, and keeps them for evaluation', async () => {
  const stop = new AbortController();
  expect(await runOn(stop.signal, () => stop.abort())).toEqual({ kind: 'interrupted' });
  const chosen = JSON.parse((await bytesOf('folders', 'recipe.json')).toString()) as Recipe;
  expect(chosen).toMatchObject({ sizes: { chosenFor: expect.any(Number) }, fineTuning: { fields: ['category'] } });
  expect(chosen.stages[0]!.objectives.contrastive).toMatchObject({ groupSize: 1, batchSize: 20 });
  expect(messages).toContainEqual(
    expect.stringMatching(/^sizes for \d+ pictures: 16 and 8 steps; batches of 20 pairs/),
  );

  // A further photograph makes other sizes, and is another run.
  const [strange, category] = ['strange.png', 'tops'];
  const { train } = await openSplits(microRecipe(), undefined);
  for await (const { image } of train.source.products('train')) {
    await writeFile(join(data, category, strange), Buffer.concat([image.bytes, Buffer.from([0])]));
    break;
  }
  await expect(runOn()).rejects.toThrow(/was started with other products, and cannot resume with these/);
  await rm(join(data, category, strange));
  await expect(runOn(undefined, undefined, { ...recipe, seed: 9 })).rejects.toThrow(/which is another recipe/);

  const result = await runOn();
  expect(messages).toContain('resumes at stage 1 of 2, step 1');
  expect(messages).toContainEqual(
    expect.stringMatching(/lists of \d+ candidates instead of 101: figures are higher for it/),
  );
  expect(result.evaluation!.recognition).toHaveProperty('category:image');
  const report = (await bytesOf('folders', 'report.html')).toString();
  expect(report).toContain('sizes for ');
  expect(await runOn()).toMatchObject({ kind: 'finished', finishedBefore: expect.any(String) });
  const options = { run: join(folder, 'folders'), cache: join(folder, 'cache'), backend: 'wasm', threads: 2 } as const;
  expect((await evaluateRunRetrieval(options)).retrieval).toEqual(result.evaluation!.retrieval);
});
