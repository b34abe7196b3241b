import { mkdtempSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Product } from '@kaleido/data';
import type { FolderData, Recipe } from '@kaleido/recipe-schema';
import { parseRecipe } from '@kaleido/recipe-schema';
import type { SourceSplit } from '@kaleido/splits';
import { microRecipe } from '../test/micro-recipe.ts';
import { runsIn } from '../test/runs-in.ts';
import { writeShardFolder } from '../test/shard-folder.ts';
import { evaluateRunFullRetrieval } from './evaluate-run-full-retrieval.ts';
import { evaluateRunRetrieval } from './evaluate-run-retrieval.ts';
import { openSplits } from './open-source.ts';
import type { RunResult } from './run-options.ts';

// Seconds each on an idle machine; tests of other packages may run at the same time.
jest.setTimeout(240_000);

const recipe = microRecipe();
const folder = mkdtempSync(join(tmpdir(), 'run-recipe-'));
afterAll(() => rm(folder, { recursive: true }));
const { run, metricsOf, bytesOf } = runsIn(folder);

describe('runRecipe with further products', () => {
  const { fineTuning: _, ...plain } = recipe;
  const objectives = { contrastive: { batchSize: 16, meanBatchSize: 8, more: { batchSize: 16 } } };
  const withMore = parseRecipe(
    JSON.stringify({
      ...plain,
      data: { kind: 'folder', more: { folder: '../more' } },
      alignment: { aligner: { kind: 'discriminants', leastOccurrences: 4, leastEvidence: 0 } },
      model: { ...recipe.model, settings: { ...recipe.model.settings, joint_view: 'whole' } },
      stages: [{ name: 'contrastive', steps: 4, learningRate: 0.001, objectives }],
    }),
    'with more',
  );
  const runWithMore = (out: string, onMessage: (message: string) => void, changed = withMore): Promise<RunResult> =>
    run(out, { recipe: changed, data: join(folder, 'own', 'data'), onMessage });
  const lossesOf = async (out: string): Promise<string[]> => [
    ...new Set((await metricsOf(out)).flatMap(({ losses }) => Object.keys(losses))),
  ];

  beforeAll(async () => {
    const { train, heldOut } = await openSplits(recipe, undefined);
    const products = await some(train, 72);
    const validation = await some(heldOut, 20);
    const unnamed = { ...(products[0] as Product), id: 'unnamed', caption: ' ' };
    await writeShardFolder(join(folder, 'own', 'data'), { train: [...products.slice(0, 40), unnamed], validation });
    await writeFile(join(folder, 'own', 'data', 'notes.csv'), '');
    await writeShardFolder(join(folder, 'own', 'more'), { train: [...products.slice(40), ...validation.slice(0, 2)] });
  });

  it('learns from them in addition to its own, but not from held-out ones', async () => {
    const messages: string[] = [];
    expect(await runWithMore('more', (message) => messages.push(message))).toMatchObject({ kind: 'finished' });
    expect(messages).toContain('2 of the further products are held out: not trained on');
    expect(await lossesOf('more')).toEqual(['loss', 'contrastive', 'contrastiveMeans', 'contrastiveMore']);
    const report = (await bytesOf('more', 'report.html')).toString();
    expect(report).toContain('more, train: 32 pictures');
    // Nobody knows where the parts are: the pairs are drawn, and not measured. Eight photographs have some.
    expect(report.match(/<title>What guided masking hides<\/title>/g)).toHaveLength(8);
    expect(JSON.parse((await bytesOf('more', 'evaluation.json')).toString())).not.toHaveProperty('alignment');
    // Log and report name the products that are left out, and the files that are not read.
    expect(messages).toContain('  1 left out: has no text (unnamed)');
    expect(messages).toContainEqual(expect.stringMatching(/data also holds files that are not read: notes\.csv$/));
    expect(report).toMatch(/<td[^>]*>1<\/td>\s*<td>has no text<\/td>\s*<td>\s*<code>unnamed<\/code>/);
  });

  it('refuses, before preparing anything, features of another form and a joint space that reads patches', async () => {
    const { data, model } = withMore as { data: FolderData; model: Recipe['model'] };
    const pixels = { kind: 'pixels', size: 4 } as const;
    await expect(
      runWithMore('refused', () => {}, { ...withMore, data: { ...data, more: { ...data.more!, extractor: pixels } } }),
    ).rejects.toThrow(
      /^@kaleido\/recipes: data\.more\.extractor of the recipe micro gives other features .*found "pixels, 48 wide \(byte\), not pixels\+colours, \d+ wide/,
    );
    const patches = { ...model, settings: { ...model.settings, joint_view: 'patches' } };
    await expect(runWithMore('refused', () => {}, { ...withMore, model: patches })).rejects.toThrow(
      /^@kaleido\/recipe-schema: the stage contrastive of the recipe micro has contrastive\.more, .*; set model\.settings/,
    );
    // A path that exists but is not a folder of products has its own message.
    await writeFile(join(folder, 'own', 'file'), '');
    const astray = { ...withMore, data: { ...data, more: { ...data.more!, folder: '../file' } } };
    await expect(runWithMore('refused', () => {}, astray)).rejects.toThrow(
      /^@kaleido\/recipes: cannot read .*file, where the recipe's data\.more\.folder leads, found "ENOTDIR"/,
    );
  });

  it('continues without them if their folder is missing, and says so', async () => {
    await rm(join(folder, 'own', 'more'), { recursive: true });
    const messages: string[] = [];
    expect(await runWithMore('alone', (message) => messages.push(message))).toMatchObject({ kind: 'finished' });
    expect(messages).toContain(
      `no folder ${join(folder, 'own', 'more')}: goes on without the recipe's further products`,
    );
    expect(await lossesOf('alone')).toEqual(['loss', 'contrastive', 'contrastiveMeans']);
    expect((await bytesOf('alone', 'report.html')).toString()).toContain('Further products that the recipe names');
  });
});

describe('runRecipe with pictures under two ids and missing labels', () => {
  const { fineTuning, ...plain } = recipe;
  const folderRecipe = (settings: object): Recipe =>
    parseRecipe(JSON.stringify({ ...plain, fineTuning, data: { kind: 'folder' }, ...settings }), 'repeated');
  const repeated = folderRecipe({});
  let messages: string[] = [];
  const runOn = async (out: string, splits: Record<string, readonly Product[]>, of = repeated): Promise<RunResult> => {
    messages = [];
    const data = join(folder, `${out}-data`);
    await writeShardFolder(data, splits);
    return run(out, { recipe: of, data, onMessage: (message) => messages.push(message) });
  };
  let train: Product[] = [];
  let held: Product[] = [];
  beforeAll(async () => {
    const splits = await openSplits(recipe, undefined);
    train = await some(splits.train, 40);
    held = await some(splits.heldOut, 16);
  });
  const twice = (products: readonly Product[]): Product[] =>
    products.flatMap((product) => [
      product,
      { ...product, id: `${product.id}-again`, caption: `${product.caption}, again` },
    ]);
  const bare = ({ subcategory: _, category: __, ...product }: Product): Product => product;

  it('trains and measures, and notes both in the log and in the report', async () => {
    const products = twice(train).map((product, row) => (row === 11 ? bare(product) : product));
    const result = await runOn('repeated', { train: products, validation: twice(held) });
    expect(result).toMatchObject({ kind: 'finished' });
    const said = [
      /: 40 pictures are there under several products \(e\.g\. \S+ and \S+\): they are never a negative there$/,
      /: 1 of 80 pictures \(\S+-again\) has no sub-category: negatives come from the category, or from all/,
      /: 1 of 80 pictures \(\S+-again\) has no label of "category": left out of its training$/,
    ];
    for (const one of said) expect(messages).toContainEqual(expect.stringMatching(one));
    const report = (await bytesOf('repeated', 'report.html')).toString();
    expect(report).toContain('40 pictures are there under several products');
    expect(report).toContain('has no sub-category');
    const options = {
      run: join(folder, 'repeated'),
      cache: join(folder, 'cache'),
      backend: 'wasm',
      threads: 2,
    } as const;
    const data = join(folder, 'repeated-data');
    expect((await evaluateRunRetrieval({ ...options, data })).retrieval).toEqual(result.evaluation?.retrieval);
  });

  it('keeps how products were read, and measures those of the run in the same way', async () => {
    const data = join(folder, 'shop');
    await mkdir(join(data, 'photos'), { recursive: true });
    const rows: string[] = [];
    for (const [part, products] of Object.entries({ train, validation: held }))
      for (const { id, caption, category, image } of products) {
        rows.push(JSON.stringify({ nr: id, wording: caption, kind: category, part }));
        await writeFile(join(data, 'photos', `${id}.png`), image.bytes);
      }
    await writeFile(join(data, 'products.jsonl'), rows.join('\n'));
    const reading = { map: { category: ['kind'], caption: ['wording'], id: ['nr'] }, splits: 'column=part' };
    const result = await run('mapped', { recipe: repeated, data, reading });
    expect(JSON.parse((await bytesOf('mapped', 'run.json')).toString())).toEqual({
      data,
      map: 'caption=wording,category=kind,id=nr',
      splits: 'column=part',
      backend: 'wasm',
      precision: 'float32',
    });
    const options = { run: join(folder, 'mapped'), cache: join(folder, 'cache'), backend: 'wasm', threads: 2 } as const;
    expect((await evaluateRunRetrieval(options)).retrieval).toEqual(result.evaluation?.retrieval);
    expect((await evaluateRunRetrieval({ ...options, data })).retrieval).toEqual(result.evaluation?.retrieval);
    await expect(evaluateRunRetrieval({ ...options, reading: { map: { caption: ['words'] } } })).rejects.toThrow(
      /takes caption from a column that .*products\.jsonl does not have, found "words"/,
    );
    await expect(run('mapped', { recipe: repeated, data, reading: { map: reading.map } })).rejects.toThrow(
      /holds a finished run of this recipe with --splits column=part, not with no --splits; pass another --out/,
    );
  });

  it('measures products without any sub-category or label', async () => {
    const result = await runOn('bare', { train, validation: held.map(bare) });
    expect(result.kind).toBe('finished');
    expect(result.evaluation?.recognition).toBeUndefined();
    expect(messages).toContainEqual(
      expect.stringMatching(/^no picture of .* has a label of "category": not measured$/),
    );
    const options = { run: join(folder, 'bare'), cache: join(folder, 'cache'), backend: 'wasm', threads: 2 } as const;
    const said: string[] = [];
    const { retrieval } = await evaluateRunRetrieval({
      ...options,
      data: join(folder, 'bare-data'),
      onMessage: (message) => said.push(message),
    });
    expect(retrieval).toEqual(result.evaluation?.retrieval);
    expect(said).toContainEqual(expect.stringMatching(/16 of 16 pictures \(the first: \S+\) have no sub-category/));
  });

  it('takes the weight of the lists for a full set of few products, also where the data of the run are gone', async () => {
    const place = join(folder, 'bare-data');
    const options = { run: join(folder, 'bare'), cache: join(folder, 'cache'), backend: 'wasm', threads: 2 } as const;
    const chosenOn = 'lists that the run drew from its validation products, which may be the measured ones';
    const { measured, fullRetrieval } = await evaluateRunFullRetrieval({ ...options, best: 4 });
    expect(measured).toMatchObject({ split: 'validation', pictures: 16 });
    expect(fullRetrieval).toMatchObject({
      best: 4,
      images: 16,
      weightChosenOn: chosenOn,
    });
    const elsewhere = join(folder, 'bare-data-elsewhere');
    await rename(place, elsewhere);
    const said: string[] = [];
    const asked = { ...options, best: 4, data: elsewhere, onMessage: (message: string) => said.push(message) };
    const other = await evaluateRunFullRetrieval(asked).finally(() => rename(elsewhere, place));
    expect(said).toContainEqual(
      expect.stringMatching(/^no other products to choose the weight on: cannot read .*bare-data, found "ENOENT"/),
    );
    expect(other.fullRetrieval.weightChosenOn).toBe(chosenOn);
    expect(other.fullRetrieval.firstStage).toEqual(fullRetrieval.firstStage);
  });

  it('trains on fewer products than a batch or a group takes', async () => {
    const result = await runOn('few', { train: twice(train.slice(0, 3)), validation: held.slice(0, 2) });
    expect(result.kind).toBe('finished');
    expect(messages).toContainEqual(expect.stringMatching(/lists of 2 candidates instead of 8/));
    for (const { losses } of await metricsOf('few'))
      for (const loss of Object.values(losses)) expect(Number.isFinite(loss)).toBe(true);
  });

  it('refuses a split that the data lack before it makes features of another', async () => {
    await expect(runOn('unsplit', { train })).rejects.toThrow(
      /has no such split, found "validation"; take one of: train/,
    );
    expect(messages).not.toContainEqual(expect.stringMatching(/^train: \d+ pictures/));
  });

  it('refuses, before training, a split of one product and one that is held out completely', async () => {
    await expect(runOn('one', { train: train.slice(0, 1), validation: held })).rejects.toThrow(
      /has no negative: .*found "1 picture"; give more products in the split "train" \(data\.train\)/,
    );
    await expect(runOn('same', { train: held, validation: held })).rejects.toThrow(
      /nothing is left to train on, .*found "16 pictures"; let data\.train and data\.validation of the recipe name/,
    );
  });
});

async function some({ source, split }: SourceSplit, count: number): Promise<Product[]> {
  const products: Product[] = [];
  for await (const product of source.products(split)) {
    products.push(product);
    if (products.length === count) break;
  }
  return products;
}
