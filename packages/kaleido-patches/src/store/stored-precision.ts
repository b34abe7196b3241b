import { float16Table, toFloat16Bits } from '@kaleido/foundation';

/**
 * How a store keeps each number: `float16` in two bytes, for any features; `byte` in one, rounded to 255ths of 0..1,
 * the levels of a photograph's pixels.
 */
export type StoredPrecision = 'float16' | 'byte';

/** Numbers as a store keeps them. */
export type StoredValues = Uint16Array<ArrayBufferLike> | Uint8Array<ArrayBufferLike>;

interface Precision {
  /** Its name in safetensors. */
  readonly dtype: 'F16' | 'U8';
  readonly bytes: 2 | 1;
  readonly encode: (features: Float32Array) => Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  readonly view: (memory: ArrayBufferLike) => StoredValues;
  /** The number for each stored value. */
  readonly table: () => Float32Array;
}

let bytes: Float32Array | undefined;

export const precisions: Readonly<Record<StoredPrecision, Precision>> = {
  float16: {
    dtype: 'F16',
    bytes: 2,
    encode: (features) => {
      const bits = new Uint16Array(features.length);
      for (let i = 0; i < bits.length; i++) bits[i] = toFloat16Bits(features[i]!);
      return bits;
    },
    view: (memory) => new Uint16Array(memory),
    table: float16Table,
  },
  byte: {
    dtype: 'U8',
    bytes: 1,
    encode: (features) => {
      // Rounds, and clamps to 0..1.
      const clamped = new Uint8ClampedArray(features.length);
      for (let i = 0; i < clamped.length; i++) clamped[i] = features[i]! * 255;
      return new Uint8Array(clamped.buffer);
    },
    view: (memory) => new Uint8Array(memory),
    table: () => {
      bytes ??= Float32Array.from({ length: 256 }, (_, value) => value / 255);
      return bytes;
    },
  },
};

/** Stored values as numbers. @param precision of the extractor that made them; default half precision */
export function storedNumbers(values: StoredValues, precision: StoredPrecision = 'float16'): Float32Array {
  const table = precisions[precision].table();
  return Float32Array.from(values, (value) => table[value]!);
}
