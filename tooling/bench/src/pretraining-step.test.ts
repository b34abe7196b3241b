import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend } from '@kaleido/backend';
import { decodeSafetensors, float32Values } from '@kaleido/foundation';
import { benchSetting } from './bench-setting.ts';
import { countWork } from './count-work.ts';
import { exportStep } from './export-step.ts';
import { PretrainingStep } from './pretraining-step.ts';

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

async function losses(step: PretrainingStep, steps: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < steps; i++) {
    const loss = step.trainPlainly();
    found.push(((await loss.data()) as Float32Array)[0] as number);
    loss.dispose();
  }
  return found;
}

describe('PretrainingStep', () => {
  it('learns its batch, gives the same losses each time, and leaks no tensor', async () => {
    const before = memory().numTensors;
    const step = await PretrainingStep.open(benchSetting('tiny', 'wasm', 0.1, 4));
    const first = await losses(step, 4);
    const live = memory().numTensors;
    step.train().dispose();
    step.forward().dispose();
    step.match().dispose();
    expect(memory().numTensors).toBe(live);
    step.dispose();
    expect(memory().numTensors).toBe(before);
    expect([...first].sort((a, b) => b - a)).toEqual(first);
    // Seven tasks at chance: 600 words; 2, 4, 24 and 9 classes; and two small divergences.
    const chance = [600, 2, 4, 24, 9].reduce((sum, classes) => sum + Math.log(classes), 0);
    expect(Math.abs((first[0] as number) - chance)).toBeLessThan(1);
    const again = await PretrainingStep.open(benchSetting('tiny', 'wasm', 0.1, 4));
    expect(await losses(again, 4)).toEqual(first);
    again.dispose();
  });

  it('exports the current weights and the whole batch', async () => {
    const step = await PretrainingStep.open(benchSetting('tiny', 'wasm', 0, 2));
    step.train().dispose();
    const { tensors } = decodeSafetensors(await exportStep(step), 'the export');
    const name = 'cls/predictions/output_bias';
    const bias = await step.model.variables.get(name)?.data();
    const stored = tensors.get(`weight/${name}`) as NonNullable<ReturnType<typeof tensors.get>>;
    expect(float32Values(stored, name)).toEqual(bias);
    expect(Math.max(...float32Values(stored, name).map(Math.abs))).toBeGreaterThan(0);
    expect(tensors.size).toBe(step.model.variables.size + 16);
    expect(tensors.get('batch/features')?.shape).toEqual([2, 55, 192]);
    step.dispose();
  });

  it('is counted in kernels and reads', async () => {
    const step = await PretrainingStep.open(benchSetting('tiny', 'wasm', 0, 2));
    const counts = countWork(() => step.train().dispose());
    expect(counts.kernels).toBeGreaterThan(step.model.variables.size);
    expect(counts).not.toHaveProperty('dispatches');
    expect(counts.longest.find(({ kernel }) => kernel === 'KaleidoAdamW')?.calls).toBe(step.model.variables.size);
    const times = counts.longest.map(({ milliseconds }) => milliseconds);
    expect([...times].sort((a, b) => b - a)).toEqual(times);
    // The wrapped methods are restored.
    expect(countWork(() => undefined)).toEqual({ kernels: 0, reads: 0, longest: [] });
    step.dispose();
  });
});
