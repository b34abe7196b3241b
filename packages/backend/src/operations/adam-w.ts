import { type Tensor, tf, type Variable } from '../tensorflow.ts';
import type { FusedKernels } from './fused-kernels.ts';
import { hasFused, runFused } from './run-fused.ts';

/** One parameter with what its update reads and writes; all tensors have the parameter's shape. */
export interface AdamWState {
  readonly parameter: Variable;
  readonly gradient: Tensor;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
  /** Decoupled weight decay: the parameter loses `rate * decay` of itself. 0 for biases and LayerNorm by custom. */
  readonly decay: number;
}

export interface AdamWOptions {
  readonly rate: number;
  /** In [0, 1). */
  readonly beta1: number;
  /** In [0, 1). */
  readonly beta2: number;
  readonly epsilon: number;
  /** The number of this update, from 1, for the bias correction. */
  readonly step: number;
  /** The factor of every gradient, for clipping by the global norm. A scalar. */
  readonly gradientScale: Tensor | number;
}

type UpdateSettings = Omit<FusedKernels['adamWOfAll']['attributes'], 'decays'>;

/** Parameters in one kernel: each has four inputs. */
const mostAtOnce = 32;

/**
 * One update of all parameters and their moments, in TensorFlow's form of Adam: the rate holds the bias correction, and
 * epsilon is added to the uncorrected root, `w -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)`,
 * minus `rate * decay * w`.
 */
export function adamW(
  states: readonly AdamWState[],
  { rate, beta1, beta2, epsilon, step, gradientScale }: AdamWOptions,
): void {
  const correctedRate = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  const fused = hasFused('adamW');
  const scale = typeof gradientScale === 'number' ? tf.scalar(gradientScale) : gradientScale;
  if (hasFused('adamWOfAll')) {
    const settings = { beta1, beta2, rate, correctedRate, epsilon };
    for (let start = 0; start < states.length; start += mostAtOnce)
      updateTogether(states.slice(start, start + mostAtOnce), scale, settings);
    if (scale !== gradientScale) scale.dispose();
    return;
  }
  for (const { parameter, gradient, firstMoment, secondMoment, decay } of states) {
    tf.tidy(() => {
      if (fused) {
        const [newParameter, newFirst, newSecond] = runFused(
          'adamW',
          { parameter, gradient, first: firstMoment, second: secondMoment, scale },
          { beta1, beta2, correctedRate, epsilon, keep: 1 - rate * decay },
        );
        firstMoment.assign(newFirst);
        secondMoment.assign(newSecond);
        parameter.assign(newParameter);
        return;
      }
      const scaled = tf.mul(gradient, scale);
      const first = tf.add(tf.mul(firstMoment, beta1), tf.mul(scaled, 1 - beta1));
      const second = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(scaled), 1 - beta2));
      const update = tf.mul(tf.div(first, tf.add(tf.sqrt(second), epsilon)), correctedRate);
      firstMoment.assign(first);
      secondMoment.assign(second);
      parameter.assign(tf.sub(decay === 0 ? parameter : tf.mul(parameter, 1 - rate * decay), update));
    });
  }
  if (scale !== gradientScale) scale.dispose();
}

function updateTogether(states: readonly AdamWState[], scale: Tensor, settings: UpdateSettings): void {
  tf.tidy(() => {
    const inputs = Object.fromEntries(
      states.flatMap(({ parameter, gradient, firstMoment, secondMoment }, index) => [
        [`parameter${index}`, parameter],
        [`gradient${index}`, gradient],
        [`first${index}`, firstMoment],
        [`second${index}`, secondMoment],
      ]),
    );
    const decays = states.map(({ decay }) => decay);
    const updated = runFused('adamWOfAll', { ...inputs, scale }, { ...settings, decays });
    for (const [index, { parameter, firstMoment, secondMoment }] of states.entries()) {
      const [newParameter, newFirst, newSecond] = updated.slice(3 * index, 3 * index + 3) as [Tensor, Tensor, Tensor];
      parameter.assign(newParameter);
      firstMoment.assign(newFirst);
      secondMoment.assign(newSecond);
    }
  });
}
