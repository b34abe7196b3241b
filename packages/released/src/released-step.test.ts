import { describe, expect, it } from '@jest/globals';
import { memory, ops, readAll, selectBackend, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { releasedPrefix } from '@kaleido/model';
import { AdamW } from '@kaleido/training';
import { backendsHere } from '../test/backends.ts';
import { openReleasedStep, type ReleasedLoss, releasedSteps } from '../test/released-step.ts';

// Tolerances of shared/golden/model/README.md: five to ten times the difference of float32 and float64.
const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The largest difference as a share of the tolerance; NaN if one of the values is NaN. */
const excess = (found: ArrayLike<number>, expected: Float32Array, tolerance: number): number =>
  expected.reduce((most, value, i) => Math.max(most, Math.abs(found[i]! - value) / tolerance), 0);

for (const { name, missing: why } of backendsHere)
  (why === undefined ? describe : describe.skip)(
    `a training step of the released code on ${name}${why === undefined ? '' : ` (skipped: ${why})`}`,
    () => {
      it.each(releasedSteps)('has its losses, its gradient of every variable and its norm, %s', async (folder) => {
        await selectBackend({ prefer: name });
        const before = memory().numTensors;
        const released = openReleasedStep(folder);
        const model = released.model();
        const variables = [...model.variables];
        const lossNames: ReleasedLoss[] = [];
        const gradientNames: string[] = [];
        const results = tf.tidy(() => {
          const { value, outputs, gradients } = valueAndGradients(
            () => {
              const losses = released.losses(model);
              return { loss: ops.addAll(Object.values(losses)), losses };
            },
            variables.map(([, variable]) => variable),
          );
          lossNames.push(...(Object.keys(outputs.losses) as ReleasedLoss[]));
          const reached = variables.flatMap(([variableName, variable]) => {
            const gradient = gradients.get(variable.name);
            return gradient == null ? [] : [[variableName, gradient] as const];
          });
          gradientNames.push(...reached.map(([variableName]) => variableName));
          const all = reached.map(([, gradient]) => gradient);
          return [value, ops.globalNorm(all), ...Object.values(outputs.losses), ...all];
        });
        const [total, norm, ...others] = (await readAll(results)) as [Float32Array, Float32Array, ...Float32Array[]];
        tf.dispose(results);
        model.dispose();
        expect(memory().numTensors).toBe(before);

        const far: string[] = [];
        const compare = (what: string, found: Float32Array, expected: Float32Array, tolerance: number): void => {
          const share = excess(found, expected, tolerance);
          if (!(share <= 1) || found.length !== expected.length) far.push(`${what}: ${share} times the tolerance`);
        };
        compare('total', total, released.output('loss/total'), 2e-5);
        const norms = released.output('train/global_norm').slice(0, 1);
        compare('norm', norm, norms, 1e-5 * norms[0]!);
        for (const [i, loss] of lossNames.entries())
          compare(loss, others[i]!, released.output(`loss/${loss}`), loss === 'grey_mask' ? 1e-6 : 1e-5);
        for (const [i, variableName] of gradientNames.entries()) {
          const expected = released.output(`grad/${releasedPrefix}${variableName}`);
          // The softmax does not depend on the key's bias: its gradient is only rounding error.
          const tolerance = variableName.endsWith('key/bias') ? 2e-6 : 2e-5 * largest(expected) + 1e-7;
          compare(`gradient of ${variableName}`, others[lossNames.length + i]!, expected, tolerance);
        }
        expect(far).toEqual([]);
        expect(gradientNames).toHaveLength(variables.length);
      });

      it.each(releasedSteps)('has its weights after one step and after three, %s', async (folder) => {
        await selectBackend({ prefer: name });
        const released = openReleasedStep(folder);
        const model = released.model();
        const variables = [...model.variables];
        const optimizer = new AdamW(model.variables, { weightDecay: 0 });
        const far: string[] = [];
        const losses: Tensor[] = [];
        for (const [step, rate] of released.output('train/learning_rate').entries()) {
          losses.push(
            tf.tidy(() => {
              const { value, gradients } = valueAndGradients(
                () => ops.addAll(Object.values(released.losses(model))),
                variables.map(([, variable]) => variable),
              );
              optimizer.apply(
                new Map(variables.map(([variableName, variable]) => [variableName, gradients.get(variable.name)!])),
                rate,
              );
              return value;
            }),
          );
          if (step === 1) continue;
          const values = await readAll(variables.map(([, variable]) => variable));
          for (const [i, [variableName]] of variables.entries()) {
            const expected = released.output(`step${step + 1}/${releasedPrefix}${variableName}`);
            const share = excess(values[i]!, expected, 1e-6);
            if (!(share <= 1)) far.push(`${variableName} after step ${step + 1}: ${share} times the tolerance`);
          }
        }
        expect(far).toEqual([]);
        const found = (await readAll(losses)).map(([loss]) => loss!);
        expect(excess(found, released.output('train/loss_before_step'), 2e-5)).toBeLessThanOrEqual(1);
        tf.dispose(losses);
        optimizer.dispose();
        model.dispose();
      });
    },
  );
