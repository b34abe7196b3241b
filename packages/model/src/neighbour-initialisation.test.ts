import { beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend, tf } from '@kaleido/backend';
import { KaleidoBert, kaleidoBertConfig, presetSize } from './index.ts';

beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
});

/** How often the highest attention of a head among the text is at this offset, in a new model. */
function shareAt(initialisation: string, head: number, offset: number, preset: string): number {
  const config = kaleidoBertConfig({
    ...presetSize(preset),
    vocab_size: 50,
    patch_feature_size: 4,
    num_hidden_layers: 1,
    attention_initialisation: initialisation,
  });
  const model = KaleidoBert.create(config, 3);
  const T = 24;
  const probabilities = tf.tidy(() => {
    const ids = tf.tensor(
      Int32Array.from({ length: T }, (_, at) => 5 + ((7 * at) % 40)),
      [1, T],
      'int32',
    );
    const mask = tf.ones([1, T]);
    const { attentions } = model.encode(model.embedText({ ids, mask }), mask, { attentions: true });
    return (attentions[0] as NonNullable<(typeof attentions)[0]>).arraySync() as number[][][][];
  });
  model.dispose();
  let hits = 0;
  for (let at = 1; at < T - 1; at++) {
    const row = probabilities[0]![head]![at]!;
    if (row.indexOf(Math.max(...row)) === at + offset) hits++;
  }
  return hits / (T - 2);
}

describe('a model whose heads begin with neighbours', () => {
  it.each(['tiny', 'small'])(
    'looks at the previous piece with one head and at the next with another (%s)',
    (preset) => {
      expect(shareAt('neighbours', 0, -1, preset)).toBeGreaterThan(0.9);
      expect(shareAt('neighbours', 1, 1, preset)).toBeGreaterThan(0.9);
      expect(shareAt('identity', 0, -1, preset)).toBeLessThan(0.5);
    },
  );
});
