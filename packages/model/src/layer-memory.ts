import { type Tensor, tf } from '@kaleido/backend';

/** The keys and values of a layer, [B, K, D]: all that later positions need of earlier ones. */
export interface LayerMemory {
  readonly key: Tensor;
  readonly value: Tensor;
}

/** A layer's memory with further positions at its end. */
export function remembered(before: LayerMemory | undefined, { key, value }: LayerMemory): LayerMemory {
  if (before === undefined) return { key, value };
  return { key: tf.concat([before.key, key], 1), value: tf.concat([before.value, value], 1) };
}
