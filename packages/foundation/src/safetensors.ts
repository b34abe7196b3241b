import { float16Table } from './float16.ts';
import { KaleidoError } from './kaleido-error.ts';

/** Element types this project writes or reads, as safetensors names them. */
export type SafetensorsType = 'F32' | 'F16' | 'BF16' | 'I32' | 'I64' | 'I8' | 'U8';

/** A tensor as stored in a file: its bytes are little-endian and may be a view into the file's own buffer. */
export interface StoredTensor {
  readonly type: SafetensorsType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const bytesPerElement: Readonly<Record<SafetensorsType, number>> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  I32: 4,
  I64: 8,
  I8: 1,
  U8: 1,
};

const metadataKey = '__metadata__';

/** Headers larger than this are refused, as the reference implementation does (100 MB). */
const largestHeader = 100_000_000;

/**
 * Writes the safetensors format: an eight-byte header length, a JSON header, the tensors' bytes. The header is padded
 * with blanks to a multiple of eight bytes, and wider element types come first (else the given order is kept), so that
 * every tensor can be viewed in place.
 * @throws KaleidoError for a name given twice or reserved, an invalid shape, bytes that do not fill their shape
 */
export function encodeSafetensors(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const pieces = safetensorsPieces(tensors, metadata);
  const file = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let position = 0;
  for (const bytes of pieces) {
    file.set(bytes, position);
    position += bytes.byteLength;
  }
  return file;
}

/**
 * The output of `encodeSafetensors` in pieces: the header, then the tensors' own bytes. A model is then not in memory
 * twice while it is written.
 * @throws KaleidoError as `encodeSafetensors` does
 */
export function safetensorsPieces(
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const entries = [...tensors].sort(([, a], [, b]) => bytesPerElement[b.type] - bytesPerElement[a.type]);
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header[metadataKey] = metadata;
  let offset = 0;
  for (const [name, { type, shape, bytes }] of entries) {
    if (name === metadataKey || name in header)
      throw new KaleidoError({
        source: 'foundation',
        problem: 'a tensor has a name that is reserved or taken',
        found: name,
        advice: 'give every tensor a name of its own',
      });
    if (!isCounts(shape))
      throw new KaleidoError({
        source: 'foundation',
        problem: `the shape of tensor "${name}" must be whole numbers from 0`,
        found: shape,
      });
    const expected = elementCount(shape) * bytesPerElement[type];
    if (bytes.byteLength !== expected)
      throw new KaleidoError({
        source: 'foundation',
        problem: `tensor "${name}" of type ${type} and shape [${shape.join(', ')}] needs ${expected} bytes`,
        found: bytes.byteLength,
      });
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + expected] };
    offset += expected;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const start = new Uint8Array(8 + headerLength);
  new DataView(start.buffer).setBigUint64(0, BigInt(headerLength), true);
  start.fill(0x20, 8);
  start.set(json, 8);
  return [start, ...entries.map(([, { bytes }]) => bytes)];
}

/** Where a tensor is in a file's data, which begins after its header. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly type: SafetensorsType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The parsed header of a file. */
export interface SafetensorsHeader {
  /** In file order. */
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins. */
  readonly dataBegin: number;
}

type Refuse = (problem: string, found?: unknown, cause?: unknown) => KaleidoError;

const refusals =
  (name: string): Refuse =>
  (problem, found, cause) =>
    new KaleidoError({
      source: 'foundation',
      problem: `${name} is not a sound safetensors file: ${problem}`,
      found,
      advice: 'write or copy the file again',
      cause,
    });

/**
 * The size of the header in bytes, including its length.
 * @param start the file's first eight bytes
 * @throws KaleidoError if the file is shorter, or the header is declared larger than allowed
 */
export function safetensorsDataBegin(start: Uint8Array, fileBytes: number, name: string): number {
  const refuse = refusals(name);
  if (start.byteLength < 8) throw refuse('it is shorter than its header length', `${start.byteLength} bytes`);
  const declared = new DataView(start.buffer, start.byteOffset, start.byteLength).getBigUint64(0, true);
  if (declared > BigInt(Math.min(largestHeader, fileBytes - 8)))
    throw refuse(`the header is declared larger than the file or than ${largestHeader} bytes`, `${declared} bytes`);
  return 8 + Number(declared);
}

/**
 * Reads a whole safetensors file held in memory; the tensors are views into it, in file order. It refuses what the
 * reference implementation refuses, and element types that this project does not use.
 * @param name what to call the file in errors
 * @throws KaleidoError for an invalid file: truncated, header not JSON, bytes outside, between or in two tensors,
 *   shapes that disagree
 */
export function decodeSafetensors(file: Uint8Array, name: string): SafetensorsFile {
  const dataBegin = safetensorsDataBegin(file, file.byteLength, name);
  const { entries, metadata } = parseSafetensorsHeader(file.subarray(0, dataBegin), file.byteLength, name);
  const tensors = new Map(
    entries.map(({ name, type, shape, begin, end }) => [
      name,
      { type, shape, bytes: file.subarray(dataBegin + begin, dataBegin + end) },
    ]),
  );
  return { tensors, metadata };
}

/**
 * Parses the header of a file and checks all of it.
 * @param start the file up to its data
 * @throws KaleidoError as `decodeSafetensors` does
 */
export function parseSafetensorsHeader(start: Uint8Array, fileBytes: number, name: string): SafetensorsHeader {
  const refuse = refusals(name);
  const header = parseHeader(start.subarray(8), refuse);
  const dataBytes = fileBytes - start.byteLength;
  let metadata: Record<string, string> = {};
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) {
      if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string'))
        throw refuse('its metadata is no map of strings', value);
      metadata = value as Record<string, string>;
      continue;
    }
    const { dtype: type, shape, data_offsets: offsets } = isObject(value) ? value : {};
    if (!isType(type)) throw refuse(`tensor "${name}" has a type this reader does not know`, type ?? null);
    if (!isCounts(shape)) throw refuse(`tensor "${name}" has no valid shape`, shape ?? null);
    if (!isCounts(offsets) || offsets.length !== 2)
      throw refuse(`tensor "${name}" has no valid offsets`, offsets ?? null);
    const [begin, end] = offsets as [number, number];
    if (begin > end || end > dataBytes) throw refuse(`tensor "${name}" reaches past the end of the file`, offsets);
    if (elementCount(shape) * bytesPerElement[type] !== end - begin)
      throw refuse(
        `tensor "${name}" of type ${type} and shape [${shape.join(', ')}] does not fill its bytes`,
        end - begin,
      );
    entries.push({ name, type, shape, begin, end });
  }
  // As in the reference: the tensors fill the file without overlap or gap, so that each byte belongs to one tensor.
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== filled)
      throw refuse(`tensor "${name}" does not begin where the one before it ends, at ${filled}`, begin);
    filled = end;
  }
  if (filled !== dataBytes) throw refuse(`${filled} bytes belong to its tensors, and it has others`, dataBytes);
  return { entries, metadata, dataBegin: start.byteLength };
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw refuse('its header is not JSON', undefined, cause);
  }
  if (!isObject(header)) throw refuse('its header is no JSON object');
  return header;
}

/** The bytes of a Float32Array as a stored tensor, without a copy. */
export function float32Tensor(values: Float32Array, shape: readonly number[]): StoredTensor {
  return { type: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** The values of an F32, F16 or BF16 tensor as a new Float32Array. */
export function float32Values(tensor: StoredTensor, name: string): Float32Array {
  const { bytes, type } = tensor;
  const count = elementCount(tensor.shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(count);
  switch (type) {
    case 'F32':
      new Uint8Array(values.buffer).set(bytes);
      return values;
    case 'F16': {
      const table = float16Table();
      for (let i = 0; i < count; i++) values[i] = table[view.getUint16(2 * i, true)] as number;
      return values;
    }
    case 'BF16': {
      const bits = new Uint32Array(values.buffer);
      for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, true) << 16;
      return values;
    }
    default:
      throw new KaleidoError({
        source: 'foundation',
        problem: `tensor "${name}" holds no floating-point values`,
        found: type,
      });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isType(value: unknown): value is SafetensorsType {
  return typeof value === 'string' && Object.hasOwn(bytesPerElement, value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
