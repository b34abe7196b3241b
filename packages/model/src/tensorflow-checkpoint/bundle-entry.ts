import { ByteWriter, protocolFields, type Refuse, type SafetensorsType } from '@kaleido/foundation';

// BundleHeaderProto and BundleEntryProto of tensorflow/core/protobuf/tensor_bundle.proto, TensorFlow 2.15.

/** A variable's entry in a checkpoint's index. */
export interface BundleEntry {
  readonly type: SafetensorsType;
  readonly shape: readonly number[];
  /** Which data file, from 0. */
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  /** Masked CRC-32C of the variable's bytes. */
  readonly checksum: number;
}

/** TensorFlow's numbers of the types (types.proto) that this project uses. */
const types: Readonly<Record<number, SafetensorsType>> = {
  1: 'F32',
  3: 'I32',
  4: 'U8',
  9: 'I64',
  14: 'BF16',
  19: 'F16',
};
const bytesOf: Readonly<Record<SafetensorsType, number>> = { F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8, I8: 1, U8: 1 };
/** More dimensions than any variable has. */
const mostDimensions = 254;
const mostShards = 100_000;

/** The number of data files. */
export function readHeader(bytes: Uint8Array, refuse: Refuse): number {
  let shards = 0n;
  for (const [field, value] of protocolFields(bytes, refuse)) {
    if (field === 1 && typeof value === 'bigint') shards = value;
    if (field === 2 && value !== 0n) throw refuse('its numbers are big-endian');
  }
  if (shards < 1n || shards > BigInt(mostShards)) throw refuse('its number of data files is invalid', `${shards}`);
  return Number(shards);
}

/** @returns undefined for a type that is not read here, such as a list of strings */
export function readEntry(name: string, bytes: Uint8Array, shards: number, refuse: Refuse): BundleEntry | undefined {
  const numbers = new Map<number, bigint>();
  let shape: number[] = [];
  for (const [field, value] of protocolFields(bytes, refuse)) {
    if (field === 7) throw refuse(`"${name}" is cut into slices, which are not read here`);
    if (field === 2 && typeof value !== 'bigint') shape = readShape(name, value, refuse);
    else if (typeof value === 'bigint') numbers.set(field, value);
  }
  const number = (field: number): number => {
    const value = numbers.get(field) ?? 0n;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse(`"${name}" lies where nothing can`, `${value}`);
    return Number(value);
  };
  const type = types[number(1)];
  if (type === undefined) return undefined;
  const [shard, offset, size] = [number(3), number(4), number(5)];
  if (shard >= shards) throw refuse(`"${name}" is in a data file that there is not`, `${shard} of ${shards}`);
  const expected = shape.reduce((product, length) => product * length, bytesOf[type]);
  if (expected !== size)
    throw refuse(`"${name}" of shape [${shape.join(', ')}] and type ${type} needs ${expected} bytes`, size);
  return { type, shape, shard, offset, size, checksum: number(6) };
}

function readShape(name: string, bytes: Uint8Array, refuse: Refuse): number[] {
  const shape: number[] = [];
  for (const [field, value] of protocolFields(bytes, refuse)) {
    if (field === 3 && value !== 0n) throw refuse(`"${name}" has no known shape`);
    if (field !== 2 || typeof value === 'bigint') continue;
    let length = 0n;
    for (const [part, size] of protocolFields(value, refuse)) if (part === 1 && typeof size === 'bigint') length = size;
    if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse(`"${name}" has a side that nothing has`, `${length}`);
    shape.push(Number(length));
    if (shape.length > mostDimensions) throw refuse(`"${name}" has too many dimensions`);
  }
  return shape;
}

/** The header of a checkpoint with this number of data files. */
export function writeHeader(shards: number): Uint8Array {
  // The format version that TensorFlow writes.
  return new ByteWriter().field(1, shards).field(3, new ByteWriter().field(1, 1).bytes()).bytes();
}

export function writeEntry({ type, shape, shard, offset, size, checksum }: BundleEntry): Uint8Array {
  const number = Number(Object.entries(types).find(([, known]) => known === type)?.[0]);
  const dimensions = new ByteWriter();
  for (const length of shape) dimensions.field(2, new ByteWriter().field(1, length).bytes());
  const entry = new ByteWriter().field(1, number).field(2, dimensions.bytes()).field(3, shard);
  return entry.field(4, offset).field(5, size).varint(0x35).fixed32(checksum).bytes();
}
