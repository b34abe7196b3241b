import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { type ReleasedFileKind, releasedColumns } from '@kaleido/data';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import { KaleidoBert, type KaleidoBertConfig, kaleidoBertConfig, readWeights } from '@kaleido/model';
import { loadReleasedCheckpoint, saveReleasedCheckpoint } from '@kaleido/model/node';
import { MetricsFile } from '@kaleido/training/node';
import { parseReleasedRecipe, type ReleasedRecipe } from './released-recipe.ts';
import { type ReleasedResult, runReleased } from './run-released.ts';
import type { RunReleasedOptions } from './run-released-options.ts';

jest.setTimeout(240_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'released-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [T, F, V] = [6, 4, 30];

/** Rows of a released file with random numbers; `change` may override a column. */
async function writeRows(
  name: string,
  kind: ReleasedFileKind,
  rows: number,
  change: (row: number, column: string) => string | undefined = () => undefined,
  sizes = { textLength: T, featureWidth: F },
): Promise<void> {
  const random = randomStream(7, name);
  const lines = Array.from({ length: rows }, (_, row) =>
    releasedColumns(kind, sizes)
      .map(({ name: column, type, length }) => {
        const given = change(row, column);
        if (given !== undefined) return given;
        if (type === 'text') return `${column}-${row}`;
        if (column === 'input_mask') return Array.from({ length }, () => 1).join(',');
        if (column === 'img_grey_lm_ids' || column === 'img_blank_lm_ids')
          return Array.from({ length }, (_, i) => i + row).join(',');
        const bound = /lm_ids|input_ids/.test(column) ? V : /position_|loc/.test(column) ? T : 2;
        const one = (): string => (type === 'int' ? String(random.integer(bound)) : random.uniform().toFixed(4));
        return Array.from({ length }, one).join(',');
      })
      .join('\t'),
  );
  await writeFile(join(folder, name), `${lines.join('\n')}\n`);
}

async function writeCheckpoint(name: string, changes: Partial<KaleidoBertConfig> = {}): Promise<string> {
  await selectBackend({ prefer: 'wasm' });
  const config = kaleidoBertConfig({
    vocab_size: V,
    hidden_size: 8,
    intermediate_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    max_position_embeddings: 64,
    text_seq_len: T,
    patch_feature_size: F,
    initializer_range: 0.3,
    ...changes,
  });
  const model = KaleidoBert.create(config, 1);
  const path = join(folder, name, 'model.ckpt');
  await saveReleasedCheckpoint(path, { config, weights: await readWeights(model) });
  model.dispose();
  return path;
}

const recipes = fileURLToPath(new URL('../../../recipes/released/', import.meta.url));
async function recipeOf(task: string, changes: object = {}): Promise<ReleasedRecipe> {
  const text = await readFile(join(recipes, `${task}.json`), 'utf8');
  const sizes = { textLength: T, featureWidth: F, batchSize: 4 };
  return parseReleasedRecipe(JSON.stringify({ ...JSON.parse(text), ...sizes, ...changes }), task);
}

const run = (recipe: ReleasedRecipe, out: string, changes: Partial<RunReleasedOptions> = {}): Promise<ReleasedResult> =>
  runReleased({ recipe, data: folder, out: join(folder, out), backend: 'wasm', threads: 1, ...changes });

const figuresOf = (result: ReleasedResult): Readonly<Record<string, number>> => {
  if (result.kind !== 'finished') throw new Error('it was stopped');
  return result.figures;
};

describe('runReleased', () => {
  it('ranks the pairs of each product by the raw logit', async () => {
    const checkpoint = await writeCheckpoint('ranking');
    // All pairs of two captions and two photographs; captions differ by ids, photographs by features.
    await writeRows('retrieval.tsv', 'retrieval', 4, (row, column) => {
      if (column === 'text_prod_id') return `t${row % 2}`;
      if (column === 'image_prod_id') return `i${Math.floor(row / 2)}`;
      if (column === 'nx_sent_labels') return row % 2 === Math.floor(row / 2) ? '1' : '0';
      return undefined;
    });
    const [toText, toImage] = [
      figuresOf(await run(await recipeOf('image-to-text'), 'ranked', { checkpoint })),
      figuresOf(await run(await recipeOf('text-to-image', { batchSize: 3 }), 'ranked-images', { checkpoint })),
    ];
    for (const figures of [toText, toImage]) {
      expect(figures).toMatchObject({ 'R@5': 100, 'R@10': 100, queries: 2, withoutMatch: 0, pairs: 4 });
      expect([0, 50, 100]).toContain(figures['R@1']);
    }
    const written = async (): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, 'ranked', 'evaluation.json'), 'utf8'));
    expect(await written()).toEqual(toText);
    // A run of another recipe is not overwritten.
    await expect(run(await recipeOf('text-to-image'), 'ranked', { checkpoint })).rejects.toThrow(
      /holds a finished run of the recipe .*, which is another recipe than .*; pass another --out/,
    );
    // Its figures are not returned for another checkpoint, nor measured again.
    await expect(run(await recipeOf('image-to-text'), 'ranked', { checkpoint: `${checkpoint}x` })).rejects.toThrow(
      /holds a finished run of this recipe with --checkpoint .*model\.ckpt, not with --checkpoint .*model\.ckptx; pass/,
    );
    expect(await run(await recipeOf('image-to-text'), 'ranked', { checkpoint })).toEqual({
      kind: 'finished',
      figures: toText,
      finishedBefore: expect.any(String),
    });
    expect(await written()).toEqual(toText);
    // It is not removed for a run that cannot begin.
    const spoilt = await recipeOf('text-to-image', { files: { evaluate: 'none.tsv' } });
    await expect(run(spoilt, 'ranked', { checkpoint, overwrite: true })).rejects.toThrow(/cannot read .*none\.tsv/);
    expect(await written()).toEqual(toText);
    const other = await recipeOf('text-to-image');
    expect(figuresOf(await run(other, 'ranked', { checkpoint, overwrite: true }))).toEqual(await written());
  });

  it('fine-tunes, stops, resumes to the same weights, and evaluates the saved model', async () => {
    const checkpoint = await writeCheckpoint('fine-tuning');
    // The category is in the features.
    await writeRows('category.tsv', 'category', 20, (row, column) => {
      if (column === 'img_category_id') return String(row % 3);
      if (column !== 'img_feature_convert_rotation') return undefined;
      return Array.from({ length: F }, (_, i) => (i === row % 3 ? 3 : 0)).join(',');
    });
    const training = { epochs: 12, learningRate: 0.01, shuffle: 8 };
    const recipe = await recipeOf('category', { classes: 3, training });
    const whole = figuresOf(await run(recipe, 'whole', { checkpoint }));
    expect(whole).toMatchObject({ examples: 20 });
    // Chance is a third.
    expect(whole.accuracy).toBeGreaterThan(70);

    const stop = new AbortController();
    const stopped = run(recipe, 'stopped', {
      checkpoint,
      signal: stop.signal,
      onMetrics: ({ step }) => {
        if (step === 7) stop.abort();
      },
    });
    expect(await stopped).toEqual({ kind: 'interrupted' });
    // What a save killed between its two files leaves.
    await writeFile(join(folder, 'stopped', 'model.ckpt-9.data-00000-of-00001'), 'cut off');
    const said: string[] = [];
    const resumed = await run(recipe, 'stopped', { checkpoint, onMessage: (message) => said.push(message) });
    expect(said).toContain('resumes at step 7 of 61');
    expect(figuresOf(resumed)).toEqual(whole);
    const [one, other] = await Promise.all(
      ['whole', 'stopped'].map((out) => loadReleasedCheckpoint(join(folder, out), { optimizer: true })),
    );
    expect(other).toEqual(one);
    // Only one save stays, and every step has one line.
    expect((await readdir(join(folder, 'stopped'))).filter((name) => name.startsWith('model.ckpt')).sort()).toEqual([
      'model.ckpt-61.data-00000-of-00001',
      'model.ckpt-61.index',
    ]);
    const steps = (await new MetricsFile(join(folder, 'stopped', 'metrics.jsonl')).read()).map(({ step }) => step);
    expect(steps).toEqual([...new Set(steps)]);
    expect(steps.at(-1)).toBe(61);
    expect([...one!.heads.keys()]).toEqual(['catepred_dense/kernel', 'catepred_dense/bias']);
    expect(one!.optimizer?.step).toBe(61);
  });

  it('saves its state at an invalid row, and resumes once the row is corrected', async () => {
    const checkpoint = await writeCheckpoint('failing');
    const write = (bad: boolean): Promise<void> =>
      writeRows('category.tsv', 'category', 12, (row, column) =>
        column === 'img_category_id' ? (bad && row === 9 ? '7' : String(row % 3)) : undefined,
      );
    // Without a buffer the rows stay in order: the third batch has the invalid one.
    const recipe = await recipeOf('category', { classes: 3, training: { epochs: 3, learningRate: 0.01, shuffle: 1 } });
    await write(false);
    const whole = figuresOf(await run(recipe, 'unbroken', { checkpoint }));
    await write(true);
    const said: string[] = [];
    const failing = run(recipe, 'broken', { checkpoint, onMessage: (message) => said.push(message) });
    await expect(failing).rejects.toThrow(/the column img_category_id must be from 0 to 2, found 7/);
    expect(said.at(-1)).toMatch(/the saved state is kept, and the same command resumes from step [12] of 10/);
    await expect(run({ ...recipe, seed: 2 }, 'broken', { checkpoint })).rejects.toThrow(
      /holds an unfinished run of the recipe .*, which is another recipe than .* as it is now; pass another --out/,
    );
    await expect(run(recipe, 'broken', { checkpoint: `${checkpoint}x` })).rejects.toThrow(
      /holds an unfinished run that began with --checkpoint .*model\.ckpt, not with/,
    );
    // A checkpoint without a recipe is not removed either.
    await expect(run(recipe, 'failing', { checkpoint, overwrite: true })).rejects.toThrow(
      /contains no run, but files that a run would overwrite, found \[.*"model\.ckpt\./,
    );
    await write(false);
    expect(figuresOf(await run(recipe, 'broken', { checkpoint }))).toEqual(whole);
    await rm(join(folder, 'broken', 'evaluation.json'));
    const [index] = (await readdir(join(folder, 'broken'))).filter((name) => name.endsWith('.index'));
    await writeFile(join(folder, 'broken', index as string), 'damaged');
    await expect(run(recipe, 'broken', { checkpoint })).rejects.toThrow(/no sound TensorFlow checkpoint/);
  });

  it('pre-trains: the logged loss falls on rows that repeat', async () => {
    const checkpoint = await writeCheckpoint('pre-training', {
      hidden_dropout_prob: 0,
      attention_probs_dropout_prob: 0,
    });
    await writeRows('pretrain.tsv', 'pretrain', 6);
    const recipe = await recipeOf('pretrain', { training: { epochs: 40, learningRate: 0.01 } });
    const totals: number[] = [];
    const result = await run(recipe, 'pretrained', {
      checkpoint,
      onMetrics: ({ losses }) => totals.push(losses.loss as number),
    });
    expect(totals.at(-1)!).toBeLessThan(0.6 * totals[0]!);
    const figures = figuresOf(result);
    expect(figures.examples).toBe(6);
    // The replacement at a masked place was drawn repeatedly.
    for (const name of ['match', 'rotation', 'jigsaw', 'camouflage'])
      expect(figures[`${name}Accuracy`]).toBeGreaterThan(60);
  });

  it.each<[string, string, (row: number, column: string) => string | undefined, RegExp]>([
    [
      'an id beyond the vocabulary',
      'retrieval',
      (_, column) => (column === 'input_ids' ? '1,2,3,30,5,6' : undefined),
      /column input_ids must be from 0 to 29, at 3, found 30/,
    ],
    [
      'a feature that is none',
      'retrieval',
      (_, column) => (column === 'img_feature_convert_rotation' ? '1,nan,3,4' : undefined),
      /retrieval\.tsv, row 1, column img_feature_convert_rotation: is no number at 1, found "nan"/,
    ],
    [
      '34 places instead of 45',
      'retrieval',
      (row, column) =>
        row === 1 && column === 'img_loc_position_camouflage' ? Array(34).fill(1).join(',') : undefined,
      /retrieval\.tsv, row 2, column img_loc_position_camouflage: must have 45 values, found 34/,
    ],
  ])('refuses %s', async (_, kind, change, message) => {
    const checkpoint = await writeCheckpoint('refusing');
    await writeRows(`${kind}.tsv`, kind as ReleasedFileKind, 3, change);
    const error: unknown = await run(await recipeOf('image-to-text'), 'refused', { checkpoint }).catch(
      (e: unknown) => e,
    );
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect((error as KaleidoError).message).toMatch(message);
  });

  it('reports what is missing', async () => {
    const checkpoint = await writeCheckpoint('missing');
    const recipe = await recipeOf('image-to-text', { files: { evaluate: 'no-such.tsv' } });
    await expect(run(recipe, 'missing-run', { checkpoint })).rejects.toThrow(/cannot read .*no-such\.tsv/);
    await writeRows('retrieval.tsv', 'retrieval', 1);
    await expect(run(await recipeOf('image-to-text'), 'missing-run')).rejects.toThrow(/pass --checkpoint/);
    const wide = await writeCheckpoint('wide', { patch_feature_size: 9 });
    await expect(run(await recipeOf('image-to-text'), 'missing-run', { checkpoint: wide })).rejects.toThrow(
      /have a featureWidth of 4, and the checkpoint another, found 9/,
    );
  });
});

const golden = fileURLToPath(new URL('../../../../shared/golden/model/tsv/', import.meta.url));
describe('the released recipes on files of the released sizes', () => {
  const tasks = ['category', 'image-to-text', 'pretrain', 'subcategory', 'text-to-image'];
  const released = { textLength: 64, featureWidth: 2048 };
  const made = (): string => join(folder, 'released-sizes');
  beforeAll(async () => {
    await mkdir(made());
    for (const [kind, rows] of [
      ['pretrain', 3],
      ['retrieval', 4],
      ['category', 2],
    ] as const)
      await writeRows(`released-sizes/${kind}.tsv`, kind, rows, undefined, released);
  });

  async function runShort(task: string, out: string, data: string): Promise<void> {
    const sizes = { vocab_size: 30_522, patch_feature_size: 2048, text_seq_len: 64 };
    const checkpoint = await writeCheckpoint(`sizes-${out}`, sizes);
    const recipe = parseReleasedRecipe(await readFile(join(recipes, `${task}.json`), 'utf8'), task);
    const short = recipe.training === undefined ? {} : { training: { ...recipe.training, epochs: 2 } };
    const result = await run({ ...recipe, ...short, batchSize: 2 }, out, { checkpoint, data });
    for (const value of Object.values(figuresOf(result))) expect(Number.isFinite(value)).toBe(true);
  }

  it('are five', async () => {
    expect((await readdir(recipes)).sort()).toEqual(tasks.map((name) => `${name}.json`));
  });

  it.each(tasks)('%s', (task) => runShort(task, `made-${task}`, made()));

  // One task for each of the three files.
  (existsSync(golden) ? it : it.skip).each(['category', 'image-to-text', 'pretrain'])(
    '%s, on rows that the released reader was given (skipped where ../shared is absent)',
    (task) => runShort(task, `golden-${task}`, golden),
  );
});
