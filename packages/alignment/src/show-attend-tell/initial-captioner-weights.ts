import { KaleidoError, type RandomStream, randomStream } from '@kaleido/foundation';
import { type CaptionerVariable, captionerVariables } from './captioner-variables.ts';
import type { CaptionerWeights } from './captioner-weights.ts';
import type { ShowAttendTellConfig } from './show-attend-tell-config.ts';

/** Mean and deviation of each feature over the cells of a catalogue, [F] each. */
export interface GridStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/**
 * The weights of a new captioner; the same seed gives the same weights on every machine.
 * @param statistics of the features that it will read; default: features are standardised already
 * @throws KaleidoError for statistics of another width
 */
export function initialCaptionerWeights(
  config: ShowAttendTellConfig,
  seed: number,
  statistics?: GridStatistics,
): CaptionerWeights {
  const measured = statistics === undefined ? new Map<string, Float32Array>() : standardisation(config, statistics);
  return new Map(
    captionerVariables(config).map((variable) => [
      variable.name,
      measured.get(variable.name) ?? initialValues(variable, seed),
    ]),
  );
}

/**
 * The measured variables. A feature that hardly ever varies would be scaled up a thousandfold when it does: none is
 * divided by less than a tenth of the mean deviation.
 */
function standardisation(
  { featureWidth: F }: ShowAttendTellConfig,
  { mean, deviation }: GridStatistics,
): CaptionerWeights {
  for (const [name, { length }] of Object.entries({ mean, deviation }))
    if (length !== F)
      throw new KaleidoError({
        source: 'alignment',
        problem: `the ${name} of the features must have ${F} values`,
        found: length,
        advice: 'give the statistics of the features that the captioner will read',
      });
  const least = (0.1 * deviation.reduce((sum, value) => sum + value, 0)) / F;
  return new Map([
    ['features/mean', mean],
    ['features/deviation', deviation.map((value) => Math.max(value, least) || 1)],
  ]);
}

/** The first values of a variable; each has a stream under its own name, so that adding one changes no other. */
function initialValues({ name, shape, initialisation }: CaptionerVariable, seed: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  switch (initialisation) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'forget':
      return values.fill(1, values.length / 4, values.length / 2);
    default: {
      const random = randomStream(seed, 'captioner', name);
      const deviation = 1 / Math.sqrt(initialisation.inputs);
      return values.map(() => deviation * truncatedNormal(random));
    }
  }
}

/** A normal draw, repeated while it is more than two deviations out, as in TensorFlow. */
function truncatedNormal(random: RandomStream): number {
  for (;;) {
    const draw = random.normal();
    if (Math.abs(draw) <= 2) return draw;
  }
}
