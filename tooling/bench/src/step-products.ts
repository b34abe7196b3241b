import { levels, patchCount } from '@kaleido/layout';
import type { KaleidoBertConfig } from '@kaleido/model';

/** A kind of matrix product of the step: `count` times [rows, inner] by [inner, columns], and its gradients. */
export interface StepProduct {
  readonly name: string;
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Products of these sizes: the forward one, and one for each of the two sides that needs a gradient. */
  readonly passes: 2 | 3;
}

export interface StepShape {
  /** B */
  readonly batchSize: number;
  /** T */
  readonly textLength: number;
  /** M, predictions per caption. */
  readonly predictions: number;
}

/** Every matrix product of a pre-training step, from the shapes. Table lookups do not count. */
export function stepProducts(
  config: KaleidoBertConfig,
  { batchSize: B, textLength, predictions }: StepShape,
): StepProduct[] {
  const D = config.hidden_size;
  const F = config.patch_feature_size;
  const A = config.num_attention_heads;
  const L = config.num_hidden_layers;
  const S = textLength + patchCount;
  const masked = B * predictions;
  const product = (name: string, rows: number, inner: number, columns: number, count = 1): StepProduct => ({
    name,
    count,
    rows,
    inner,
    columns,
    passes: 3,
  });
  // Features and positions are inputs and need no gradient.
  const ofInput = (name: string, rows: number, inner: number): StepProduct => ({
    ...product(name, rows, inner, D),
    passes: 2,
  });
  return [
    ofInput('positions', B * patchCount, 5),
    ...levels.map(({ name, patches }) => ofInput(`features of ${name}`, B * patches, F)),
    product('query, key, value, output', B * S, D, D, 4 * L),
    product('attention scores', S, D / A, S, L * B * A),
    product('attention context', S, S, D / A, L * B * A),
    product('feed-forward up', B * S, D, config.intermediate_size, L),
    product('feed-forward down', B * S, config.intermediate_size, D, L),
    product('pooler', B, D, D),
    product('match', B, D, 2),
    product('rotation', B, D, config.img_rotation_label_num),
    product('jigsaw', B, 4 * D, config.img_jigsaw_label_num),
    product('camouflage', B, 9 * D, config.img_camouflage_label_num),
    product('word transform', masked, D, D),
    product('words', masked, D, config.vocab_size),
    product('grey to colour', B * config.masked_greymask_patch_num, D, F),
    product('blank to colour', B * config.masked_blankmask_patch_num, D, F),
  ];
}

/** Floating-point operations of the products: a multiplication and an addition for each term. */
export function floatingPointOperations(products: readonly StepProduct[]): number {
  return products.reduce(
    (sum, { count, rows, inner, columns, passes }) => sum + 2 * count * rows * inner * columns * passes,
    0,
  );
}
