import { beforeAll, describe, expect, it } from '@jest/globals';
import { createVariable, memory, readAll, selectBackend, type Tensor, tf, type Variable } from '@kaleido/backend';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import { AdamW, defaultOptimizerOptions, type OptimizerOptions } from './index.ts';

const shapes: Readonly<Record<string, readonly number[]>> = { matrix: [4, 3], bias: [3], table: [2, 2, 2] };
const sizeOf = (name: string): number => shapes[name]!.reduce((product, length) => product * length, 1);
const draw = (...names: readonly (string | number)[]): Float32Array => {
  const random = randomStream(1, ...names);
  return Float32Array.from({ length: sizeOf(names[0] as string) }, () => random.normal());
};

function open(options: Partial<OptimizerOptions> = {}) {
  const variables = new Map<string, Variable>();
  for (const name of Object.keys(shapes)) variables.set(name, createVariable(undefined, draw(name), shapes[name]!));
  const optimizer = new AdamW(variables, options);
  return {
    optimizer,
    apply(names: readonly string[], step: number, rate: number, scale?: number): void {
      tf.tidy(() => {
        const gradients = names.map((name): [string, Tensor] => [
          name,
          tf.tensor(draw(name, 'gradient', step), [...shapes[name]!]),
        ]);
        optimizer.apply(new Map(gradients), rate, scale);
      });
    },
    async weights(): Promise<Record<string, Float32Array>> {
      const values = await readAll([...variables.values()]);
      return Object.fromEntries([...variables.keys()].map((name, i) => [name, values[i] as Float32Array]));
    },
    dispose(): void {
      optimizer.dispose();
      tf.dispose([...variables.values()] as Tensor[]);
    },
  };
}

/** The same in double precision, with plain arrays. */
class Reference {
  readonly weights = new Map(Object.keys(shapes).map((name) => [name, Float64Array.from(draw(name))]));
  readonly first = new Map(Object.keys(shapes).map((name) => [name, new Float64Array(sizeOf(name))]));
  readonly second = new Map(Object.keys(shapes).map((name) => [name, new Float64Array(sizeOf(name))]));
  readonly norms: number[] = [];
  #step = 0;

  apply(options: OptimizerOptions, names: readonly string[], step: number, rate: number, scale = 1): void {
    this.#step++;
    const { beta1, beta2, epsilon, weightDecay, clipNorm } = options;
    const gradients = names.map((name) => [name, Float64Array.from(draw(name, 'gradient', step))] as const);
    const norm =
      scale * Math.sqrt(gradients.reduce((sum, [, gradient]) => sum + gradient.reduce((all, g) => all + g * g, 0), 0));
    this.norms.push(norm);
    const factor = scale * Math.min(1, clipNorm / norm);
    const corrected = (rate * Math.sqrt(1 - beta2 ** this.#step)) / (1 - beta1 ** this.#step);
    for (const [name, gradient] of gradients) {
      const [w, m, v] = [this.weights.get(name)!, this.first.get(name)!, this.second.get(name)!];
      const decay = name === 'bias' ? 0 : weightDecay;
      for (let i = 0; i < w.length; i++) {
        const g = gradient[i]! * factor;
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        w[i] = w[i]! - rate * decay * w[i]! - (corrected * m[i]!) / (Math.sqrt(v[i]!) + epsilon);
      }
    }
  }
}

const expectNear = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++)
    if (!(Math.abs(found[i]! - expected[i]!) <= tolerance)) expect([i, found[i]]).toEqual([i, expected[i]]);
};

const all = Object.keys(shapes);

describe.each(['wasm', 'cpu'] as const)('AdamW on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend({ prefer: backend });
  });

  it.each([
    ['clipped', { weightDecay: 0.1 }, 1],
    ['not clipped', { weightDecay: 0.1, clipNorm: 100 }, 1],
    ['scaled, then clipped', { weightDecay: 0.01, clipNorm: 0.5 }, 0.25],
    ['scaled below the norm', { clipNorm: 3 }, 0.1],
  ] as const)('is that of double precision over steps of changing rate, %s', async (_, options, scale) => {
    const before = memory().numTensors;
    const { optimizer, apply, weights, dispose } = open(options);
    const reference = new Reference();
    for (let step = 0; step < 6; step++) {
      apply(all, step, 0.1 / (step + 1), scale);
      reference.apply({ ...defaultOptimizerOptions, ...options }, all, step, 0.1 / (step + 1), scale);
    }
    const state = await optimizer.state();
    expect(state.step).toBe(6);
    for (const [name, values] of Object.entries(await weights())) {
      expectNear(values, reference.weights.get(name)!, 3e-6);
      expectNear(state.firstMoments.get(name)!, reference.first.get(name)!, 1e-6);
      expectNear(state.secondMoments.get(name)!, reference.second.get(name)!, 1e-6);
    }
    dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('decays matrices, but not biases or variables without a gradient', async () => {
    const [decayed, plain] = [open({ weightDecay: 0.5 }), open({ weightDecay: 0 })];
    for (const { apply } of [decayed, plain]) apply(['matrix', 'bias'], 0, 0.1);
    const [with_, without] = [await decayed.weights(), await plain.weights()];
    expect(with_.bias).toEqual(without.bias);
    expectNear(
      with_.matrix!,
      without.matrix!.map((value, i) => value - 0.1 * 0.5 * draw('matrix')[i]!),
      1e-6,
    );
    expect(with_.table).toEqual(draw('table'));
    decayed.dispose();
    plain.dispose();
  });

  it('leaves a variable without a gradient and its moments bit-identical', async () => {
    const { optimizer, apply, weights, dispose } = open();
    const reference = new Reference();
    const options = { ...defaultOptimizerOptions };
    apply(all, 0, 0.1);
    reference.apply(options, all, 0, 0.1);
    const [before, weightsBefore] = [await optimizer.state(), await weights()];
    for (const step of [1, 2]) {
      apply(['bias'], step, 0.1);
      reference.apply(options, ['bias'], step, 0.1);
    }
    const [after, weightsAfter] = [await optimizer.state(), await weights()];
    for (const name of ['matrix', 'table']) {
      expect(weightsAfter[name]).toEqual(weightsBefore[name]);
      expect(after.firstMoments.get(name)).toEqual(before.firstMoments.get(name));
      expect(after.secondMoments.get(name)).toEqual(before.secondMoments.get(name));
    }
    // A variable that gets gradients again uses its own moments.
    apply(['table', 'matrix'], 3, 0.1);
    reference.apply(options, ['table', 'matrix'], 3, 0.1);
    for (const [name, values] of Object.entries(await weights()))
      expectNear(values, reference.weights.get(name)!, 3e-6);
    dispose();
  });

  it('resumes from a state as if never interrupted', async () => {
    const [whole, broken] = [open(), open()];
    for (let step = 0; step < 6; step++) whole.apply(step === 3 ? ['bias'] : all, step, 0.05);
    for (let step = 0; step < 3; step++) broken.apply(all, step, 0.05);
    const state = await broken.optimizer.state();
    const copy = structuredClone(state);
    broken.apply(all, 9, 0.7);
    const again = open();
    const before = memory().numTensors;
    again.optimizer.restore(copy);
    expect(memory().numTensors).toBe(before);
    expect(await again.optimizer.state()).toEqual(copy);
    // Its state is only the moments: the caller restores the weights.
    for (let step = 3; step < 6; step++) again.apply(step === 3 ? ['bias'] : all, step, 0.05);
    expect(await again.optimizer.state()).toEqual(await whole.optimizer.state());
    for (const one of [whole, broken, again]) one.dispose();
  });

  it('refuses a state or a gradient of other variables, with their names', async () => {
    const { optimizer, dispose } = open();
    const state = await optimizer.state();
    const refusal = (run: () => void): string => {
      try {
        run();
      } catch (error) {
        if (KaleidoError.isInstance(error)) return error.message;
        throw error;
      }
      return 'taken';
    };
    const short = new Map([...state.secondMoments, ['bias', new Float32Array(2)]]);
    expect(refusal(() => optimizer.restore({ ...state, secondMoments: short }))).toContain('found "bias"');
    const fewer = new Map([...state.firstMoments].filter(([name]) => name !== 'table'));
    expect(refusal(() => optimizer.restore({ ...state, firstMoments: fewer }))).toContain('found "table"');
    tf.tidy(() => {
      expect(refusal(() => optimizer.apply(new Map([['other', tf.zeros([2])]]), 0.1))).toContain('found "other"');
    });
    dispose();
  });
});
