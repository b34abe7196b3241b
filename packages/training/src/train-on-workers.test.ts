import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { inProcess, KaleidoError } from '@kaleido/foundation';
import { open, toySource } from '../test/toy-service.mjs';
import { type BatchSource, runStage, type StageMetrics, type StageOptions, type StageResult } from './index.ts';
import { MetricsFile, trainOnWorkers } from './node.ts';

const stage: StageOptions = {
  name: 'toy',
  schedule: { steps: 12, learningRate: 0.05, warmup: 0.1 },
  microBatches: 2,
  examplesPerStep: 12,
};

let folder = '';
let metrics: MetricsFile;
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-on-workers-'));
  metrics = new MetricsFile(join(folder, 'metrics.jsonl'));
});
afterEach(() => rm(folder, { recursive: true }));

let closed = 0;
/** The toy's batches, with a count of the calls to `close`. */
function counted(batch: BatchSource<object>['batch']): BatchSource<object> {
  closed = 0;
  return {
    batch,
    close: async () => {
      closed++;
    },
  };
}

const train = (batches: BatchSource<object>, seen: StageMetrics[] = []): Promise<StageResult> =>
  trainOnWorkers({
    stage,
    batches,
    module: new URL('../test/toy-service.mjs', import.meta.url),
    data: { stage, seed: 1, fromOwner: true },
    threads: 3,
    metrics,
    logEvery: 4,
    onMetrics: (line) => void seen.push(line),
  });

describe('trainOnWorkers', () => {
  it('gives the weights of a run in one thread, from batches of the calling thread, and keeps the metrics', async () => {
    const alone = await runStage({ stage, workers: inProcess(await open({ stage, seed: 1 })), logEvery: 4 });
    const { batch } = toySource(stage, 1);
    const asked: string[] = [];
    const seen: StageMetrics[] = [];
    await metrics.append({ stage: 'toy', step: 4, losses: { loss: 9 } } as unknown as StageMetrics);
    const { state } = await train(
      counted((step, microBatch) => {
        asked.push(`${step}/${microBatch}`);
        return batch(step, microBatch);
      }),
      seen,
    );
    expect(state.weights).toEqual(alone.state.weights);
    expect(asked.sort()).toEqual(Array.from({ length: 24 }, (_, at) => `${at >> 1}/${at % 2}`).sort());
    expect(seen.map(({ step }) => step)).toEqual([4, 8, 12]);
    // The line of an earlier attempt is gone.
    expect(await metrics.read()).toEqual(seen);
    expect(closed).toBe(1);
  });

  it('passes on what the batches throw, and closes them', async () => {
    const { batch } = toySource(stage, 1);
    const failing = counted((step, microBatch) => {
      if (step === 5) throw new KaleidoError({ source: 'toy', problem: 'the disk is gone', found: step });
      return batch(step, microBatch);
    });
    await expect(train(failing)).rejects.toMatchObject({ source: 'toy', problem: 'the disk is gone', found: 5 });
    expect(closed).toBe(1);
  });

  it('closes the batches if the metrics cannot be kept', async () => {
    metrics = new MetricsFile(folder);
    await expect(train(counted(toySource(stage, 1).batch))).rejects.toThrow(/EISDIR/);
    expect(closed).toBe(1);
  });
});
