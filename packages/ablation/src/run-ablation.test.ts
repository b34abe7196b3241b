import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openRasterisedAtelier } from '@kaleido/data/node';
import type { AblationTable } from '@kaleido/eval';
import { microAblation } from '../test/micro-ablation.ts';
import { parseAblation } from './index.ts';
import { type AblationResult, planAblation, type RunAblationOptions, runAblation } from './node.ts';

jest.setTimeout(300_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablation-'));
});
afterAll(() => rm(folder, { recursive: true }));

const parsed = parseAblation(JSON.stringify(microAblation), 'micro.json');
const plan = planAblation(parsed, parsed.base as Record<string, unknown>, 'micro.json');
const out = (): string => join(folder, 'out');

async function run(changes: Partial<RunAblationOptions> = {}): Promise<AblationResult & { messages: string[] }> {
  const messages: string[] = [];
  const result = await runAblation({
    plan,
    file: 'micro.json',
    out: out(),
    cache: join(folder, 'cache'),
    backend: 'wasm',
    threads: 1,
    onMessage: (message) => messages.push(message),
    ...changes,
  });
  return { ...result, messages };
}

const stored = async (): Promise<AblationTable> => JSON.parse(await readFile(join(out(), 'ablation.json'), 'utf8'));
const timeOf = async (path: string): Promise<number> => (await stat(join(out(), path))).mtimeMs;

// Each test goes on from the one before.
describe('runAblation', () => {
  it('runs the chosen variants and seeds, and writes the table after each run', async () => {
    // Before the second run begins, the table has the first.
    const finishedBefore: unknown[] = [];
    const listen = (message: string): void => {
      if (message.startsWith('run 2'))
        finishedBefore.push(JSON.parse(readFileSync(join(out(), 'ablation.json'), 'utf8')).runs);
    };
    const { kind, table, markdown, report } = await run({ only: ['box', 'grid'], seeds: [1], onMessage: listen });
    expect(kind).toBe('finished');
    expect(finishedBefore).toEqual([{ finished: 1, planned: 9 }]);
    expect((await readdir(out())).sort()).toEqual([
      'ablation.html',
      'ablation.json',
      'ablation.md',
      'all',
      'grid',
      'stages',
    ]);
    expect(table.runs).toEqual({ finished: 2, planned: 9 });
    expect(await stored()).toEqual(table);
    expect(await readFile(join(out(), 'ablation.md'), 'utf8')).toBe(markdown);
    expect(await readFile(report, 'utf8')).toMatch(/^<!doctype html>/);
    const rows = table.groups.flatMap(({ variants }) => variants);
    expect(rows.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['all', [1]],
      ['no-jigsaw', []],
      ['box', [1]],
      ['grid', [1]],
    ]);
    const recipe = JSON.parse(await readFile(join(out(), 'grid', 'seed-1', 'recipe.json'), 'utf8'));
    expect(recipe).toMatchObject({
      name: 'micro-ablation: grid',
      seed: 1,
      features: { foreground: { kind: 'whole-image' } },
    });
    expect(await readFile(join(out(), 'grid', 'seed-1', 'report.html'), 'utf8')).toContain(
      `pnpm train ablation --recipe micro.json --out ${out()} --only grid --seeds 1`,
    );
  });

  it('resumes a run that was stopped, and skips finished ones', async () => {
    const before = await timeOf('all/seed-1/evaluation.json');
    const stop = new AbortController();
    const stopped = await run({
      seeds: [1],
      signal: stop.signal,
      onMetrics: ({ stage, step }) => {
        if (stage === 'tasks' && step === 1) stop.abort();
      },
    });
    expect(stopped.kind).toBe('interrupted');
    expect(stopped.messages).toContain('stage contrastive: taken from a run that began alike');
    expect(stopped.table.runs.finished).toBe(2);
    const { kind, messages, table } = await run({ seeds: [1] });
    expect(kind).toBe('finished');
    expect(messages).toEqual(
      expect.arrayContaining([
        '2 of 3 chosen runs are finished from before',
        'run 1 of 1: no-jigsaw, seed 1',
        'resumes at stage 2 of 2, step 1',
      ]),
    );
    expect(table.runs.finished).toBe(3);
    expect(await timeOf('all/seed-1/evaluation.json')).toBe(before);
  });

  it('runs the same again with overwrite alone', async () => {
    const before = await timeOf('grid/seed-1/evaluation.json');
    const table = await stored();
    expect((await run({ only: ['grid'], seeds: [1] })).messages).toEqual([
      '1 of 1 chosen runs are finished from before',
    ]);
    const again = await run({ only: ['grid'], seeds: [1], overwrite: true });
    expect(again.messages).toContain('run 1 of 1: grid, seed 1');
    expect(await timeOf('grid/seed-1/evaluation.json')).toBeGreaterThan(before);
    // The same seed gives the same figures.
    expect(await stored()).toEqual(table);
  });

  it('refuses a folder with the run of another recipe before any work, and leaves it out of the table of others', async () => {
    const other = planAblation(
      { ...parsed, change: { data: { products: 65 } } },
      parsed.base as object as Record<string, unknown>,
      'micro.json',
    );
    await expect(run({ plan: other })).rejects.toThrow(
      /holds a finished run of the recipe micro-ablation: all, which is another recipe/,
    );
    await expect(run({ only: ['grit'] })).rejects.toThrow(/no such variant, found "grit"; did you mean "grid"\?/);
    const { messages, table } = await run({ plan: other, only: ['grid'], seeds: [] });
    expect(messages.filter((message) => message.startsWith('left out of the table: '))).toHaveLength(3);
    expect(table.runs.finished).toBe(0);
  });
});

describe('runAblation on own products', () => {
  /** A table whose columns no guess would find, with drawn garments for photographs. */
  async function writeShop(): Promise<string> {
    const shop = join(folder, 'shop');
    await mkdir(shop);
    const rows = ['a;b;c;d;part'];
    const drawn = openRasterisedAtelier({ seed: 1, products: 48, imageSize: 32, validation: 0.25, test: 0 });
    for (const split of ['train', 'validation'])
      for await (const { id, caption, category, image } of drawn.products(split)) {
        const name = `${id.replace(/\W/g, '-')}.png`;
        await writeFile(join(shop, name), image.bytes);
        rows.push([id, name, caption, category, split].join(';'));
      }
    await writeFile(join(shop, 'list.csv'), `${rows.join('\n')}\n`);
    return shop;
  }

  it('reads them as its options say, keeps these in each run, and finds its finished runs by them', async () => {
    const data = await writeShop();
    const { fineTuning: _, ...micro } = microAblation.base;
    const base = { ...micro, data: { kind: 'folder' }, sizes: 'by-data' };
    const own = planAblation({ ...parsed, base: base as never }, base as Record<string, unknown>, 'own.json');
    const reading = { map: { id: ['a'], image: ['b'], caption: ['c'], category: ['d'] }, splits: 'column=part' };
    const at = { plan: own, file: 'own.json', out: join(folder, 'own'), only: ['all'], seeds: [1], data };
    const first = await run({ ...at, reading });
    expect(first.kind).toBe('finished');
    expect(first.messages).toEqual(expect.arrayContaining([expect.stringMatching(/image from b, caption from c/)]));
    const made = join(at.out, 'all', 'seed-1');
    expect(JSON.parse(await readFile(join(made, 'run.json'), 'utf8'))).toMatchObject({
      data,
      map: 'caption=c,category=d,id=a,image=b',
      splits: 'column=part',
    });
    expect(await readFile(join(made, 'report.html'), 'utf8')).toContain(
      `--data ${data} --map caption=c,category=d,id=a,image=b --splits column=part --out`,
    );
    expect((await run({ ...at, reading })).messages).toEqual(['1 of 1 chosen runs are finished from before']);
    await expect(run({ ...at, reading: { ...reading, splits: 'hash' } })).rejects.toThrow(
      /holds a finished run of this recipe with --splits column=part, not with --splits hash/,
    );
  });
});
