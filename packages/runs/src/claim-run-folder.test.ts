import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClaimedFolder, type ClaimOptions, claimRunFolder, finishedRunIn } from './claim-run-folder.ts';
import type { RunKind } from './run-files.ts';

let out = '';
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'claim-'));
});
afterEach(() => rm(out, { recursive: true }));

const shipped = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../../recipes/${name}.json`, import.meta.url)), 'utf8');

interface Kind {
  readonly parse: ClaimOptions['parse'];
  readonly recipe: () => Promise<string>;
  /** Files of an unfinished run, and of a finished one. */
  readonly unfinished: readonly string[];
  readonly finished: readonly string[];
}
const kinds: Readonly<Record<RunKind, Kind>> = {
  pretraining: {
    parse: (text) => JSON.parse(text),
    recipe: () => shipped('tiny-ci'),
    unfinished: ['checkpoint.safetensors', 'metrics.jsonl', 'config.json', 'vocab.txt'],
    finished: ['evaluation.json', 'report.html', 'metrics.jsonl', 'model.safetensors', 'config.json', 'vocab.txt'],
  },
  released: {
    parse: (text) => JSON.parse(text),
    recipe: () => shipped('released/category'),
    unfinished: ['model.ckpt.index', 'model.ckpt.data-00000-of-00001', 'metrics.jsonl'],
    finished: ['model.ckpt.index', 'model.ckpt.data-00000-of-00001', 'metrics.jsonl', 'evaluation.json'],
  },
  foreground: {
    parse: (text) => JSON.parse(text),
    recipe: () => shipped('foreground'),
    unfinished: ['state.safetensors', 'metrics.jsonl'],
    finished: ['state.safetensors', 'metrics.jsonl', 'foreground.safetensors', 'evaluation.json'],
  },
};
const names = Object.keys(kinds) as RunKind[];

/** Writes a run of a kind into the folder, and returns the options that claim it. */
async function lay(kind: RunKind, state?: 'unfinished' | 'finished'): Promise<ClaimOptions> {
  const { parse, recipe } = kinds[kind];
  const parsed = parse(await recipe());
  if (state !== undefined) {
    for (const name of kinds[kind][state]) await writeFile(join(out, name), name);
    await writeFile(join(out, 'recipe.json'), JSON.stringify(parsed));
    await writeFile(join(out, 'run.json'), JSON.stringify(record));
  }
  return { out, kind, recipe: parsed, parse, record };
}

const record = { data: '/data', backend: 'wasm', precision: 'float32' } as const;
const others = (options: ClaimOptions): ClaimOptions => ({ ...options, recipe: { ...options.recipe, name: 'other' } });
const files = async (): Promise<string[]> => (await readdir(out)).sort();
const claim = async (options: ClaimOptions): Promise<ClaimedFolder> => {
  const found = await claimRunFolder(options);
  if (found.kind !== 'claimed') throw new Error('finished');
  return found;
};

describe.each(names)('a folder of a %s run', (kind) => {
  it('is claimed if empty, and stays empty if the run does not begin', async () => {
    const options = { ...(await lay(kind)), out: join(out, 'a/b') };
    const claimed = await claim(options);
    expect(claimed.goesOn).toBe(true);
    expect(await readdir(options.out)).toEqual(['run.lock']);
    expect(await finishedRunIn(options)).toBeUndefined();
    await expect(claimRunFolder(options)).rejects.toThrow(
      `@kaleido/runs: another process is writing to ${options.out}, found "this very process"; wait for that process, stop it, or pass another --out`,
    );
    await claimed.release();
    expect(await files()).toEqual([]);
  });

  it('can be claimed again if its run was killed as soon as it began', async () => {
    const options = await lay(kind);
    const claimed = await claim(options);
    await claimed.begin();
    await claimed.release();
    expect(await files()).toEqual(['recipe.json', 'run.json']);
    expect(JSON.parse(await readFile(join(out, 'recipe.json'), 'utf8'))).toEqual(options.recipe);
    const again = await claim(options);
    expect(again.goesOn).toBe(true);
    await again.release();
  });

  it('is resumed if its run is unfinished', async () => {
    const options = await lay(kind, 'unfinished');
    const before = await files();
    const claimed = await claim(options);
    expect(claimed.goesOn).toBe(true);
    await claimed.begin();
    await claimed.release();
    expect(await files()).toEqual(before);
    await expect(claimRunFolder(others(options))).rejects.toThrow(
      /holds an unfinished run of the recipe .*, which is another recipe than other; pass another --out to keep it, or --overwrite/,
    );
    expect(await files()).toEqual(before);
  });

  it('is left unchanged and reported if its run is finished', async () => {
    const options = await lay(kind, 'finished');
    const before = await files();
    expect(await finishedRunIn(options)).toEqual({ kind: 'finished', at: expect.any(String) });
    expect(await claimRunFolder(options)).toEqual({ kind: 'finished', at: expect.any(String) });
    // The recipe's texts about itself do not matter.
    const reworded = { ...options.recipe, description: 'other words', command: 'none' };
    expect(await claimRunFolder({ ...options, recipe: reworded })).toMatchObject({ kind: 'finished' });
    await expect(claimRunFolder(others(options))).rejects.toThrow(
      /holds a finished run of the recipe .*another recipe/,
    );
    for (const [changes, told] of [
      [{ data: '/other' }, '--data /data, not with --data /other'],
      [{ data: undefined }, '--data /data, not with no --data'],
      [{ backend: 'cuda' }, '--backend wasm, not with --backend cuda'],
      [{ precision: 'mixed' }, '--precision float32, not with --precision mixed'],
      [{ checkpoint: '/c' }, 'no --checkpoint, not with --checkpoint /c'],
    ] as const)
      await expect(claimRunFolder({ ...options, record: { ...record, ...changes } })).rejects.toThrow(
        `holds a finished run of this recipe with ${told}; pass another --out`,
      );
    expect(await files()).toEqual(before);
  });

  it.each(['unfinished', 'finished'] as const)('loses an %s run once the next run begins', async (state) => {
    const options = await lay(kind, state);
    await writeFile(join(out, 'mine.txt'), '');
    await mkdir(join(out, 'finetuned/mine'), { recursive: true });
    await writeFile(join(out, 'README.md'), 'mine');
    const before = await files();
    for (const overwriting of [options, others(options)]) {
      const said: string[] = [];
      const onMessage = (message: string): void => void said.push(message);
      const claimed = await claim({ ...overwriting, overwrite: true, onMessage });
      expect(claimed.goesOn).toBe(false);
      expect((await files()).filter((name) => name !== 'run.lock')).toEqual(before);
      await claimed.release();
      expect(said).toEqual([]);
    }
    const claimed = await claim({ ...others(options), overwrite: true });
    await claimed.begin();
    await claimed.release();
    expect(await files()).toEqual(['README.md', 'finetuned', 'mine.txt', 'recipe.json', 'run.json']);
    expect(await readdir(join(out, 'finetuned'))).toEqual(['mine']);
  });

  it('is refused if it contains files of no run, regardless of options', async () => {
    const options = await lay(kind);
    const [name] = kinds[kind].finished as [string];
    await writeFile(join(out, name), 'mine');
    // A user's own recipe.json is not a run.
    await writeFile(join(out, 'recipe.json'), '{"name":"soup"}');
    for (const overwrite of [false, true])
      await expect(claimRunFolder({ ...options, overwrite })).rejects.toThrow(
        /contains no run, but files that a run would overwrite, found \[.*"recipe\.json".*\]; pass another --out/,
      );
    expect(await readFile(join(out, name), 'utf8')).toBe('mine');
  });
});

describe('a folder', () => {
  it.each(names.flatMap((kind) => names.filter((one) => one !== kind).map((other) => [kind, other] as const)))(
    'of a finished %s run is refused to a %s run, unless it overwrites',
    async (kind, other) => {
      await lay(kind, 'finished');
      const next = await lay(other);
      await expect(claimRunFolder(next)).rejects.toThrow(/holds a finished run of the recipe/);
      const claimed = await claim({ ...next, overwrite: true });
      await claimed.begin();
      await claimed.release();
      expect(await files()).toEqual(['recipe.json', 'run.json']);
    },
  );

  it('with an unmeasured model is not emptied without overwrite', async () => {
    const options = await lay('pretraining', 'finished');
    await rm(join(out, 'evaluation.json'));
    await expect(claimRunFolder(options)).rejects.toThrow(
      /holds the model of a run of the recipe tiny-ci, whose evaluation\.json is gone; pass another --out/,
    );
  });

  it.each([
    ['finished', 'holds a finished run of this recipe with --map id=sku, not with no --map'],
    ['unfinished', 'holds an unfinished run whose products were read with --map id=sku, not with no --map'],
  ] as const)('of a %s run is refused to a run that reads its products otherwise', async (state, message) => {
    const options = await lay('pretraining', state);
    await expect(claimRunFolder({ ...options, record: { ...record, encoding: 'latin1' } })).rejects.toThrow(
      /with no --encoding, not with --encoding latin1; pass another --out/,
    );
    const mapped = { ...record, map: 'id=sku' };
    await writeFile(join(out, 'run.json'), JSON.stringify(mapped));
    await expect(claimRunFolder(options)).rejects.toThrow(message);
    const found = await claimRunFolder({ ...options, record: mapped });
    if (found.kind === 'claimed') await found.release();
    expect(found.kind).toBe(state === 'finished' ? 'finished' : 'claimed');
  });

  it('of an unfinished run without a checkpoint may be read otherwise', async () => {
    const options = await lay('pretraining', 'unfinished');
    await rm(join(out, 'checkpoint.safetensors'));
    await (await claim({ ...options, record: { ...record, map: 'id=sku' } })).release();
  });

  it('of a process that has ended is taken over, with a message', async () => {
    const options = await lay('pretraining', 'unfinished');
    const lock = JSON.stringify({ pid: 4_194_303, host: hostname(), start: '2026-01-01T00:00:00.000Z' });
    await writeFile(join(out, 'run.lock'), lock);
    const said: string[] = [];
    const claimed = await claim({ ...options, onMessage: (message) => said.push(message) });
    await claimed.release();
    expect(said).toEqual([
      `takes over ${out}: process 4194303 on ${hostname()}, started 2026-01-01T00:00:00.000Z, which was at work there, has ended`,
    ]);
  });

  it('that cannot be created is refused, and nothing is written', async () => {
    const options = await lay('pretraining');
    await writeFile(join(out, 'file'), '');
    for (const place of ['file', 'file/run'])
      await expect(claimRunFolder({ ...options, out: join(out, place) })).rejects.toThrow(
        /^@kaleido\/runs: the run folder .* cannot be written to, found "(not a folder|ENOTDIR)"; pass --out/,
      );
    expect(await readdir(out)).toEqual(['file']);
  });

  it('of a finished run is reported even if it is read-only', async () => {
    const options = await lay('pretraining', 'finished');
    await chmod(out, 0o555);
    expect(await claimRunFolder(options)).toMatchObject({ kind: 'finished' });
    await chmod(out, 0o755);
  });
});
