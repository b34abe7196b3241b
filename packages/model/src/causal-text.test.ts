import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf } from '@kaleido/backend';
import type { TextBatch } from '@kaleido/layout';
import { captions, largestDifference, photographs, smallConfig } from '../test/small-model.ts';
import { causalMask, encoderOf, KaleidoBert } from './index.ts';

const numbers = (tensor: Tensor): number[] => [...tensor.dataSync<'float32'>()];

/** Runs with a model, and checks that no tensor is left. */
function withModel(run: (model: KaleidoBert) => void): void {
  const model = KaleidoBert.create(smallConfig(), 5);
  const live = memory().numTensors;
  tf.tidy(() => run(model));
  expect(memory().numTensors).toBe(live);
  model.dispose();
}

/** The caption with another piece at this position. */
function changed(text: TextBatch, at: number): TextBatch {
  const ids = text.ids.slice();
  ids[at] = 1 + (ids[at]! % 22);
  return { ...text, ids };
}

function read(model: KaleidoBert, batch: TextBatch, options: Parameters<KaleidoBert['encodeBoth']>[3] = {}) {
  const text = model.textInput(batch);
  const patches = model.embedPatches(model.imageInput(photographs(batch.size)));
  return model.encodeBoth(model.embedText(text), text.mask, patches, { causalText: true, ...options });
}

describe.each(['wasm', 'cpu'] as const)('causal text on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ prefer: name });
  });

  it('sees itself, what is before it, and every patch', () => {
    const mask = tf.tidy(() => numbers(causalMask(tf.tensor([[1, 1, 0]]), 2)));
    expect(mask).toEqual([
      ...[1, 0, 0, 1, 1],
      ...[1, 1, 0, 1, 1],
      ...[1, 1, 0, 1, 1],
      ...[0, 0, 0, 1, 1],
      ...[0, 0, 0, 1, 1],
    ]);
  });

  it('gives equal bits for all that is before a change, and for the patches in every layer', () => {
    withModel((model) => {
      const text = captions([9, 6], 12);
      const { layers } = read(model, text);
      for (const at of name === 'cpu' ? [5] : [1, 5, 8]) {
        const other = read(model, changed(text, at)).layers;
        for (const [index, layer] of layers.entries()) {
          const part = (from: Tensor, start: number, length: number) =>
            numbers(tf.slice(from, [0, start, 0], [1, length, -1]));
          const same = (start: number, length: number) => {
            expect(part(other[index]!, start, length)).toEqual(part(layer, start, length));
          };
          same(0, at);
          same(12, 55);
          expect(part(other[index]!, at, 1)).not.toEqual(part(layer, at, 1));
          // The other caption of the batch.
          expect(numbers(tf.slice(other[index]!, [1, 0, 0]))).toEqual(numbers(tf.slice(layer, [1, 0, 0])));
        }
      }
    });
  });

  it('predicts each next piece from what is before it', () => {
    withModel((model) => {
      const { readCausally } = encoderOf(model);
      const text = captions([9, 6], 12);
      const next = (batch: TextBatch): number[] =>
        numbers(readCausally(batch, photographs(2)).nextAt(Int32Array.of(0, 4, 5, 0, 1, 2)));
      const [before, after] = [next(text), next(changed(text, 5))];
      expect(before.length).toBe(6 * 23);
      expect(after.slice(0, 2 * 23)).toEqual(before.slice(0, 2 * 23));
      expect(after.slice(3 * 23)).toEqual(before.slice(3 * 23));
      expect(largestDifference(after.slice(2 * 23, 3 * 23), before.slice(2 * 23, 3 * 23))).toBeGreaterThan(1e-3);
    });
  });

  it('is the same for the text positions alone, and for a part of them', () => {
    withModel((model) => {
      const text = captions([9, 6], 12);
      const whole = read(model, text, { attentions: true });
      for (const firstOnly of [1, 12]) {
        const short = read(model, text, { attentions: true, firstOnly });
        expect(short.sequence.shape).toEqual([2, firstOnly, 12]);
        const expected = tf.slice(whole.sequence, [0, 0, 0], [2, firstOnly, 12]);
        expect(largestDifference(numbers(short.sequence), numbers(expected))).toBeLessThan(2e-6);
        const seen = tf.slice(whole.attentions[1]!, [0, 0, 0, 0], [2, 3, firstOnly, 67]);
        expect(largestDifference(numbers(short.attentions[1]!), numbers(seen))).toBeLessThan(1e-6);
      }
    });
  });

  it('is the same with the patches and the earlier pieces remembered', () => {
    withModel((model) => {
      const batch = captions([8, 8], 8);
      const expected = read(model, batch).sequence;
      const patches = model.embedPatches(model.imageInput(photographs(2)));
      let { memory: remembered } = model.encode(patches, tf.ones([2, 55]), { remember: true, firstOnly: 1 });
      const states: Tensor[] = [];
      // Two pieces, then one at a time.
      for (const [start, length] of [[0, 2], ...[2, 3, 4, 5, 6, 7].map((at) => [at, 1])] as [number, number][]) {
        const ids = [0, 1].flatMap((b) => [...batch.ids.slice(b * 8 + start, b * 8 + start + length)]);
        const own = model.textInput({
          size: 2,
          textLength: length,
          ids: Int32Array.from(ids),
          mask: new Float32Array(2 * length).fill(1),
        });
        const words = model.embedText(own, undefined, start);
        const among = causalMask(own.mask); // [2, length, length]
        const mask = tf.concat([tf.ones([2, length, 55 + start]), among], 2);
        const encoded = model.encode(words, mask, { after: remembered, remember: true });
        remembered = encoded.memory;
        states.push(encoded.sequence);
      }
      expect(remembered.map(({ key }) => key.shape)).toEqual([
        [2, 63, 12],
        [2, 63, 12],
      ]);
      const found = tf.concat(states, 1);
      expect(largestDifference(numbers(found), numbers(tf.slice(expected, [0, 0, 0], [2, 8, 12])))).toBeLessThan(5e-6);
    });
  });

  it('can be read alone, without patches', () => {
    withModel((model) => {
      const alone = (batch: TextBatch): number[] => {
        const text = model.textInput(batch);
        return numbers(model.encode(model.embedText(text), causalMask(text.mask)).sequence);
      };
      const text = captions([9], 12);
      const [before, after] = [alone(text), alone(changed(text, 5))];
      expect(after.slice(0, 5 * 12)).toEqual(before.slice(0, 5 * 12));
      expect(after.slice(5 * 12, 6 * 12)).not.toEqual(before.slice(5 * 12, 6 * 12));
      const withPatches = numbers(read(model, text).sequence).slice(0, 9 * 12);
      expect(largestDifference(withPatches, before.slice(0, 9 * 12))).toBeGreaterThan(1e-2);
    });
  });
});
