import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { decodeImage } from './decode-image.ts';
import type { RgbImage } from './rgb-image.ts';

// Generated pictures, written and decoded with Pillow 13.0.0; see the README.md in both folders.
const pictures = fileURLToPath(new URL('../../fixtures/pictures/', import.meta.url));
const cases = fileURLToPath(new URL('../../../../../shared/golden/cases/pictures/', import.meta.url));
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
  it('finds its fixture pictures', () => {
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
            `^@kaleido/kaleido-patches: cannot decode the image ${picture.file}, found ".+"; .+, or leave the product out$`,
          ),
        );
    });
  }

  (existsSync(oddImages) ? it : it.skip)(
    'handles the odd images of a catalogue (skipped where ../shared/golden/parquet is absent)',
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

  const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const read = 'the decoder reads JPEG, PNG, WebP, GIF, TIFF, and AVIF';
  it.each([
    [
      '\0\0\0\x14ftypheic\0\0\0\0mif1',
      'HEVC-compressed HEIC; the decoder was built without HEVC',
      'convert it to JPEG',
    ],
    ['\0\0\0\x14ftyphevc\0\0\0\0msf1', 'HEVC-compressed HEIC sequence; the decoder was built', 'convert it to JPEG'],
    ['\0\0\0\x14ftypavci\0\0\0\0mif1', `AVC-compressed HEIF; ${read}`, 'convert it to JPEG or PNG'],
    ['P6\n4 4\n255\n', `a PPM picture; ${read}`, 'convert it to JPEG or PNG'],
    ['BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', `a BMP picture; ${read}`, 'convert it to JPEG or PNG'],
    ['II*\0\x10\0\0\0CR\x02\0', `a camera raw file (CR2); ${read}`, 'convert it to JPEG or PNG'],
    ['%PDF-1.7\n', `a PDF document; ${read}`, 'convert it to JPEG or PNG'],
    ['\0\0\0\x14ftypisom\0\0\0\0mp41', 'a video (MP4 or QuickTime)', 'replace the file by a picture'],
    ['PK\x03\x04', 'a ZIP archive, not a picture', 'replace the file by a picture'],
    ['<!doctype html><p>Not found', 'an HTML page, not a picture', 'download the picture again'],
    ['{"error":404}', 'JSON, not a picture', 'download the picture again'],
    ['version https://git-lfs.github.com/spec/v1\n', 'a Git LFS pointer', 'run git lfs pull where it comes from'],
    ['/9j/4AAQSkZJRg==', 'a picture written as base64 text', 'decode the text to bytes first'],
    ['', 'an empty file', 'copy or download the picture again'],
    ['\0'.repeat(300), 'a file of zeros', 'copy or download the picture again'],
    ['\x80\x81', 'a file of no known kind, which begins with the bytes 80 81', 'replace the file'],
  ])('names what it refuses by its bytes: %j', async (text, reason, advice) => {
    const { message } = (await decodeImage(bytesOf(text), 'a.jpg').catch((error: unknown) => error)) as Error;
    expect(message).toContain(`cannot decode the image a.jpg, found "${reason}`);
    expect(message).toMatch(new RegExp(`"; ${advice}, or leave the product out$`));
  });

  it('reports that an AVIF is truncated', async () => {
    const avif = readFileSync(`${pictures}files/picture.avif`);
    for (const length of [60, 200, avif.length - 20])
      await expect(decodeImage(avif.subarray(0, length), 'cut.avif')).rejects.toThrow(
        /cannot decode the image cut\.avif, found "(?!.*bad seek).+"; replace the file/,
      );
  });

  (existsSync(cases) ? it : it.skip).each([
    ['iphone.heic', 'HEVC-compressed HEIC; the decoder was built without HEVC'],
    ['plain.bmp', `a BMP picture; ${read}`],
    ['plain.ppm', `a PPM picture; ${read}`],
    ['missing-eoi.jpg', 'premature end of JPEG image'],
  ])('refuses %s of the odd cases: %s (skipped where ../shared/golden/cases is absent)', async (file, reason) => {
    const error = await attempt(`${cases}${file}`, file);
    expect((error as KaleidoError).message).toContain(reason);
  });

  (existsSync(cases) ? it : it.skip)(
    'decodes a phone\u2019s JPEG of wrong scan parameters with a note (skipped where ../shared/golden/cases is absent)',
    async () => {
      const image = await attempt(`${cases}samsung-invalid-sos.jpg`, 'samsung-invalid-sos.jpg');
      expect(image).toMatchObject({
        width: 120,
        height: 160,
        note: 'its JPEG headers have scan parameters 0, 0, 0 instead of 0, 63, 0',
      });
    },
  );
});
