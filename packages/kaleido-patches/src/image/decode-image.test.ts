import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { decodeImage } from './decode-image.ts';
import type { RgbImage } from './rgb-image.ts';

// Made pictures, written and decoded with Pillow 13.0.0; see the README.md in both folders.
const pictures = fileURLToPath(new URL('../../fixtures/pictures/', import.meta.url));
const oddImages = fileURLToPath(new URL('../../../../../shared/golden/parquet/', import.meta.url));

interface Picture {
  readonly file: string;
  readonly outcome: 'decodes' | 'refused' | 'either';
  readonly width: number;
  readonly height: number;
  readonly expected: string;
  readonly maxDifference: number;
  readonly meanDifference: number;
  readonly maxMegabytes?: number;
}

interface OddImage {
  readonly decoded?: {
    readonly width: number;
    readonly height: number;
    readonly rgbMean: number[];
    readonly tolerance: number;
  };
}

async function attempt(path: string, name: string): Promise<RgbImage | KaleidoError> {
  try {
    return await decodeImage(readFileSync(path), name);
  } catch (error) {
    if (KaleidoError.isInstance(error)) return error;
    throw error;
  }
}

const { pictures: table } = JSON.parse(readFileSync(`${pictures}expected.json`, 'utf8')) as { pictures: Picture[] };

describe('decodeImage', () => {
  it('has its pictures', () => {
    expect(table).toHaveLength(43);
  });

  for (const picture of table) {
    it(`${picture.outcome}: ${picture.file}`, async () => {
      const before = process.memoryUsage().rss;
      const result = await attempt(`${pictures}files/${picture.file}`, picture.file);
      if (picture.maxMegabytes !== undefined)
        expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(picture.maxMegabytes);
      if (picture.outcome === 'decodes') {
        expect(result).not.toBeInstanceOf(Error);
        const image = result as RgbImage;
        const expected = await decodeImage(readFileSync(`${pictures}${picture.expected}`), picture.expected);
        expect([image.width, image.height]).toEqual([picture.width, picture.height]);
        expect(image.data).toHaveLength(picture.width * picture.height * 3);
        const differences = Array.from(image.data, (value, i) => Math.abs(value - expected.data[i]!));
        expect(Math.max(...differences)).toBeLessThanOrEqual(picture.maxDifference);
        expect(differences.reduce((a, b) => a + b) / differences.length).toBeLessThanOrEqual(picture.meanDifference);
      }
      if (picture.outcome === 'refused') expect(result).toBeInstanceOf(KaleidoError);
      if (result instanceof KaleidoError)
        expect(result.message).toMatch(
          new RegExp(
            `^@kaleido/kaleido-patches: cannot decode the image ${picture.file}, found ".+"; replace the file`,
          ),
        );
    });
  }

  (existsSync(oddImages) ? it : it.skip)(
    'meets the odd images of a catalogue (skipped where ../shared/golden/parquet is absent)',
    async () => {
      const { oddImages: expected } = JSON.parse(readFileSync(`${oddImages}expected.json`, 'utf8')) as {
        oddImages: Record<string, OddImage>;
      };
      const refused: string[] = [];
      for (const [file, { decoded }] of Object.entries(expected)) {
        const result = await attempt(`${oddImages}odd-images/${file}`, file);
        if (result instanceof KaleidoError) {
          refused.push(file);
          continue;
        }
        if (decoded === undefined) continue;
        expect([file, result.width, result.height]).toEqual([file, decoded.width, decoded.height]);
        for (const channel of [0, 1, 2]) {
          const values = result.data.filter((_, i) => i % 3 === channel);
          const mean = values.reduce((a, b) => a + b, 0) / values.length;
          expect(Math.abs(mean - decoded.rgbMean[channel]!)).toBeLessThanOrEqual(Math.max(0.01, decoded.tolerance));
        }
      }
      expect(refused).toEqual(
        expect.arrayContaining(['cut.jpg', 'html.jpg', 'huge-header.jpg', 'huge-header.png', 'noise.jpg']),
      );
      for (const file of refused) expect(expected[file]?.decoded).toBeUndefined();
    },
  );
});
