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
      // For truncated data, the result depends on the platform's decoder.
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

describe('files in a page', () => {
  const formats = 'browsers decode JPEG, PNG, WebP, GIF, and AVIF';
  it.each([
    ['\0\0\0\x14ftypheic\0\0\0\0mif1', 'HEVC-compressed HEIC; most browsers do not decode HEVC'],
    ['II*\0\x08\0\0\0', `a TIFF picture; ${formats}`],
    ['P6\n4 4\n255\n', `a PPM picture; ${formats}`],
    ['<!doctype html><p>Not found', 'an HTML page, not a picture'],
    ['version https://git-lfs.github.com/spec/v1\n', 'a Git LFS pointer, not the file that it stands for'],
    ['', 'an empty file'],
  ])('are named by their bytes: %j', async (text, reason) => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    await expect(decodeImage(bytes, 'a.jpg')).rejects.toThrow(`cannot decode the image a.jpg, found "${reason}"`);
  });

  it('are decoded with the same note as in Node', async () => {
    const bytes = await read('files/baseline.jpg');
    const spoilt = bytes.slice();
    const scan = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xda);
    spoilt[scan + 2 + bytes[scan + 3]! - 2] = 5;
    const { note, ...image } = await decodeImage(spoilt, 'spoilt.jpg');
    expect(note).toBe('its JPEG headers have scan parameters 0, 5, 0 instead of 0, 63, 0');
    expect(image).toEqual(await decodeImage(bytes, 'baseline.jpg'));
  });
});

describe('the patch generator in a page', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm', wasmFolder: '/' });
  });

  const fromNode = inject('pictureTensors');

  it.each(Object.keys(fromNode))('gives the same boxes and tensors as Node: %s', async (file) => {
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
