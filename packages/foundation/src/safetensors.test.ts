import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toFloat16Bits } from './float16.ts';
import { KaleidoError } from './kaleido-error.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  float32Values,
  type SafetensorsType,
  type StoredTensor,
} from './safetensors.ts';

const bytesPerElement = { F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8, I8: 1, U8: 1 } as const;

const tensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(
    fc.constantFrom<SafetensorsType>('F32', 'F16', 'BF16', 'I32', 'I64', 'I8', 'U8'),
    fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
  )
  .chain(([type, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1) * bytesPerElement[type];
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({ type, shape, bytes }));
  });
const name = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text !== '__metadata__');
const tensors = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 });
const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true });

/** A file with this header, valid or not. */
function fileOf(header: unknown, dataLength = 0, text = JSON.stringify(header)): Uint8Array {
  const json = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + json.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const entry = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('encodeSafetensors and decodeSafetensors', () => {
  it('writes the format as specified', () => {
    const file = encodeSafetensors([['w', float32Tensor(Float32Array.of(1, -2), [2])]], { format: 'pt' });
    const header = '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const length = Math.ceil(header.length / 8) * 8;
    expect([...file.subarray(0, 8)]).toEqual([length, 0, 0, 0, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(file.subarray(8, 8 + length))).toBe(header.padEnd(length));
    expect([...file.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it('returns what it was given', () => {
    fc.assert(
      fc.property(tensors, metadata, (given, notes) => {
        const decoded = decodeSafetensors(encodeSafetensors(given, notes), 'file');
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(notes).sort());
        expect(decoded.tensors.size).toBe(given.length);
        for (const [key, { type, shape, bytes }] of given) {
          const found = decoded.tensors.get(key);
          expect(found).toMatchObject({ type, shape });
          expect([...(found?.bytes ?? [])]).toEqual([...bytes]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('places every tensor so that it can be viewed in place', () => {
    fc.assert(
      fc.property(tensors, (given) => {
        for (const { type, bytes } of decodeSafetensors(encodeSafetensors(given), 'file').tensors.values())
          expect(bytes.byteOffset % bytesPerElement[type]).toBe(0);
      }),
    );
  });

  it('copies nothing, and reads a view of a larger buffer', () => {
    const file = encodeSafetensors([['w', float32Tensor(Float32Array.of(1, 2), [2])]]);
    const larger = new Uint8Array(file.length + 20);
    larger.set(file, 11);
    const { tensors } = decodeSafetensors(larger.subarray(11, 11 + file.length), 'file');
    expect(tensors.get('w')?.bytes.buffer).toBe(larger.buffer);
    expect([...float32Values(tensors.get('w')!, 'w')]).toEqual([1, 2]);
  });

  it('keeps names that are special in JavaScript', () => {
    const names = ['__proto__', 'constructor', 'toString', '10', '2', ''];
    const given = names.map((key, i) => [key, float32Tensor(Float32Array.of(i), [])] as const);
    const { tensors } = decodeSafetensors(encodeSafetensors(given), 'file');
    expect([...tensors.keys()]).toEqual(names);
    expect(names.map((key) => float32Values(tensors.get(key)!, key)[0])).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each<[string, (readonly [string, StoredTensor])[], string]>([
    [
      'bytes that do not fill the shape',
      [['w', float32Tensor(new Float32Array(3), [2, 2])]],
      '@kaleido/foundation: tensor "w" of type F32 and shape [2, 2] needs 16 bytes, found 12',
    ],
    ['an invalid shape', [['w', float32Tensor(new Float32Array(4), [-2, -2])]], 'must be whole numbers from 0'],
    [
      'a name given twice',
      [
        ['w', float32Tensor(new Float32Array(1), [])],
        ['w', float32Tensor(new Float32Array(1), [])],
      ],
      'a name that is reserved or taken, found "w"',
    ],
    ['a reserved name', [['__metadata__', float32Tensor(new Float32Array(1), [])]], 'reserved or taken'],
  ])('does not write %s', (_, given, message) => {
    expect(() => encodeSafetensors(given)).toThrow(message);
  });
});

describe('decodeSafetensors refuses', () => {
  const sound = encodeSafetensors([['w', float32Tensor(Float32Array.of(1, 2, 3, 4), [2, 2])]]);
  const withHeaderLength = (length: bigint): Uint8Array => {
    const file = sound.slice();
    new DataView(file.buffer).setBigUint64(0, length, true);
    return file;
  };

  it.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(0), 'shorter than its header length, found "0 bytes"'],
    ['seven bytes', sound.subarray(0, 7), 'shorter than its header length'],
    ['a file cut in its header', sound.subarray(0, 20), 'the header is declared larger than the file'],
    ['a file cut in its data', sound.subarray(0, sound.length - 1), 'tensor "w" reaches past the end of the file'],
    ['a header of 2^60 bytes', withHeaderLength(2n ** 60n), 'found "1152921504606846976 bytes"'],
    ['a header of 2^64 - 1 bytes', withHeaderLength(2n ** 64n - 1n), 'is declared larger than the file'],
    ['a header of no bytes', withHeaderLength(0n), 'its header is not JSON'],
    ['a header that is not JSON', fileOf(null, 0, '{"w": nonsense'), 'its header is not JSON'],
    ['a header that is not UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), 'its header is not JSON'],
    ['a list for a header', fileOf([]), 'no JSON object'],
    ['null for a header', fileOf(null), 'no JSON object'],
    ['metadata that is null', fileOf({ __metadata__: null }), 'its metadata is no map of strings'],
    ['metadata that is no text', fileOf({ __metadata__: { step: 3 } }), 'its metadata is no map of strings'],
    ['a tensor that is null', fileOf({ w: null }), 'tensor "w" has a type this reader does not know, found null'],
    ['an unknown type', fileOf({ w: entry([], 0, 8, 'F64') }, 8), 'does not know, found "F64"'],
    ['a type named like a method', fileOf({ w: entry([], 0, 8, 'toString') }, 8), 'does not know, found "toString"'],
    ['no shape', fileOf({ w: { dtype: 'F32', data_offsets: [0, 4] } }, 4), 'tensor "w" has no valid shape, found null'],
    ['a negative size', fileOf({ w: entry([-1], 0, 4) }, 4), 'no valid shape, found [-1]'],
    ['a broken size', fileOf({ w: entry([0.5, 2], 0, 4) }, 4), 'no valid shape'],
    ['no offsets', fileOf({ w: { dtype: 'F32', shape: [] } }, 4), 'tensor "w" has no valid offsets, found null'],
    ['one offset', fileOf({ w: { dtype: 'F32', shape: [], data_offsets: [0] } }, 4), 'no valid offsets'],
    ['a negative offset', fileOf({ w: entry([1], -4, 0) }, 4), 'no valid offsets'],
    ['offsets in the wrong order', fileOf({ w: entry([1], 4, 0) }, 4), 'past the end'],
    ['offsets outside', fileOf({ w: entry([2], 0, 8) }, 4), 'tensor "w" reaches past the end of the file, found [0,8]'],
    ['offsets of 2^53', fileOf({ w: entry([1], 0, 2 ** 53) }, 4), 'no valid offsets'],
    ['a shape of other size', fileOf({ w: entry([3], 0, 8) }, 8), 'shape [3] does not fill its bytes, found 8'],
    ['a shape beyond all numbers', fileOf({ w: entry(Array(30).fill(2 ** 52), 0, 4) }, 4), 'does not fill its bytes'],
    [
      'tensors that overlap',
      fileOf({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, 12),
      'tensor "b" does not begin where the one before it ends, at 8, found 4',
    ],
    ['tensors in the same bytes', fileOf({ a: entry([2], 0, 8), b: entry([2], 0, 8) }, 8), 'does not begin where'],
    ['a gap before a tensor', fileOf({ a: entry([1], 4, 8) }, 8), 'tensor "a" does not begin where'],
    ['bytes behind the last tensor', fileOf({ a: entry([1], 0, 4) }, 6), '4 bytes belong to its tensors'],
  ])('%s', (_, file, message) => {
    expect(() => decodeSafetensors(file, 'x.safetensors')).toThrow(
      expect.objectContaining({
        name: 'KaleidoError',
        message: expect.stringMatching(/^@kaleido\/foundation: x\.safetensors is not a sound safetensors file: /),
      }),
    );
    expect(() => decodeSafetensors(file, 'x.safetensors')).toThrow(message);
  });

  it('nothing that has empty tensors between others, or none at all', () => {
    const { tensors } = decodeSafetensors(
      fileOf({ b: entry([1], 0, 4), a: entry([0, 3], 4, 4), c: entry([], 4, 8) }, 8),
      'file',
    );
    expect([...tensors.keys()]).toEqual(['b', 'a', 'c']);
    expect(decodeSafetensors(fileOf({}), 'file').tensors.size).toBe(0);
  });

  it('with its own error only, whichever bytes have changed', () => {
    const damage = fc.record({
      given: tensors,
      notes: metadata,
      changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
      inHeader: fc.boolean(),
      cut: fc.option(fc.nat({ max: 40 }), { freq: 3 }),
    });
    const outcomes = { read: 0, refused: 0 };
    fc.assert(
      fc.property(damage, ({ given, notes, changes, inHeader, cut }) => {
        const file = encodeSafetensors(given, notes);
        const dataBegin = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
        const part = inHeader ? file.subarray(0, dataBegin) : file.subarray(dataBegin);
        for (const [at, byte] of changes) if (part.length > 0) part[at % part.length] = byte;
        try {
          const { tensors } = decodeSafetensors(file.subarray(0, file.length - (cut ?? 0)), 'file');
          outcomes.read++;
          const size = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
          if (size > file.length) throw new Error('more bytes than the file has');
        } catch (error) {
          if (!KaleidoError.isInstance(error)) throw error;
          outcomes.refused++;
        }
      }),
      { numRuns: 3000 },
    );
    // Both outcomes occurred, so that the property is meaningful.
    expect(outcomes.read).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(300);
  });

  it('with its own error only, for any JSON header', () => {
    const anyEntry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'U8', 'F64'), fc.jsonValue()),
        shape: fc.oneof(fc.array(fc.nat({ max: 3 }), { maxLength: 2 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.nat({ max: 16 }), fc.nat({ max: 16 })), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const anyHeader = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.oneof(fc.constantFrom('__metadata__', '__proto__', 'w'), fc.string()), anyEntry, { maxKeys: 3 }),
    );
    fc.assert(
      fc.property(anyHeader, fc.nat({ max: 16 }), (header, dataLength) => {
        try {
          decodeSafetensors(fileOf(header, dataLength), 'file');
        } catch (error) {
          if (!KaleidoError.isInstance(error)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('float32Values', () => {
  it('reads float32, float16 and bfloat16', () => {
    const values = [0, 1, -2.5, 0.15625, 1024];
    const words = (bits: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(bits).buffer);
    const bits = new Uint32Array(Float32Array.from(values).buffer);
    const stored: StoredTensor[] = [
      float32Tensor(Float32Array.from(values), [5]),
      { type: 'F16', shape: [5], bytes: words(values.map(toFloat16Bits)) },
      { type: 'BF16', shape: [5], bytes: words([...bits].map((word) => word >>> 16)) },
    ];
    for (const each of stored) {
      const { tensors } = decodeSafetensors(encodeSafetensors([['w', each]]), 'file');
      expect([...float32Values(tensors.get('w')!, 'w')]).toEqual(values);
    }
  });

  it('reads bytes at an odd offset, into its own memory', () => {
    const buffer = new Uint8Array(9);
    buffer.set(new Uint8Array(Float32Array.of(3, 4).buffer), 1);
    const odd: StoredTensor = { type: 'F32', shape: [2], bytes: buffer.subarray(1) };
    const values = float32Values(odd, 'w');
    buffer.fill(0);
    expect([...values]).toEqual([3, 4]);
  });

  it.each<SafetensorsType>(['I32', 'I64', 'I8', 'U8'])('refuses %s', (type) => {
    const stored: StoredTensor = { type, shape: [1], bytes: new Uint8Array(bytesPerElement[type]) };
    expect(() => float32Values(stored, 'ids')).toThrow(
      `@kaleido/foundation: tensor "ids" holds no floating-point values, found "${type}"`,
    );
  });
});

// Written by safetensors and transformers 5.23.0 (test/fixtures/safetensors/README.md).
const fixtures = fileURLToPath(new URL('../test/fixtures/safetensors/', import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/golden/checkpoints/broken/', import.meta.url));
const decode = (path: string) => decodeSafetensors(readFileSync(path), path);

describe('files of the reference implementation', () => {
  it('are read, in each precision', () => {
    const [single, half, brain] = ['model', 'model.f16', 'model.bf16'].map(
      (file) => decode(`${fixtures}${file}.safetensors`).tensors,
    );
    expect([single!.size, half!.size, brain!.size]).toEqual([46, 46, 46]);
    for (const [key, stored] of single!) {
      const exact = float32Values(stored, key);
      for (const [other, precision] of [
        [half!, 2 ** -11],
        [brain!, 2 ** -8],
      ] as const) {
        const rounded = float32Values(other.get(key)!, key);
        // Relative to the value, and absolute where half precision has no more digits.
        const off = exact.findIndex(
          (value, i) => Math.abs(value - rounded[i]!) > Math.abs(value) * precision + 2 ** -25,
        );
        expect([key, off]).toEqual([key, -1]);
      }
    }
  });

  it('may call a tensor __proto__, which reaches no prototype', () => {
    const { tensors } = decode(`${fixtures}proto-key.safetensors`);
    expect(tensors.has('__proto__')).toBe(true);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  (existsSync(shared) ? it : it.skip).each([
    ['truncated', 'reaches past the end of the file'],
    ['empty', 'shorter than its header length'],
    ['huge-header', 'the header is declared larger than the file'],
    ['header-not-json', 'its header is not JSON'],
    ['offsets-outside', 'reaches past the end of the file'],
    ['shape-disagrees', 'does not fill its bytes'],
  ])('that are broken are refused: %s (skipped where ../shared/golden is absent)', (file, message) => {
    expect(() => decode(`${shared}${file}.safetensors`)).toThrow(message);
  });
});
