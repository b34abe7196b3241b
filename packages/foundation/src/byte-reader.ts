import type { KaleidoError } from './kaleido-error.ts';

/** Makes the error for a damaged file; it knows the file's name. */
export type Refuse = (problem: string, found?: unknown) => KaleidoError;

/** Reads little-endian and variable-length numbers from the start of some bytes, and never past their end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: Refuse;
  #position = 0;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  get left(): number {
    return this.#bytes.length - this.#position;
  }

  /** @throws KaleidoError if fewer are left */
  take(count: number): Uint8Array {
    if (count > this.left) throw this.#refuse('it ends in the middle of an entry', `${this.left} bytes left`);
    this.#position += count;
    return this.#bytes.subarray(this.#position - count, this.#position);
  }

  fixed32(): number {
    const at = this.#position;
    this.take(4);
    return this.#view.getUint32(at, true);
  }

  fixed64(): bigint {
    const at = this.#position;
    this.take(8);
    return this.#view.getBigUint64(at, true);
  }

  /** A number of up to 64 bits in groups of seven. */
  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte] = this.take(1) as unknown as [number];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw this.#refuse('a number of it has no end');
  }

  /** As `varint64`, for a count, a length or an offset. */
  varint(): number {
    const value = this.varint64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#refuse('it claims a length that nothing has', `${value}`);
    return Number(value);
  }
}

/** The fields of a protocol buffers message in order, by number; numbers as bigint, all else as bytes. */
export function* protocolFields(bytes: Uint8Array, refuse: Refuse): Generator<readonly [number, bigint | Uint8Array]> {
  const reader = new ByteReader(bytes, refuse);
  while (reader.left > 0) {
    const tag = reader.varint();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield [field, reader.varint64()];
        break;
      case 1:
        yield [field, reader.fixed64()];
        break;
      case 2:
        yield [field, reader.take(reader.varint())];
        break;
      case 5:
        yield [field, BigInt(reader.fixed32())];
        break;
      default:
        throw refuse('an entry has a field of a kind that there is not', tag % 8);
    }
  }
}

/** Writes what `ByteReader` reads. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): this {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#length + bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  byte(value: number): this {
    return this.append(Uint8Array.of(value));
  }

  fixed32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return this.append(bytes);
  }

  varint(value: number): this {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80);
    return this.byte(rest);
  }

  /** A field of a protocol buffers message; as usual there, 0 and empty values are omitted. */
  field(number: number, value: number | Uint8Array): this {
    if (typeof value === 'number') return value === 0 ? this : this.varint(8 * number).varint(value);
    return this.varint(8 * number + 2)
      .varint(value.length)
      .append(value);
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
