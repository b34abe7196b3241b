import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf } from '@kaleido/backend';
import { decodeSafetensors, encodeSafetensors, float32Values, randomStream } from '@kaleido/foundation';
import { weightsUrl } from '@kaleido/u2netp-weights';
import { decodeImage } from '../image/decode-image.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { foregroundLogits, foregroundShapes, initialForegroundWeights } from './foreground-network.ts';
import { foregroundWeightsUrl } from './foreground-weights.ts';
import { type MaskingFinder, networkForeground } from './network-foreground.ts';
import { enlargeMask } from './object-in-mask.ts';
import { u2netForeground } from './u2net-foreground.ts';

// Masks of U^2-Net's small model by onnxruntime 1.32.0; see shared/golden/features/README.md.
const golden = fileURLToPath(new URL('../../../../../shared/golden/features/', import.meta.url));
const itGolden = existsSync(golden) ? it : it.skip;

let weights: Uint8Array;
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  weights = await readFile(foregroundWeightsUrl);
});

/** A dark shirt in front of a pale wall. */
function shirt(): RgbImage {
  const [width, height] = [150, 200];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const body = x >= 50 && x < 100 && y >= 50 && y < 160;
      const sleeve = x >= 25 && x < 125 && y >= 50 && y < 80;
      data.set(body || sleeve ? [40, 60, 120] : [240, 238, 235], 3 * (y * width + x));
    }
  return { width, height, data };
}

async function goldenImage(name: string): Promise<{ image: RgbImage; mask: Float32Array }> {
  const image = await decodeImage(await readFile(`${golden}images/${name}.png`), name);
  const { data } = await decodeImage(await readFile(`${golden}masks/${name}.png`), name);
  return { image, mask: Float32Array.from({ length: 320 * 320 }, (_, i) => data[3 * i]! / 255) };
}

async function leavesNothing(make: () => Promise<MaskingFinder>): Promise<void> {
  const before = memory().numTensors;
  const finder = await make();
  expect(memory().numTensors).toBe(before);
  const first = await finder.mask(shirt());
  const loaded = memory().numTensors;
  const second = await finder.mask(shirt());
  expect(memory().numTensors).toBe(loaded);
  expect(second).toEqual(first);
  finder.dispose();
  expect(memory().numTensors).toBe(before);
}

describe('networkForeground', () => {
  it('is smaller than a megabyte', () => {
    expect(weights.length).toBeLessThan(1e6);
    expect(decodeSafetensors(weights, 'weights').tensors.size).toBe(foregroundShapes.size);
  });

  it('finds a shirt on a wall', async () => {
    const finder = await networkForeground(weights, { padding: 0, cutOut: true });
    const { mask, fallback, ...box } = await finder.find(shirt());
    expect(fallback).toBeUndefined();
    for (const [side, expected] of [
      [box.x0, 25],
      [box.y0, 50],
      [box.x1, 125],
      [box.y1, 160],
    ] as const)
      expect(Math.abs(side - expected)).toBeLessThanOrEqual(3);
    expect([mask![100 * 150 + 75], mask![130 * 150 + 30], mask![10 * 150 + 75]]).toEqual([1, 0, 0]);
    finder.dispose();
  });

  itGolden('agrees with U^2-Net on photographs (skipped where ../shared/golden/features is absent)', async () => {
    const finder = await networkForeground(weights);
    const overlaps: number[] = [];
    for (let number = 0; number < 12; number++) {
      const { image, mask } = await goldenImage(String(number).padStart(2, '0'));
      const own = enlargeMask(await finder.mask(image), { width: 320, height: 320 });
      let [both, either] = [0, 0];
      for (let i = 0; i < own.length; i++) {
        const [a, b] = [own[i]! >= 0.5, mask[i]! >= 0.5];
        both += a && b ? 1 : 0;
        either += a || b ? 1 : 0;
      }
      overlaps.push(both / either);
    }
    expect(overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length).toBeGreaterThan(0.9);
    finder.dispose();
  });

  it('leaks no tensor, and gives the same result twice', () => leavesNothing(() => networkForeground(weights)));

  it('refuses invalid weights, and those of another network', async () => {
    await expect(networkForeground(weights.subarray(0, 500))).rejects.toThrow(/not a sound safetensors file/);
    const { tensors } = decodeSafetensors(weights, 'weights');
    const others = encodeSafetensors([...tensors].filter(([name]) => name !== 'mask/bias'));
    await expect(networkForeground(others)).rejects.toThrow(
      '@kaleido/kaleido-patches: the foreground network needs "mask/bias" of shape [4], found "nothing by that name"',
    );
  });
});

describe('foregroundLogits', () => {
  it('draws the same weights for a seed, and gives one logit per pixel', () => {
    const drawn = initialForegroundWeights(randomStream(7, 'weights'));
    expect(initialForegroundWeights(randomStream(7, 'weights'))).toEqual(drawn);
    const shape = tf.tidy(() => {
      const tensors = new Map<string, Tensor>(
        [...drawn].map(([name, values]) => [name, tf.tensor(values, [...foregroundShapes.get(name)!])]),
      );
      return foregroundLogits(tensors, tf.zeros([2, 64, 96, 3])).shape;
    });
    expect(shape).toEqual([2, 64, 96]);
  });

  it('puts each of the four logits of a position on its pixel', () => {
    // A mask layer that returns only its biases: 0, 1 above 2, 3.
    const { tensors } = decodeSafetensors(weights, 'weights');
    const logits = tf.tidy(() => {
      const all = new Map<string, Tensor>(
        [...tensors].map(([name, stored]) => [name, tf.tensor(float32Values(stored, name), [...stored.shape])]),
      );
      all.set('mask/kernel', tf.zeros([3, 3, 16, 4]));
      all.set('mask/bias', tf.tensor1d([0, 1, 2, 3]));
      return foregroundLogits(all, tf.zeros([1, 32, 32, 3])).arraySync() as number[][][];
    });
    expect([logits[0]![0]!.slice(0, 4), logits[0]![1]!.slice(0, 4)]).toEqual([
      [0, 1, 0, 1],
      [2, 3, 2, 3],
    ]);
  });
});

describe('u2netForeground', () => {
  it('leaks no tensor, and gives the same result twice', async () => {
    const onnx = readFileSync(fileURLToPath(weightsUrl));
    await leavesNothing(() => u2netForeground(onnx));
  });

  itGolden(
    'gives the masks of onnxruntime within two levels (skipped where ../shared/golden/features is absent)',
    async () => {
      const finder = await u2netForeground(readFileSync(fileURLToPath(weightsUrl)));
      for (const name of ['02', '08']) {
        const { image, mask } = await goldenImage(name);
        const { shares } = await finder.mask(image);
        const worst = shares.reduce((most, share, i) => Math.max(most, Math.abs(share - mask[i]!)), 0);
        expect(255 * worst).toBeLessThan(2.5);
      }
      finder.dispose();
    },
  );
});
