import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { placedProducts, tokenizer } from '../test/placed-products.ts';
import { smallAlignerSettings } from '../test/small-aligner-settings.ts';
import type { AlignOptions } from './aligner.ts';
import { fitAligner } from './aligner-settings.ts';
import { captionerTrainer, removeTrainingState } from './node.ts';

const products = placedProducts(60, 1);
const settings = smallAlignerSettings({ steps: 6, batchSize: 8 });

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'captioner-trainer-')), 'state');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const fit = (threads: number, options: AlignOptions & { readonly saveEverySeconds?: number } = {}) => {
  const { saveEverySeconds, ...rest } = options;
  const train = captionerTrainer({
    backend: 'wasm',
    threads,
    folder,
    ...(saveEverySeconds === undefined ? {} : { saveEverySeconds }),
  });
  return fitAligner(settings, products, tokenizer, { ...rest, train });
};

/** Fits, and stops after some steps. */
async function stopAfter(step: number, threads: number): Promise<void> {
  const stop = new AbortController();
  const onProgress = (done: number): void => {
    if (done === step) stop.abort(new Error('stopped'));
  };
  await expect(fit(threads, { onProgress, signal: stop.signal })).rejects.toThrow('stopped');
}

describe('captionerTrainer', () => {
  it('gives the bits of one thread with any number, and after a stop', async () => {
    await selectBackend({ prefer: 'wasm' });
    const alone = await fitAligner(settings, products, tokenizer);
    const two = await fit(2);
    expect(Buffer.compare(two, alone)).toBe(0);
    await removeTrainingState(folder);
    await stopAfter(3, 2);
    expect((await readdir(folder)).sort()).toEqual(['metrics.jsonl', 'state.safetensors']);
    const seen: number[] = [];
    expect(Buffer.compare(await fit(1, { onProgress: (done) => seen.push(done) }), alone)).toBe(0);
    expect(seen).toEqual([4, 5, 6]);
  });

  it('begins again where the state is damaged, and does nothing if it is stopped before', async () => {
    await stopAfter(4, 1);
    await writeFile(join(folder, 'state.safetensors'), 'no state');
    const seen: number[] = [];
    await fit(1, { onProgress: (done) => seen.push(done), saveEverySeconds: 0 });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    await removeTrainingState(folder);
    await expect(fit(1, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
    await expect(access(folder)).rejects.toThrow('ENOENT');
  });

  it('keeps its state on the way', async () => {
    let kept: readonly string[] = [];
    const onProgress = (done: number): void => {
      if (done === 4) void readdir(folder).then((names) => (kept = names));
    };
    await fit(1, { onProgress, saveEverySeconds: 0 });
    expect(kept).toContain('state.safetensors');
  });
});
