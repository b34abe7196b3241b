import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import fc from 'fast-check';
import { decodeImage } from './decode-image.ts';
import { mendJpeg } from './mend-jpeg.ts';

const folder = fileURLToPath(new URL('../../fixtures/pictures/files/', import.meta.url));
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}${name}`));
const sound = read('baseline.jpg');

/** Where the first segment of a marker begins. */
function segmentAt(file: Uint8Array, marker: number): number {
  let at = 2;
  while (file[at + 1] !== marker) at += 2 + file[at + 2]! * 256 + file[at + 3]!;
  return at;
}

const inserted = (file: Uint8Array, at: number, ...bytes: number[]): Uint8Array =>
  Uint8Array.from([...file.subarray(0, at), ...bytes, ...file.subarray(at)]);

function withScanParameters(file: Uint8Array, ...parameters: number[]): Uint8Array {
  const spoilt = file.slice();
  const at = segmentAt(file, 0xda);
  spoilt.set(parameters, at + 2 + file[at + 2]! * 256 + file[at + 3]! - 3);
  return spoilt;
}

function withRevision(file: Uint8Array, major: number): Uint8Array {
  const spoilt = file.slice();
  spoilt[segmentAt(file, 0xe0) + 9] = major;
  return spoilt;
}

/** Replaces its JFIF segment by one of Adobe's with this code. */
function withAdobe(file: Uint8Array, code: number): Uint8Array {
  const at = segmentAt(file, 0xe0);
  const rest = file.subarray(at + 2 + file[at + 2]! * 256 + file[at + 3]!);
  return Uint8Array.from([
    ...file.subarray(0, at),
    ...[0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, code],
    ...rest,
  ]);
}

describe('a JPEG with header errors that do not affect its pixels', () => {
  it.each([
    ['scan parameters 0, 0, 0 instead of 0, 63, 0', withScanParameters(sound, 0, 0, 0)],
    ['scan parameters 255, 1, 17 instead of 0, 63, 0', withScanParameters(sound, 255, 1, 17)],
    ['the unknown JFIF revision 3.01', withRevision(sound, 3)],
    ['the unknown Adobe colour transform 7', withAdobe(sound, 7)],
    ['bytes between two segments that belong to neither', inserted(sound, segmentAt(sound, 0xda), 0, 1, 2)],
    [
      'the unknown JFIF revision 9.01; scan parameters 1, 2, 3 instead of 0, 63, 0',
      withRevision(withScanParameters(sound, 1, 2, 3), 9),
    ],
  ])('is decoded to the same pixels, with a note: %s', async (note, bytes) => {
    const before = bytes.slice();
    const { note: found, ...image } = await decodeImage(bytes, 'spoilt');
    expect(found).toBe(`its JPEG headers have ${note}`);
    expect(image).toEqual(await decodeImage(sound, 'sound'));
    expect(bytes).toEqual(before);
  });

  const scan = segmentAt(sound, 0xda) + 200;
  it.each([
    ['its end is missing', (file: Uint8Array) => file.subarray(0, -2)],
    ['half of its data is missing', (file: Uint8Array) => file.subarray(0, scan)],
    ['a marker is in its data', (file: Uint8Array) => inserted(file, scan, 0xff, 0xd3)],
  ])('is refused if, in addition, %s', async (_, spoil) => {
    await expect(decodeImage(spoil(sound), 'spoilt')).rejects.toThrow(KaleidoError);
    for (const file of [withScanParameters(sound, 0, 0, 0), withRevision(sound, 3)])
      await expect(decodeImage(spoil(file), 'spoilt')).rejects.toThrow(/^@kaleido\/kaleido-patches: cannot decode/);
  });
});

describe('mendJpeg', () => {
  it('returns undefined for valid files', () => {
    for (const name of [
      'baseline.jpg',
      'progressive.jpg',
      'cmyk.jpg',
      'grey.jpg',
      'subsampled.jpg',
      'orientation-6.jpg',
    ])
      expect([name, mendJpeg(read(name))]).toEqual([name, undefined]);
  });

  it('keeps the parameters of progressive scans: they describe the data', () => {
    expect(mendJpeg(withScanParameters(read('progressive.jpg'), 0, 0, 2))).toBeUndefined();
  });

  it('changes nothing else, and never throws for truncated or damaged files', () => {
    fc.assert(
      fc.property(
        fc.nat(sound.length),
        fc.array(fc.tuple(fc.nat(900), fc.nat(255)), { maxLength: 4 }),
        (cut, spoilt) => {
          const bytes = withScanParameters(sound, 0, 0, 0).slice(0, cut);
          for (const [at, byte] of spoilt) if (at < bytes.length) bytes[at] = byte;
          const mended = mendJpeg(bytes);
          if (mended !== undefined) expect(mended.bytes.length).toBeLessThanOrEqual(bytes.length);
          if (mended !== undefined) expect(mendJpeg(mended.bytes)).toBeUndefined();
        },
      ),
      { numRuns: 2000 },
    );
  });
});
