import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { networkForeground } from '@kaleido/kaleido-patches';
import { intersectionOverUnion } from './evaluate-foreground.ts';
import { isForegroundRecipe, parseForegroundRecipe } from './foreground-recipe.ts';
import { noiseTable, takePhotograph } from './photograph.ts';
import { open } from './photograph-worker.ts';
import { drawPool } from './picture-pool.ts';
import { runForeground } from './run-foreground.ts';

const shipped = readFileSync(fileURLToPath(new URL('../../../recipes/foreground.json', import.meta.url)), 'utf8');
const recipe = parseForegroundRecipe(
  JSON.stringify({
    ...JSON.parse(shipped),
    pictures: { scenes: 4, objects: 5, backgrounds: 3 },
    training: { steps: 13, batchSize: 2, learningRate: 0.002 },
    evaluation: { pictures: 3 },
  }),
  'tiny.json',
);

const isBuilt = existsSync(new URL('../dist/photograph-worker.js', import.meta.url));
const missing = isBuilt
  ? await selectBackend({ prefer: 'tensorflow' }).then(
      () => undefined,
      () => 'no TensorFlow was found',
    )
  : 'the package is not built';
const itTrains = missing === undefined ? it : it.skip;
const whyNot = missing === undefined ? '' : ` (skipped: ${missing})`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foreground-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the foreground recipe', () => {
  it('is distinguished from others, and errors name the invalid key', () => {
    expect(isForegroundRecipe(shipped)).toBe(true);
    expect(isForegroundRecipe('{"kind":"released"}')).toBe(false);
    expect(isForegroundRecipe('no JSON')).toBe(false);
    expect(() => parseForegroundRecipe(shipped.replace('"steps"', '"stps"'), 'foreground.json')).toThrow(
      /the recipe foreground.json has an unknown key in "training", found "stps"; did you mean "steps"\?/,
    );
  });
});

describe('synthetic photographs', () => {
  it('depend only on the seed and the step, and show an object', async () => {
    const data = { seed: 2, side: 64, batchSize: 6, pictures: { scenes: 4, objects: 6, backgrounds: 3 } };
    const [first, second] = [await open(data), await open(data)];
    const place = (step: number) => ({ step, microBatch: 0 });
    const batch = await first.batch(place(3));
    expect(await second.batch(place(3))).toEqual(batch);
    expect((await first.batch(place(4))).pictures).not.toEqual(batch.pictures);
    expect(batch.pictures).toHaveLength(6 * 64 * 64 * 3);
    for (let i = 0; i < 6; i++) {
      const mask = batch.masks.subarray(i * 64 * 64, (i + 1) * 64 * 64);
      expect(mask.some((share) => share > 200)).toBe(true);
    }
  });

  it('have a mask of plausible size', async () => {
    const pool = await drawPool(2, 64, { scenes: 3, objects: 1, backgrounds: 1 });
    const noise = noiseTable(randomStream(1, 'noise'));
    // No mask is empty, and most are neither tiny nor almost full.
    const shares: number[] = [];
    for (let i = 0; i < 20; i++) {
      const { mask } = await takePhotograph(pool, noise, randomStream(i, 'photograph'));
      shares.push(mask.reduce((sum, share) => sum + share / 255, 0) / mask.length);
    }
    expect(Math.min(...shares)).toBeGreaterThan(0.003);
    expect(shares.filter((share) => share > 0.02 && share < 0.9).length).toBeGreaterThan(15);
  });
});

describe('intersectionOverUnion', () => {
  it('counts places at a half or more', () => {
    expect(intersectionOverUnion([1, 0.5, 0.4, 0], [1, 0, 0.6, 0])).toBeCloseTo(1 / 3, 6);
    expect(intersectionOverUnion([0, 0], [0.1, 0])).toBe(1);
  });
});

describe('runForeground', () => {
  it('refuses a backend without the gradients', async () => {
    await expect(runForeground({ recipe, out: folder, backend: 'wasm', threads: 1 })).rejects.toThrow(
      '@kaleido/foreground-training: the backend wasm has no gradients of convolutions, which training the foreground network needs; pass --backend tensorflow',
    );
  });

  itTrains(`trains, goes on where it was stopped, and ends with the same weights${whyNot}`, async () => {
    const whole = join(folder, 'whole');
    const options = { recipe, backend: 'tensorflow', threads: 2 } as const;
    const finished = await runForeground({ ...options, out: whole });
    expect(finished).toMatchObject({ kind: 'finished', figures: { 'iou.all': expect.any(Number) } });
    const weights = await readFile(join(whole, 'foreground.safetensors'));
    expect(weights.length).toBeLessThan(1e6);
    await networkForeground(weights);

    const stop = new AbortController();
    const parts = join(folder, 'parts');
    const stopped = await runForeground({
      ...options,
      out: parts,
      signal: stop.signal,
      // The first line of metrics is at the tenth step.
      onMetrics: () => stop.abort(),
    });
    expect(stopped).toEqual({ kind: 'interrupted' });
    const said: string[] = [];
    const again = await runForeground({ ...options, out: parts, onMessage: (message) => said.push(message) });
    expect(again.kind).toBe('finished');
    expect(said).toContain('resumes from step 10');
    expect(Buffer.compare(await readFile(join(parts, 'foreground.safetensors')), weights)).toBe(0);
    await expect(runForeground({ ...options, recipe: { ...recipe, seed: 9 }, out: parts })).rejects.toThrow(
      /holds a finished run of the recipe foreground, which is another recipe than foreground as it is now/,
    );
    expect(await runForeground({ ...options, out: parts })).toEqual({ ...again, finishedBefore: expect.any(String) });
    await selectBackend({ prefer: 'cpu' });
    expect(memory().numTensors).toBe(0);
  });
});
