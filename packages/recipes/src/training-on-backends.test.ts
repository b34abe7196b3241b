import { describe, expect, it, jest } from '@jest/globals';
import { type Backend, countWork, memory, selectBackend, tf, type Work } from '@kaleido/backend';
import { inProcess } from '@kaleido/foundation';
import { KaleidoBert, kaleidoBertConfig, readWeights } from '@kaleido/model';
import { replicaService, runStage, type StageMetrics } from '@kaleido/training';
import { backendsHere, isSoftwareGpu } from '../test/backends.ts';
import { smallConfig, smallPretraining } from '../test/small-pretraining.ts';
import { pretrainBatches } from './pretrain-batches.ts';
import { pretrainTask } from './pretrain-worker.ts';
import { stageOptions } from './stage-options.ts';

// Tests of other packages may run at the same time.
jest.setTimeout(240_000);

/** All heads, with BERT's dropout of a tenth. */
const objectives = {
  contrastive: { batchSize: 8, groupSize: 2, meanWeight: 0.25 },
  matching: { groups: 2, groupSize: 3, distillation: { weight: 1 } },
  tasks: { batchSize: 8 },
};
const config = kaleidoBertConfig({ ...smallConfig, hidden_size: 24, intermediate_size: 48, num_hidden_layers: 2 });
const steps = 50;
// Plain JavaScript takes four seconds per step, and so does a software GPU.
const fewer: Readonly<Partial<Record<Backend, number>>> = { cpu: 3, ...((await isSoftwareGpu()) ? { webgpu: 5 } : {}) };

interface Line {
  readonly metrics: StageMetrics;
  readonly held: ReturnType<typeof memory>;
  readonly work: Work;
}

/** The first steps from the same seed; each line with the work since the previous line, and the backend's memory. */
async function train(name: Backend, logEvery: number, count: number): Promise<Line[]> {
  await selectBackend({ prefer: name });
  const model = KaleidoBert.create(config, 1);
  const weights = await readWeights(model);
  model.dispose();
  const data = smallPretraining(weights, objectives, { config });
  const stage = stageOptions({ ...data.stage, steps }, false);
  const task = pretrainTask({ ...data, objectives: data.stage.objectives });
  const service = replicaService(task, await pretrainBatches(data), stage, data.seed);
  let work: Work = { kernels: 0, kernelsByName: new Map(), reads: 0 };
  const lines: Line[] = [];
  const stop = new AbortController();
  await runStage({
    stage,
    workers: inProcess({
      ...service,
      run: async (range) => {
        const counted = await countWork(() => service.run(range));
        work = counted.work;
        return counted.result;
      },
    }),
    logEvery,
    onMetrics: (metrics) => {
      lines.push({ metrics, held: memory(), work });
      if (metrics.step >= count) stop.abort();
    },
    signal: stop.signal,
  });
  tf.dispose([...task.variables.values()]);
  return lines;
}

const here = backendsHere.filter(({ missing }) => missing === undefined).map(({ name }) => name);
const skipped = backendsHere.flatMap(({ name, missing }) => (missing === undefined ? [] : [`${name}: ${missing}`]));
const also = skipped.length === 0 ? '' : ` (skipped: ${skipped.join('; ')})`;

describe(`pre-training with every objective on ${here.join(', ')}${also}`, () => {
  it('has the same losses on each, step by step, within 1e-3', async () => {
    const courses = new Map<Backend, readonly Line[]>();
    for (const name of here) courses.set(name, await train(name, 1, fewer[name] ?? steps));
    const expected = courses.get('wasm')!.map(({ metrics }) => metrics.losses);
    expect(expected).toHaveLength(steps);
    expect(expected.at(-1)!.loss!).toBeLessThan(0.9 * expected[0]!.loss!);
    for (const [name, lines] of courses) {
      expect(lines).toHaveLength(fewer[name] ?? steps);
      const far = lines.flatMap(({ metrics: { step, losses } }) =>
        Object.entries(losses)
          .filter(([loss, value]) => !(Math.abs(value - expected[step - 1]![loss]!) < 1e-3))
          .map(([loss, value]) => `${name}, step ${step}, ${loss}: ${value} instead of ${expected[step - 1]![loss]}`),
      );
      expect(far).toEqual([]);
      // One read per line, and no others.
      if (name !== 'cpu') expect([...new Set(lines.map(({ work }) => work.reads))]).toEqual([1]);
      expect(new Set(lines.slice(1).map(({ held }) => `${held.numTensors} ${held.bytes}`)).size).toBe(1);
    }
  });

  it.each(here.filter((name) => name !== 'cpu'))(
    'reads its losses once per line on %s, and nothing else',
    async (name) => {
      const lines = await train(name, 2, fewer[name] ?? 20);
      expect(lines.length).toBeGreaterThan(1);
      const [first] = lines as [Line];
      for (const { work, held } of lines) {
        expect(work.reads).toBe(1);
        expect(work.kernelsByName).toEqual(first.work.kernelsByName);
        expect(held).toEqual(first.held);
      }
    },
  );
});
