import { describe, expect, it } from '@jest/globals';
import { type Backend, memory, selectBackend } from '@kaleido/backend';
import { inProcess, type RandomStream, randomStream } from '@kaleido/foundation';
import { replicaService, runStage } from '@kaleido/training';
import { referencePass } from '../../test/reference-captioner.ts';
import { smallConfig, smallGrids } from '../../test/small-captioner.ts';
import { attendedMaps, captionBatches, captioningTask, ShowAttendTell } from '../index.ts';

describe('attendedMaps', () => {
  it.each<Backend>(['cpu', 'wasm'])('are those of the equations on %s', async (backend) => {
    await selectBackend({ prefer: backend });
    const config = smallConfig();
    const [grids, size] = [smallGrids(config, 6), config.cells * config.featureWidth];
    const model = ShowAttendTell.create(config, 4);
    const before = memory().numTensors;
    const weights = new Map([...(await model.toWeights())].map(([name, values]) => [name, Float64Array.from(values)]));
    const captions = [[7, 8, 9, 5], [], [6], [12, 5, 5], [10, 11], [9]].map((pieces) => Int32Array.from(pieces));
    const maps = await attendedMaps(model, grids, captions);
    for (const [image, caption] of captions.entries()) {
      const grid = grids.subarray(image * size, (image + 1) * size);
      const expected = referencePass(config, weights, grid, caption).attention.slice(0, caption.length).flat();
      expect(maps[image]!.length).toBe(expected.length);
      for (const [at, value] of expected.entries()) expect(maps[image]![at]!).toBeCloseTo(value, 5);
    }
    expect(await attendedMaps(model, grids.subarray(0, size), [new Int32Array(0)])).toEqual([new Float32Array(0)]);
    expect(await attendedMaps(model, new Float32Array(0), [])).toEqual([]);
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });

  it('show, for a trained captioner, the cell that shows what the piece names', async () => {
    await selectBackend({ prefer: 'wasm' });
    const [kinds, firstKind, G, F] = [6, 5, 9, 8];
    const and = firstKind + kinds;
    const config = smallConfig({
      vocabularySize: and + 1,
      cells: G,
      featureWidth: F,
      annotationSize: 16,
      embeddingSize: 16,
      hiddenSize: 32,
      attentionSize: 16,
      dropout: 0.5,
    });
    const random = randomStream(1, 'scenes');
    const looks = Array.from({ length: kinds * F }, () => 2 * random.normal());
    const scenes = Array.from({ length: 400 }, () => sceneOf(random, looks, kinds, G, F));
    const captionOf = ({ named }: Scene) => Int32Array.of(firstKind + named[0]!.kind, and, firstKind + named[1]!.kind);
    const gridsOf = (of: readonly Scene[]) => Float32Array.from(of.flatMap(({ grid }) => grid));
    const [learned, held] = [scenes.slice(0, 320), scenes.slice(320)];

    const model = ShowAttendTell.create(config, 1);
    const stage = {
      name: 'captioner',
      schedule: { steps: 180, learningRate: 0.01, warmup: 0.1 },
      microBatches: 1,
      examplesPerStep: 32,
    };
    const source = captionBatches(config, {
      captions: learned.map((scene, image) => ({ image, ids: captionOf(scene) })),
      grids: (rows) => gridsOf(rows.map((row) => learned[row]!)),
      batchSize: 32,
      microBatches: 1,
      seed: 1,
    });
    const service = replicaService(captioningTask(model), source, stage, 1);
    await runStage({ stage, workers: inProcess(service), logEvery: 180 });
    await service.close(undefined);

    const maps = await attendedMaps(model, gridsOf(held), held.map(captionOf));
    const hits = held.map(({ named }, image) =>
      [0, 2].map((piece, k) => {
        const map = [...maps[image]!.subarray(piece * G, (piece + 1) * G)];
        return Number(map.indexOf(Math.max(...map)) === named[k]!.cell);
      }),
    );
    const [first, second] = [0, 1].map((k) => hits.reduce((sum, of) => sum + of[k]!, 0) / held.length);
    // By chance 1 of 9.
    expect(first).toBeGreaterThan(0.9);
    expect(second).toBeGreaterThan(0.9);
    model.dispose();
  });
});

interface Scene {
  /** [G, F], noise but for two cells. */
  readonly grid: number[];
  /** The two things in the order of the caption, which is that of their kinds and not of their cells. */
  readonly named: readonly { readonly kind: number; readonly cell: number }[];
}

/** @param looks [kinds, F] */
function sceneOf(random: RandomStream, looks: readonly number[], kinds: number, G: number, F: number): Scene {
  const grid = Array.from({ length: G * F }, () => 0.3 * random.normal());
  const cells = random.shuffle([...Array(G).keys()]);
  const drawn = random.shuffle([...Array(kinds).keys()]).slice(0, 2);
  const named = drawn.sort((a, b) => a - b).map((kind, k) => ({ kind, cell: cells[k]! }));
  for (const { kind, cell } of named) for (let k = 0; k < F; k++) grid[cell * F + k]! += looks[kind * F + k]!;
  return { grid, named };
}
