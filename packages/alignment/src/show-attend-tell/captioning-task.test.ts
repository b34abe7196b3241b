import { describe, expect, it } from '@jest/globals';
import { type Backend, memory, selectBackend } from '@kaleido/backend';
import { inProcess } from '@kaleido/foundation';
import { replicaService, runStage, type StageMetrics, type StageResult } from '@kaleido/training';
import { smallCaptions, smallConfig, smallGrids, special } from '../../test/small-captioner.ts';
import {
  type CaptionToLearn,
  captionBatch,
  captionBatches,
  captioningTask,
  type GridReader,
  ShowAttendTell,
  type ShowAttendTellConfig,
  writeCaptions,
} from '../index.ts';

const count = 8;
const wide = smallConfig({ annotationSize: 12, embeddingSize: 12, hiddenSize: 24, attentionSize: 8 });

function gridReader(config: ShowAttendTellConfig, images: number): GridReader {
  const all = smallGrids(config, images);
  const size = config.cells * config.featureWidth;
  return (rows) => {
    const grids = new Float32Array(rows.length * size);
    for (const [at, row] of rows.entries()) grids.set(all.subarray(row * size, (row + 1) * size), at * size);
    return grids;
  };
}

const captionsOf = (config: ShowAttendTellConfig, of = count): CaptionToLearn[] =>
  smallCaptions(config, of).map((ids, image) => ({ image, ids }));

/** Trains on 8 captions. */
async function train(
  model: ShowAttendTell,
  steps: number,
  microBatches = 1,
): Promise<StageResult & { readonly losses: readonly number[] }> {
  const { config } = model;
  const stage = {
    name: 'captioner',
    schedule: { steps, learningRate: 0.03, warmup: 0.1 },
    microBatches,
    examplesPerStep: count,
  };
  const source = captionBatches(config, {
    captions: captionsOf(config),
    grids: gridReader(config, count),
    batchSize: count,
    microBatches,
    seed: 1,
  });
  const service = replicaService(captioningTask(model), source, stage, 1);
  const losses: number[] = [];
  const onMetrics = (line: StageMetrics): void => void losses.push(line.losses.loss as number);
  const result = await runStage({ stage, workers: inProcess(service), logEvery: 1, onMetrics });
  await service.close(undefined);
  return { ...result, losses };
}

describe('captioningTask', () => {
  it('learns eight captions by heart, and leaves no tensor behind', async () => {
    await selectBackend({ prefer: 'wasm' });
    const before = memory().numTensors;
    const model = ShowAttendTell.create(wide, 2);
    const { liveTensors } = await train(model, 60);
    expect(new Set(liveTensors).size).toBe(1);
    const written = await writeCaptions(model, await gridReader(wide, count)([...Array(count).keys()]));
    expect(written.map(({ ids }) => [...ids])).toEqual(captionsOf(wide).map(({ ids }) => [...ids]));
    for (const { logProbability, cut } of written) {
      expect(Math.exp(logProbability)).toBeGreaterThan(0.5);
      expect(cut).toBe(false);
    }
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it.each<[Backend, number]>([
    ['cpu', 1],
    ['wasm', 1],
    ['wasm', 2],
  ])('learns, with bit-identical weights for one seed, on %s, with %d micro-batches', async (backend, microBatches) => {
    await selectBackend({ prefer: backend });
    const weightsAfter = async (seed: number) => {
      const model = ShowAttendTell.create(smallConfig({ dropout: 0.3 }), seed);
      const before = memory().numTensors;
      const { state, losses } = await train(model, 6, microBatches);
      expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.1);
      expect(memory().numTensors).toBe(before);
      model.dispose();
      return state.weights;
    };
    const first = await weightsAfter(1);
    expect(await weightsAfter(1)).toEqual(first);
    expect(await weightsAfter(2)).not.toEqual(first);
  });
});

describe('captionBatches', () => {
  const config = smallConfig();
  const captions = captionsOf(config, 48);
  const sourceOf = (batchSize: number, microBatches = 1, of = captions) =>
    captionBatches(config, { captions: of, grids: gridReader(config, 48), batchSize, microBatches, seed: 3 });

  it('have captions of similar lengths, and all of them in an epoch', async () => {
    const source = sourceOf(8);
    const steps = [];
    const seen: string[] = [];
    for (let step = 0; step < 6; step++) {
      const { read, next, mask, steps: T, size } = await source.batch(step, 0);
      steps.push(T);
      for (let b = 0; b < size; b++) {
        const length = mask.filter((_, at) => at % size === b).reduce((sum, one) => sum + one, 0);
        expect(T - length).toBeLessThanOrEqual(1);
        const of = (values: Int32Array) => [...values.filter((_, at) => at % size === b)].slice(0, length);
        expect(of(read)).toEqual([special.classification, ...of(next).slice(0, -1)]);
        expect(of(next).at(-1)).toBe(special.separator);
        seen.push(of(next).slice(0, -1).join());
      }
    }
    expect(seen.sort()).toEqual(captions.map(({ ids }) => ids.join()).sort());
    // One of each length, in a drawn order.
    expect([...steps].sort()).toEqual([2, 3, 4, 5, 6, 7]);
    expect(steps).not.toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('are the same every time, whatever was asked before', async () => {
    const [source, again] = [sourceOf(8), sourceOf(8)];
    const late = await source.batch(9, 0);
    await again.batch(2, 0);
    expect(await again.batch(9, 0)).toEqual(late);
    expect(await again.batch(10, 0)).not.toEqual(late);
  });

  it('are cut into micro-batches with the grids of their images', async () => {
    const source = sourceOf(8, 2);
    const whole = await sourceOf(8).batch(1, 0);
    const parts = [await source.batch(1, 0), await source.batch(1, 1)];
    const size = config.cells * config.featureWidth;
    const gridsOf = ({ grids, size: B }: typeof whole) =>
      Array.from({ length: B }, (_, b) => grids.slice(b * size, (b + 1) * size).join());
    expect(parts.map((part) => part.size)).toEqual([4, 4]);
    expect(parts.flatMap(gridsOf).sort()).toEqual(gridsOf(whole).sort());
  });

  it('work with fewer captions than a step has', async () => {
    const { size } = await sourceOf(8, 1, captions.slice(0, 3)).batch(5, 0);
    expect(size).toBe(8);
  });

  it('are refused without captions, or if they cannot be cut', () => {
    expect(() => sourceOf(8, 1, [])).toThrow('@kaleido/alignment: there are no captions to learn, found 0');
    expect(() => sourceOf(8, 3)).toThrow('batchSize must be a multiple of 3: each micro-batch has as many, found 8');
  });
});

describe('captionBatch', () => {
  it('refuses pieces outside the vocabulary, and grids of another size', () => {
    const config = smallConfig();
    const grids = smallGrids(config, 1);
    expect(() => captionBatch(config, grids, [Int32Array.of(5, 13)])).toThrow(
      '@kaleido/alignment: piece 1 of caption 0 lies outside the 13 pieces of the captioner, found 13',
    );
    expect(() => captionBatch(config, grids, [Int32Array.of(5), Int32Array.of(5)])).toThrow(
      'the grids of 2 images need 2 x 4 cells x 5 features, found 20',
    );
  });
});
