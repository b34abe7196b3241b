import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Backend, memory, readAll, selectBackend, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { dropoutSeeds, randomStream } from '@kaleido/foundation';
import { type ReferenceWeights, referenceLoss } from '../../test/reference-captioner.ts';
import { smallCaptions, smallConfig, smallGrids, smallStatistics } from '../../test/small-captioner.ts';
import { captionBatch, captioningTask, ShowAttendTell, type ShowAttendTellConfig } from '../index.ts';
import { captioningLoss } from './captioning-loss.ts';

const B = 5;
const backends: readonly Backend[] = ['cpu', 'wasm'];

/** The loss, its figures and the gradient of every variable. */
async function gradientsOf(model: ShowAttendTell, seed?: number) {
  const { config } = model;
  const batch = captionBatch(config, smallGrids(config, B), smallCaptions(config, B));
  const variables = [...model.trainable()];
  const before = memory().numTensors;
  const results = tf.tidy(() => {
    const { outputs, gradients } = valueAndGradients(
      () => captioningLoss(model, batch, seed === undefined ? undefined : dropoutSeeds(seed, 0, 0)),
      variables.map(([, variable]) => variable),
    );
    const { pieces, coverage } = outputs.figures;
    return [outputs.loss, pieces!, coverage!, ...variables.map(([, { name }]) => gradients.get(name) as Tensor)];
  });
  const [loss, pieces, coverage, ...gradients] = await readAll(results);
  tf.dispose(results);
  expect(memory().numTensors).toBe(before);
  return {
    loss: loss![0]!,
    pieces: pieces![0]!,
    coverage: coverage![0]!,
    gradients: new Map(variables.map(([name], index) => [name, gradients[index]!])),
  };
}

/** The loss in double precision, and its numerical differences at some places of a variable. */
function reference(config: ShowAttendTellConfig, single: ReadonlyMap<string, Float32Array>) {
  const weights = new Map([...single].map(([name, values]) => [name, Float64Array.from(values)]));
  const [grids, captions] = [smallGrids(config, B), smallCaptions(config, B)];
  const lossOf = (of: ReferenceWeights): number => referenceLoss(config, of, grids, captions);
  const slopesOf = (name: string) => {
    const values = weights.get(name)!;
    const random = randomStream(1, name);
    const places = Array.from({ length: Math.min(8, values.length) }, () => random.integer(values.length));
    return places.map((place) => {
      const [up, down] = [1e-5, -1e-5].map((shift) => {
        const moved = values.slice();
        moved[place]! += shift;
        return lossOf(new Map([...weights, [name, moved]]));
      });
      return { place, slope: (up! - down!) / 2e-5 };
    });
  };
  return { weights, lossOf, slopesOf };
}

describe.each(backends)('the loss of captions on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend({ prefer: backend });
  });

  it.each([0, 1.5])('is that of the equations, and so are its gradients, with doublyStochastic %d', async (weight) => {
    const config = smallConfig({ doublyStochastic: weight });
    const model = ShowAttendTell.create(config, 3, smallStatistics(config));
    const { loss, pieces, coverage, gradients } = await gradientsOf(model);
    const { weights, lossOf, slopesOf } = reference(config, await model.toWeights());
    expect(loss).toBeCloseTo(lossOf(weights), 5);
    expect(loss).toBeCloseTo(pieces + weight * coverage, 5);
    for (const [name, found] of gradients) {
      const slopes = slopesOf(name);
      const largest = Math.max(1e-3, ...slopes.map(({ slope }) => Math.abs(slope)));
      for (const { place, slope } of slopes)
        expect([name, place, Math.abs(found[place]! - slope) / largest < 1e-4]).toEqual([name, place, true]);
    }
    model.dispose();
  });

  it('does not depend on what is after [SEP], nor on other captions', async () => {
    const config = smallConfig();
    const model = ShowAttendTell.create(config, 3);
    const [grids, captions] = [smallGrids(config, 2), smallCaptions(config, 2)];
    const lossOf = async (own: Float32Array, of: readonly Int32Array[]): Promise<number> => {
      const loss = captioningLoss(model, captionBatch(config, own, of));
      const { pieces, coverage } = loss.figures;
      const [[mean], [penalty]] = (await readAll([pieces!, coverage!])) as [Float32Array, Float32Array];
      tf.dispose([loss.loss, pieces!, coverage!]);
      // A mean over pieces and one over captions, as sums.
      const count = of.reduce((sum, { length }) => sum + length + 1, 0);
      return mean! * count + penalty! * of.length;
    };
    const size = grids.length / 2;
    const alone = [
      await lossOf(grids.subarray(0, size), captions.slice(0, 1)),
      await lossOf(grids.subarray(size), captions.slice(1)),
    ];
    expect(captions.map(({ length }) => length)).toEqual([1, 6]);
    expect(await lossOf(grids, captions)).toBeCloseTo(alone[0]! + alone[1]!, 4);
    model.dispose();
  });

  it('has dropout that its seeds decide', async () => {
    const model = ShowAttendTell.create(smallConfig({ dropout: 0.5 }), 3);
    const [first, again, other, without] = [
      await gradientsOf(model, 1),
      await gradientsOf(model, 1),
      await gradientsOf(model, 2),
      await gradientsOf(model),
    ];
    expect(again).toEqual(first);
    expect(other.pieces).not.toBe(first.pieces);
    expect(without.pieces).not.toBe(first.pieces);
    expect(other.coverage).toBe(first.coverage);
    model.dispose();
  });
});

describe('the task', () => {
  it('trains everything but the statistics', async () => {
    await selectBackend({ prefer: 'wasm' });
    const model = ShowAttendTell.create(smallConfig(), 3);
    const { variables } = captioningTask(model);
    expect([...model.variables.keys()].filter((name) => !variables.has(name))).toEqual([
      'features/mean',
      'features/deviation',
    ]);
    model.dispose();
  });
});
