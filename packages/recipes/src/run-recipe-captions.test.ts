import { mkdtempSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Evaluation } from '@kaleido/eval';
import { openKaleido } from '@kaleido/pipeline/node';
import type { Recipe } from '@kaleido/recipe-schema';
import { parseRecipe } from '@kaleido/recipe-schema';
import { microRecipe } from '../test/micro-recipe.ts';
import { runsIn } from '../test/runs-in.ts';
import { writeShardFolder } from '../test/shard-folder.ts';
import { evaluateRunCaptions } from './evaluate-run-folder.ts';
import { openSplits } from './open-source.ts';

// Seconds each on an idle machine; tests of other packages may run at the same time.
jest.setTimeout(240_000);

const { fineTuning: _, ...micro } = microRecipe();
const [first] = micro.stages;
const captioning = { steps: 6, learningRate: 0.002, batchSize: 16 };
const few = { lists: 1, queries: 4, candidates: 4, weightQueries: 4, puzzles: 4, words: 4 };
const plain = { ...micro, stages: [{ ...first, steps: 2 }], evaluation: few };
const evaluation = { ...few, captions: 6 };
const recipe = parseRecipe(JSON.stringify({ ...plain, captioning, evaluation }), 'captions');

const folder = mkdtempSync(join(tmpdir(), 'run-recipe-captions-'));
afterAll(() => rm(folder, { recursive: true }));
const { run, stopAfter, metricsOf, learned, bytesOf } = runsIn(folder);
const captioner = 'finetuned/captioning/model.safetensors';
const options = (name: string) =>
  ({ run: join(folder, name), cache: join(folder, 'cache'), backend: 'wasm', threads: 2 }) as const;

describe('runRecipe with captioning', () => {
  let figures: Evaluation['captions'];
  beforeAll(async () => {
    const { kind, evaluation } = await run('whole', { recipe });
    expect(kind).toBe('finished');
    figures = JSON.parse(JSON.stringify(evaluation?.captions));
  });

  it('saves it as a model folder that writes captions', async () => {
    expect((await readdir(join(folder, 'whole/finetuned/captioning'))).sort()).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'preprocessor.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    const opened = await openKaleido(join(folder, 'whole/finetuned/captioning'));
    const { source, split } = (await openSplits(recipe, undefined)).heldOut;
    for await (const { image } of source.products(split)) {
      for await (const written of opened.caption([image.bytes]))
        expect(written).toMatchObject({ caption: expect.any(String), logProbability: expect.any(Number) });
      break;
    }
    opened.dispose();
  });

  it('ends at the same bits after a stop in training, and one in the evaluation', async () => {
    expect(await stopAfter('stopped', 'fine-tuning (captions)', 3, recipe)).toEqual({ kind: 'interrupted' });
    expect(await readdir(join(folder, 'stopped'))).not.toContain('finetuned');
    const said: string[] = [];
    const parts: string[] = [];
    const stop = new AbortController();
    const going = run('stopped', {
      recipe,
      signal: stop.signal,
      onMessage: (message) => said.push(message),
      onPart: (part) => {
        if (part === 'captions') stop.abort(new Error('Ctrl-C'));
      },
    });
    await expect(going).rejects.toThrow('Ctrl-C');
    expect(said).toContain('resumes after pre-training');
    const { evaluation } = await run('stopped', {
      recipe,
      onMessage: (message) => said.push(message),
      onPart: (part) => parts.push(part),
    });
    expect(said).toContain('the model that writes captions is there from before');
    expect(parts).not.toContain('fine-tuning (captions)');
    expect(JSON.parse(JSON.stringify(evaluation?.captions))).toEqual(figures);
    for (const name of ['model.safetensors', captioner])
      expect((await bytesOf('stopped', name)).equals(await bytesOf('whole', name))).toBe(true);
    expect(learned(await metricsOf('stopped'))).toEqual(learned(await metricsOf('whole')));
    expect((await readdir(join(folder, 'stopped'))).sort()).toEqual((await readdir(join(folder, 'whole'))).sort());
  });

  it('measures its captions beside those of the nearest photographs, and shows some of them', async () => {
    const scored = { bleu1: expect.any(Number), ciderD: expect.any(Number), meteor: expect.any(Number) };
    const facts = { captions: 6, byAspect: { colour: {}, type: {}, pattern: {}, part: {} } };
    expect(figures).toMatchObject({ captions: 6, beam: 3, ...scored, facts, nearest: { ...scored, facts } });
    const report = (await bytesOf('whole', 'report.html')).toString();
    expect(report).toContain('baseline: nearest photograph');
    expect(report.match(/class="example captioned"/g)).toHaveLength(6);
    expect(report).toContain('Captions were also learned piece by piece from left to right');
    expect(await evaluateRunCaptions(options('whole'))).toEqual(figures);
    expect(await evaluateRunCaptions({ ...options('whole'), search: { beam: 1, blockNgram: 0 } })).toMatchObject({
      captions: 6,
      beam: 1,
      blockNgram: 0,
    });
  });

  it('is unchanged once finished, and removed with its run', async () => {
    expect(await run('whole', { recipe })).toMatchObject({ finishedBefore: expect.any(String) });
    await cp(join(folder, 'whole'), join(folder, 'removed'), { recursive: true });
    await run('removed', { recipe: parseRecipe(JSON.stringify(plain), 'plain'), overwrite: true });
    expect(await readdir(join(folder, 'removed'))).not.toContain('finetuned');
    // The copy was trained, not the pre-trained model.
    expect((await bytesOf('whole')).equals(await bytesOf('removed'))).toBe(true);
    expect((await bytesOf('whole', captioner)).equals(await bytesOf('whole'))).toBe(false);
    await expect(evaluateRunCaptions(options('removed'))).rejects.toThrow(
      /^@kaleido\/recipes: the run .*removed has no model that writes captions, found "no .*captioning"; give a run whose recipe has "captioning"/,
    );
  });

  it("takes the training photographs of the run's folder, or says that it is gone", async () => {
    const { train, heldOut } = await openSplits(recipe, undefined);
    const own = join(folder, 'own');
    await writeShardFolder(own, { train: await some(train, 40), validation: await some(heldOut, 16) });
    await writeShardFolder(join(folder, 'other'), { validation: await some(heldOut, 5) });
    const data = { kind: 'folder' };
    const ofFolder: Recipe = parseRecipe(JSON.stringify({ ...plain, captioning, evaluation, data }), 'folder');
    const { evaluation: measured } = await run('of-folder', { recipe: ofFolder, data: own });
    const captions = JSON.parse(JSON.stringify(measured?.captions));
    expect(captions.nearest).not.toHaveProperty('facts');
    expect(await evaluateRunCaptions({ ...options('of-folder'), data: own })).toEqual(captions);

    await rename(own, join(folder, 'moved'));
    const said: string[] = [];
    const elsewhere = { ...options('of-folder'), data: join(folder, 'other') };
    const { nearest, ...others } = await evaluateRunCaptions({ ...elsewhere, onMessage: (line) => said.push(line) });
    expect(nearest).toBeUndefined();
    expect(others.captions).toBe(5);
    expect(said.at(-1)).toMatch(/^without the baseline of the nearest training photograph: cannot read .*own/);
    // Of an earlier version, which did not note the folder.
    const record = JSON.parse(await readFile(join(folder, 'of-folder/run.json'), 'utf8'));
    await writeFile(join(folder, 'of-folder/run.json'), JSON.stringify({ ...record, data: undefined }));
    await evaluateRunCaptions({ ...elsewhere, onMessage: (line) => said.push(line) });
    expect(said.at(-1)).toMatch(/^without the baseline .* trains on a folder of products, and none was given/);
  });
});

async function some({ source, split }: Awaited<ReturnType<typeof openSplits>>['train'], count: number) {
  const products = [];
  for await (const product of source.products(split)) {
    products.push(product);
    if (products.length === count) break;
  }
  return products;
}
