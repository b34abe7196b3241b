import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf } from '@kaleido/backend';
import { dropoutSeeds } from '@kaleido/foundation';
import { KaleidoBert, readWeights, type Weights } from '@kaleido/model';
import { smallConfig, smallPretraining } from '../test/small-pretraining.ts';
import { pretrainBatches } from './pretrain-batches.ts';
import { pretrainTask } from './pretrain-worker.ts';
import type { PretrainData } from './training-data.ts';

let weights: Weights = new Map();
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  const model = KaleidoBert.create(smallConfig, 1);
  weights = await readWeights(model);
  model.dispose();
});

const dataOf = (objectives: object, changes: Partial<PretrainData> = {}): PretrainData =>
  smallPretraining(weights, objectives, changes);
const hardNegatives = { perRow: 1, share: 1, rows: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 0) };
const matching = { groups: 2, groupSize: 3 };

/** Losses of the first steps by name; each step has one micro-batch. */
async function figuresOf(data: PretrainData): Promise<Record<string, number[]>> {
  const all: Record<string, number[]> = {};
  const before = memory().numTensors;
  const whole = { ...data, stage: { ...data.stage, microBatches: 1 } };
  const task = pretrainTask({ ...whole, objectives: whole.stage.objectives });
  const source = await pretrainBatches(whole);
  for (const step of [0, 1, 2]) {
    const batch = await source.batch(step, 0);
    tf.tidy(() => {
      const seeds = dropoutSeeds(data.seed, step, 0);
      const gathered = Object.fromEntries(
        Object.entries(task.embed?.(batch, seeds) ?? {}).map(([name, all]) => [
          name,
          { all, start: 0, rows: all.shape[0]! },
        ]),
      );
      const { loss, figures } = task.loss(batch, seeds, gathered);
      for (const [name, figure] of Object.entries<Tensor>({ loss, ...figures })) {
        all[name] ??= [];
        all[name].push(figure.dataSync<'float32'>()[0]!);
      }
    });
  }
  tf.dispose([...task.variables.values()]);
  expect(memory().numTensors - before).toBe(0);
  return all;
}

describe('a stage of pre-training', () => {
  it('gives hard negatives to the pair objectives, and never to the tasks of the paper', async () => {
    const tasks = { batchSize: 8 };
    expect(await figuresOf(dataOf({ tasks }, { hardNegatives }))).toEqual(await figuresOf(dataOf({ tasks })));
    const hard = await figuresOf(dataOf({ matching }, { hardNegatives }));
    const plain = await figuresOf(dataOf({ matching }));
    expect(hard.matchingChoice).not.toEqual(plain.matchingChoice);
  });

  it('adds up its objectives by their weights, without tasks of weight 0', async () => {
    const parts = await figuresOf(
      dataOf({
        contrastive: { batchSize: 8, groupSize: 2, weight: 0.5, meanWeight: 0.25 },
        matching: { ...matching, weight: 2, distillation: { weight: 3 } },
        tasks: { batchSize: 8, weights: { rotation: 1.5, camouflage: 0 } },
        captioning: { batchSize: 4, weight: 0.75 },
      }),
    );
    const weightOf: Record<string, number> = {
      contrastive: 0.5,
      contrastiveMeans: 0.25,
      matchingChoice: 2,
      matchingDistillation: 6,
      maskedTokens: 1,
      match: 1,
      rotation: 1.5,
      jigsaw: 1,
      greyToColour: 1,
      blankToColour: 1,
      captioning: 0.75,
    };
    expect(Object.keys(parts)).toEqual(['loss', ...Object.keys(weightOf)]);
    for (const [step, loss] of parts.loss!.entries()) {
      const sum = Object.entries(weightOf).reduce((total, [name, weight]) => total + weight * parts[name]![step]!, 0);
      expect(loss).toBeCloseTo(sum, 3);
    }
  });
});
