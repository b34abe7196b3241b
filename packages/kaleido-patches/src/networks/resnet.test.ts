import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, tf } from '@kaleido/backend';
import { decodeSafetensors, encodeSafetensors, float32Tensor, float32Values } from '@kaleido/foundation';
import { madeUp, uniform } from '../../test/made-up-weights.ts';
import { createExtractor } from '../extractors/create-extractor.ts';
import { decodeImage } from '../image/decode-image.ts';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { normaliseForImageNet } from './image-net-normalisation.ts';
import { resNet50 } from './resnet-50.ts';
import { resNet50V2Stage3 } from './resnet-50-v2-stage-3.ts';

// PyTorch 2.15.0 on CPU, by test/resnet50-golden.py.
const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../fixtures/resnet50.json', import.meta.url)), 'utf8'),
) as { height: number; width: number; shapes: Record<string, number[]>; features: number[] };

const shared = fileURLToPath(new URL('../../../../../shared/', import.meta.url));
const stage3Weights = `${shared}weights/resnet50-v2-stages1to3-imagenet-f16.safetensors`;
const itGolden = existsSync(stage3Weights) ? it : it.skip;

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

let weights: Uint8Array;
beforeAll(async () => {
  await selectBackend({ prefer: 'wasm' });
  weights = encodeSafetensors(
    Object.entries(golden.shapes).map(([name, shape]) => [name, float32Tensor(madeUp(name, shape), shape)] as const),
  );
});

describe('ResNet-50', () => {
  it('gives the features of PyTorch, with made-up weights in the layout of torchvision', () => {
    const { height, width, features } = golden;
    const before = memory().numTensors;
    const network = resNet50.load(weights);
    const picture = Float32Array.from(uniform('picture', height * width * 3), (u) => 4 * u - 2);
    const layers: string[] = [];
    const found = tf.tidy(() => {
      const map = network.featureMap(tf.tensor4d(picture, [1, height, width, 3]), (layer) => layers.push(layer));
      expect(map.shape).toEqual([1, 2, 3, 2048]);
      return tf.mean(map, [1, 2]).dataSync();
    });
    expect(layers).toHaveLength(17);
    // Values up to several tens; PyTorch sums in another order.
    expect(worst(found, features) / Math.max(...features)).toBeLessThan(1e-5);
    network.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('is an extractor of 2,048 features, from a file chosen by the user', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'resnet-'));
    const path = join(folder, 'resnet50.safetensors');
    await writeFile(path, weights);
    const small = { width: 32, height: 32 };
    const extractor = await createExtractor({
      kind: 'resnet50',
      weights: path,
      scheme: 'pooled-map',
      inputSize: small,
    });
    expect(extractor).toMatchObject({ name: 'resnet50', featureWidth: 2048, normalisation: 'imagenet' });
    const image = { width: 20, height: 30, data: Uint8Array.from({ length: 1800 }, (_, i) => (i * 37) % 256) };
    const features = await extractor.extract([{ image, patches: kaleidoPatches({ x0: 0, y0: 0, x1: 20, y1: 30 }) }]);
    expect(features).toHaveLength(74 * 2048);
    expect(features.every((value) => value >= 0)).toBe(true);
    extractor.dispose();
    await rm(folder, { recursive: true });
  });

  it('names the missing file or layer, and leaks no tensor', async () => {
    await expect(
      createExtractor({ kind: 'resnet50', weights: '/nowhere/resnet50.safetensors', scheme: 'pooled-map' }),
    ).rejects.toThrow(
      '@kaleido/kaleido-patches: cannot read the weights of resnet50 at /nowhere/resnet50.safetensors, found "ENOENT"; name a safetensors file',
    );
    const { tensors } = decodeSafetensors(weights, 'weights');
    const without = encodeSafetensors([...tensors].filter(([name]) => name !== 'layer4.2.bn3.bias'));
    const before = memory().numTensors;
    expect(() => resNet50.load(without)).toThrow(
      'the ResNet-50 weights need "layer4.2.bn3.bias" of shape [2048], found "nothing by that name"; save the state_dict',
    );
    expect(memory().numTensors).toBe(before);
  });
});

describe('ResNet-50 v2 to stage 3 (skipped where ../shared/weights is absent)', () => {
  itGolden('gives the features of onnxruntime and PyTorch to 1e-5', async () => {
    const folder = `${shared}golden/features/`;
    const { tensors } = decodeSafetensors(readFileSync(`${folder}expected.safetensors`), 'expected');
    const network = resNet50V2Stage3.load(readFileSync(stage3Weights));
    for (const name of ['00', '07', '11']) {
      const { data } = await decodeImage(readFileSync(`${folder}resized/${name}-bilinear-224x224.png`), name);
      const features = tf.tidy(() => {
        const map = network.featureMap(tf.tensor4d(normaliseForImageNet(Float32Array.from(data)), [1, 224, 224, 3]));
        expect(map.shape).toEqual([1, 14, 14, 1024]);
        return tf.mean(map, [1, 2]).dataSync();
      });
      expect(worst(features, float32Values(tensors.get(`${name}.resnet50v2_stage3`)!, name))).toBeLessThan(1e-5);
    }
    network.dispose();
  });
});
