import { KaleidoError } from '@kaleido/foundation';
import { type Tensor, tf } from '../tensorflow.ts';
import { dropout } from './dropout.ts';
import { hashMask } from './hash-mask.ts';
import { hasFused, runFused } from './run-fused.ts';

export interface AttentionInputs {
  /** [B, S, D] */
  readonly query: Tensor;
  /** [B, K, D] */
  readonly key: Tensor;
  /** [B, K, D] */
  readonly value: Tensor;
  /** Number of heads; must divide D. */
  readonly heads: number;
  /** [B, K], or [B, S, K] if it differs from query to query: 1 where a key may be seen, 0 where not. */
  readonly mask: Tensor;
  /** Whether to return the probabilities too (before dropout); they have no gradient. */
  readonly probabilities?: boolean;
  /** Dropout of the probabilities. */
  readonly dropout?: { readonly rate: number; readonly seed: number };
}

export interface AttentionOutputs {
  /** [B, S, D] */
  readonly context: Tensor;
  /** [B, A, S, K], where asked for. */
  readonly probabilities?: Tensor;
}

const noDropout = { rate: 0, seed: 0 };

/**
 * Multi-head scaled dot-product attention: logits scaled by `1 / sqrt(D / A)`, `(1 - mask) * -10000` added (BERT's
 * released code), softmax over the keys. A key that is hidden from a query has probability 0 there, exactly, if any key
 * is seen. Every backend reads both forms of the mask in the same kernel.
 *
 * @throws KaleidoError where the heads do not divide the width, or the mask has another shape
 */
export function attention(inputs: AttentionInputs): AttentionOutputs {
  const headWidth = (inputs.query.shape[2] as number) / inputs.heads;
  if (!Number.isInteger(headWidth)) {
    throw new KaleidoError({
      source: 'backend',
      problem: `the number of heads does not divide the width ${inputs.query.shape[2]}`,
      found: inputs.heads,
      advice: 'choose a number of heads that divides it',
    });
  }
  checkMask(inputs);
  if (hasFused('attention')) return fusedAttention(inputs);
  const { query, key, value, heads, mask } = inputs;
  return tf.tidy(() => {
    const [batch, length, width] = query.shape as [number, number, number];
    const keys = key.shape[1] as number;
    const scale = 1 / Math.sqrt(width / heads);
    const logits = tf.mul(tf.matMul(splitHeads(query, heads), splitHeads(key, heads), false, true), scale); // [B,A,S,K]
    const maskRows = mask.shape.length === 3 ? length : 1;
    const penalty = tf.reshape(tf.mul(tf.sub(1, mask), -10000), [batch, 1, maskRows, keys]);
    const probabilities = tf.softmax(tf.add(logits, penalty), -1);
    const { rate, seed } = inputs.dropout ?? noDropout;
    const thinned = rate === 0 ? probabilities : dropout(probabilities, rate, seed);
    const perHead = tf.matMul(thinned, splitHeads(value, heads)); // [B,A,S,D/A]
    const context = tf.reshape(tf.transpose(perHead, [0, 2, 1, 3]), [batch, length, width]);
    return inputs.probabilities === true ? { context, probabilities } : { context };
  }) as AttentionOutputs;
}

function checkMask({ query, key, mask }: AttentionInputs): void {
  const [batch, length] = query.shape as [number, number];
  const keys = key.shape[1] as number;
  const wanted = mask.shape.length === 3 ? [batch, length, keys] : [batch, keys];
  if (mask.shape.length === wanted.length && mask.shape.every((size, axis) => size === wanted[axis])) return;
  throw new KaleidoError({
    source: 'backend',
    problem: `the mask must be [${batch},${keys}] or [${batch},${length},${keys}]`,
    found: mask.shape,
    advice: 'give a value for each key, or for each query and key',
  });
}

function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape as [number, number, number];
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

function fusedAttention({ query, key, value, heads, mask, ...options }: AttentionInputs): AttentionOutputs {
  const { rate, seed } = options.dropout ?? noDropout;
  const attributes = rate === 0 ? { heads } : { heads, dropout: hashMask(rate, seed) };
  const floatMask = tf.cast(mask, 'float32');
  let kept: Tensor | undefined;
  const context = tf.customGrad((...all) => {
    const save = all[3] as tf.GradSaveFunc;
    const named = { query, key, value, mask: floatMask };
    const [result, probabilities] = runFused('attention', named, attributes);
    save([query, key, value, probabilities]);
    // This scope disposes everything that is not returned.
    if (options.probabilities === true) kept = tf.keep(tf.clone(probabilities));
    return {
      value: result,
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [q, k, v, p] = saved as [Tensor, Tensor, Tensor, Tensor];
        const tensors = { gradient, query: q, key: k, value: v, probabilities: p };
        return runFused('attentionGradient', tensors, attributes);
      },
    };
  })(query, key, value);
  floatMask.dispose();
  if (kept === undefined) return { context };
  const probabilities = tf.clone(kept);
  kept.dispose();
  return { context, probabilities };
}
