import { ops, type Tensor, tf } from '@kaleido/backend';
import { weightedMean } from './weighted-mean.ts';

/** A grid as the captioner reads it. */
export interface Annotations {
  /** [B, G, D], of which contexts are weighted means. */
  readonly values: Tensor;
  /** [B, G, A], the values as attention compares them, 2 W_f f. */
  readonly keys: Tensor;
}

/** The state of the LSTM. */
export interface CaptionerState {
  /** [B, H] */
  readonly hidden: Tensor;
  /** [B, H] */
  readonly memory: Tensor;
}

/** The state after a step, and what the step looked at. */
export interface CaptionerStep extends CaptionerState {
  /** [B, G], sums to 1 over the cells. */
  readonly attention: Tensor;
  /** [B, D], the gated mean of the annotations under that attention. */
  readonly context: Tensor;
}

/**
 * The weights of a step, joined where they read the same input: one product instead of three.
 *
 * Those of attention are doubled. Since tanh(x) = 2 sigmoid(2 x) - 1, and a softmax does not change with the sum of v
 * that the -1 subtracts, the paper's v . tanh(x) is 2 v . sigmoid(2 x). On wasm a sigmoid costs a tenth of a tanh.
 */
export interface RecurrenceWeights {
  /** [H, 4 H + A + 1], from the hidden state to the LSTM's gates, the attention's query (doubled) and the context's gate. */
  readonly hidden: Tensor;
  /** [4 H + A + 1] */
  readonly bias: Tensor;
  /** [D, 4 H], from the context to the LSTM's gates. */
  readonly context: Tensor;
  /** [A, 1], 2 v */
  readonly score: Tensor;
}

/**
 * One step: attention v . tanh(W_f f + W_h h), context z = sigmoid(W_b h) sum(alpha f), LSTM over piece and context
 * (Xu et al. 2015, arXiv 1502.03044, equations 1 to 6 and 4.2).
 *
 * @param input [B, 4 H], the piece's share of the LSTM's gates
 */
export function recurrentStep(
  weights: RecurrenceWeights,
  { values, keys }: Annotations,
  { hidden, memory }: CaptionerState,
  input: Tensor,
): CaptionerStep {
  const [B, G, A] = keys.shape as [number, number, number];
  const H = hidden.shape[1] as number;
  const products = ops.matrixProduct(hidden, weights.hidden, false, false, weights.bias); // [B, 4 H + A + 1]
  const [gatesOfHidden, query, gate] = tf.split(products, [4 * H, A, 1], 1) as [Tensor, Tensor, Tensor];
  const compared = tf.sigmoid(tf.add(keys, tf.reshape(query, [B, 1, A]))); // [B, G, A]
  const scores = ops.matrixProduct(tf.reshape(compared, [B * G, A]), weights.score, false, false); // [B G, 1]
  const attention = tf.softmax(tf.reshape(scores, [B, G])); // [B, G]
  const context = tf.mul(tf.sigmoid(gate), weightedMean(values, attention)); // [B, D]
  const gatesOfContext = ops.matrixProduct(context, weights.context, false, false); // [B, 4 H]
  const gates = tf.add(tf.add(gatesOfHidden, gatesOfContext), input);
  const [opening, candidate] = tf.split(gates, [3 * H, H], 1) as [Tensor, Tensor];
  const [enter, keep, leave] = tf.split(tf.sigmoid(opening), 3, 1) as [Tensor, Tensor, Tensor];
  const next = tf.add(tf.mul(keep, memory), tf.mul(enter, tf.tanh(candidate))); // [B, H]
  return { hidden: tf.mul(leave, tf.tanh(next)), memory: next, attention, context };
}
