import { selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import type { RgbImage } from '@kaleido/kaleido-patches';
import { decodeImage } from '@kaleido/kaleido-patches/browser';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { tensorsOf } from '../picture-tensors.mjs';

interface Picture {
  readonly file: string;
  readonly outcome: 'decodes' | 'refused' | 'either';
  readonly width: number;
  readonly height: number;
  readonly expected: string;
  readonly maxDifference: number;
  readonly meanDifference: number;
}

const read = async (path: string): Promise<Uint8Array> => {
  const response = await fetch(`${inject('pictureFolder')}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

const { pictures } = JSON.parse(new TextDecoder().decode(await read('expected.json'))) as { pictures: Picture[] };

describe('pictures in a page', () => {
  it.each(pictures.map((picture) => [picture.outcome, picture.file, picture] as const))(
    '%s: %s',
    async (_, file, picture) => {
      const bytes = await read(`files/${file}`);
      const found = await decodeImage(bytes, file).catch((error: unknown) => error);
      const isRefused = KaleidoError.isInstance(found);
      if (isRefused) expect((found as Error).message).toContain(`cannot decode the image ${file}, found "`);
      // The platform's decoder decides about data that is cut.
      if (picture.outcome === 'refused' && !file.startsWith('truncated')) expect(isRefused).toBe(true);
      if (picture.outcome !== 'decodes') return;
      const { width, height, data } = found as RgbImage;
      expect([width, height]).toEqual([picture.width, picture.height]);
      const expected = await decodeImage(await read(picture.expected), picture.expected);
      const differences = Array.from(data, (value, i) => Math.abs(value - expected.data[i]!));
      expect(differences.reduce((most, value) => Math.max(most, value), 0)).toBeLessThanOrEqual(picture.maxDifference);
      expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThanOrEqual(
        picture.meanDifference,
      );
    },
  );
});

describe('the patch generator in a page', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm', wasmFolder: '/' });
  });

  const fromNode = inject('pictureTensors');

  it.each(Object.keys(fromNode))('gives the boxes and tensors that Node gives: %s', async (file) => {
    const found = await tensorsOf(await decodeImage(await read(`files/${file}`), file), async (url) => {
      const response = await fetch(url);
      return new Uint8Array(await response.arrayBuffer());
    });
    const expected = fromNode[file]!;
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(expected)) {
      const own = found[name]!;
      expect([name, own.length]).toEqual([name, values.length]);
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - own[i]!)), 0);
      expect(worst, name).toBeLessThan(1e-3);
    }
  });
});
