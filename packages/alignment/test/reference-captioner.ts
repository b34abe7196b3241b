import type { ShowAttendTellConfig } from '../src/index.ts';

/** Weights in double precision, by name. */
export type ReferenceWeights = ReadonlyMap<string, Float64Array>;

/** What the captioner computes for one caption. */
export interface ReferencePass {
  /** The log-probability of every piece of the vocabulary after each step. */
  readonly logProbabilities: number[][];
  /** [steps][G] */
  readonly attention: number[][];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const plus = (...vectors: readonly number[][]): number[] =>
  vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0));

function softmax(x: readonly number[]): number[] {
  const top = Math.max(...x);
  const total = x.reduce((sum, value) => sum + Math.exp(value - top), 0);
  return x.map((value) => Math.exp(value - top) / total);
}

/**
 * Show, Attend and Tell in plain loops and double precision, written from the paper's equations, one caption at a time.
 * @param grid [G, F]
 */
export function referencePass(
  { cells: G, featureWidth: F, hiddenSize: H, embeddingSize: E, special }: ShowAttendTellConfig,
  weights: ReferenceWeights,
  grid: Float32Array,
  caption: Int32Array,
): ReferencePass {
  const of = (name: string): Float64Array => weights.get(name)!;
  /** x W + b */
  const dense = (x: readonly number[], kernel: string, bias?: string): number[] => {
    const w = of(kernel);
    const outputs = w.length / x.length;
    return Array.from({ length: outputs }, (_, o) =>
      x.reduce((sum, value, i) => sum + value * w[i * outputs + o]!, bias === undefined ? 0 : of(bias)[o]!),
    );
  };
  const annotations = Array.from({ length: G }, (_, g) => {
    const features = Array.from(
      { length: F },
      (_, k) => (grid[g * F + k]! - of('features/mean')[k]!) / of('features/deviation')[k]!,
    );
    return dense(features, 'annotation/kernel', 'annotation/bias');
  });
  const mean = plus(...annotations).map((sum) => sum / G);
  let hidden = dense(mean, 'initial_hidden/kernel', 'initial_hidden/bias').map(Math.tanh);
  let memory = dense(mean, 'initial_memory/kernel', 'initial_memory/bias').map(Math.tanh);
  const logProbabilities: number[][] = [];
  const attention: number[][] = [];
  for (const piece of [special.classification, ...caption]) {
    const asked = dense(hidden, 'attention/hidden/kernel', 'attention/bias');
    const alpha = softmax(
      annotations.map((each) => {
        const compared = plus(dense(each, 'attention/annotation/kernel'), asked).map(Math.tanh);
        return dense(compared, 'attention/score/kernel')[0]!;
      }),
    );
    const beta = sigmoid(dense(hidden, 'context_gate/kernel', 'context_gate/bias')[0]!);
    const context = plus(...annotations.map((each, g) => each.map((value) => beta * alpha[g]! * value)));
    const word = [...of('embedding').slice(piece * E, (piece + 1) * E)];
    const gates = plus(
      dense(word, 'lstm/embedding/kernel'),
      dense(hidden, 'lstm/hidden/kernel', 'lstm/bias'),
      dense(context, 'lstm/context/kernel'),
    );
    const [enter, keep, leave, candidate] = [0, 1, 2, 3].map((k) => gates.slice(k * H, (k + 1) * H)) as [
      number[],
      number[],
      number[],
      number[],
    ];
    memory = memory.map((value, i) => sigmoid(keep[i]!) * value + sigmoid(enter[i]!) * Math.tanh(candidate[i]!));
    hidden = memory.map((value, i) => sigmoid(leave[i]!) * Math.tanh(value));
    const joined = plus(
      dense(hidden, 'output/hidden/kernel', 'output/bias'),
      dense(context, 'output/context/kernel'),
      word,
    ).map(Math.tanh);
    logProbabilities.push(softmax(dense(joined, 'output/piece/kernel', 'output/piece/bias')).map(Math.log));
    attention.push(alpha);
  }
  return { logProbabilities, attention };
}

/** The loss of some captions. @param grids [B, G, F] */
export function referenceLoss(
  config: ShowAttendTellConfig,
  weights: ReferenceWeights,
  grids: Float32Array,
  captions: readonly Int32Array[],
): number {
  const { cells: G, featureWidth: F, special } = config;
  let [sum, pieces, penalty] = [0, 0, 0];
  for (const [b, caption] of captions.entries()) {
    const pass = referencePass(config, weights, grids.subarray(b * G * F, (b + 1) * G * F), caption);
    for (const [t, piece] of [...caption, special.separator].entries()) {
      sum -= pass.logProbabilities[t]![piece]!;
      pieces++;
    }
    for (let g = 0; g < G; g++) penalty += (1 - pass.attention.reduce((total, alpha) => total + alpha[g]!, 0)) ** 2;
  }
  return sum / pieces + (config.doublyStochastic * penalty) / (captions.length * G);
}
