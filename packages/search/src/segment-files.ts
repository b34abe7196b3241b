import {
  type FolderFiles,
  float32Tensor,
  float32Values,
  KaleidoError,
  type SafetensorsEntry,
  SafetensorsReader,
  type StoredTensor,
  safetensorsPieces,
} from '@kaleido/foundation';
import type { ImageBatch } from '@kaleido/layout';
import type { VectorPrecision } from './manifest.ts';
import type { StoredVectors } from './quantise.ts';
import { segmentName } from './segment-name.ts';
import { type StoredProduct, storedProductsText } from './stored-product.ts';

/** The files of a segment by what they hold. */
export const segmentFile = {
  vectors: (name: string): string => `segments/${name}.safetensors`,
  products: (name: string): string => `segments/${name}.jsonl`,
  pictures: (name: string): string => `segments/${name}.pictures`,
  features: (name: string): string => `segments/${name}.features.safetensors`,
} as const;

/** Features of one photograph as they are kept: [55, F] in half precision, positions [55, 5]. */
export interface StoredFeatures {
  readonly features: Uint8Array;
  readonly positions: Float32Array;
}

/** What a segment is written from; row r of everything is the same product. */
export interface SegmentContent {
  readonly products: readonly StoredProduct[];
  readonly vectors: StoredVectors;
  /** The small pictures, one after another. */
  readonly pictures: readonly Uint8Array[];
  readonly features?: readonly StoredFeatures[] | undefined;
}

/** The name of a new segment, and its files in the order in which they are written. */
export async function segmentContent(
  number: number,
  width: number,
  { products, vectors, pictures, features }: SegmentContent,
): Promise<{ readonly name: string; readonly files: [file: string, content: string | readonly Uint8Array[]][] }> {
  const text = storedProductsText(products);
  const name = await segmentName(number, text, vectors);
  const files: [string, string | readonly Uint8Array[]][] = [
    [segmentFile.vectors(name), safetensorsPieces(vectorTensors(vectors, products.length, width))],
    [segmentFile.products(name), text],
  ];
  if (pictures.length > 0) files.push([segmentFile.pictures(name), pictures]);
  if (features !== undefined) files.push([segmentFile.features(name), safetensorsPieces(featureTensors(features))]);
  return { name, files };
}

function vectorTensors(vectors: StoredVectors, rows: number, width: number): [string, StoredTensor][] {
  if (!('scales' in vectors)) return [['vectors', float32Tensor(vectors.values, [rows, width])]];
  const { buffer, byteOffset, byteLength } = vectors.values;
  return [
    ['vectors', { type: 'I8', shape: [rows, width], bytes: new Uint8Array(buffer, byteOffset, byteLength) }],
    ['scales', float32Tensor(vectors.scales, [rows])],
  ];
}

function featureTensors(all: readonly StoredFeatures[]): [string, StoredTensor][] {
  const [first] = all as [StoredFeatures];
  const P = first.positions.length / 5;
  const F = first.features.length / 2 / P;
  const join = (parts: readonly Uint8Array[]): Uint8Array => {
    const size = (parts[0] as Uint8Array).length;
    const joined = new Uint8Array(size * parts.length);
    for (const [row, part] of parts.entries()) joined.set(part, row * size);
    return joined;
  };
  const positions = all.map(
    ({ positions: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return [
    ['positions', { type: 'F32', shape: [all.length, P, 5], bytes: join(positions) }],
    ['features', { type: 'F16', shape: [all.length, P, F], bytes: join(all.map(({ features }) => features)) }],
  ];
}

/**
 * @returns undefined if the file is missing
 * @throws KaleidoError for a file that does not hold `rows` vectors of this width and precision
 */
export async function readVectors(
  files: FolderFiles,
  name: string,
  rows: number,
  { width, precision }: { readonly width: number; readonly precision: VectorPrecision },
): Promise<StoredVectors | undefined> {
  const file = await files.open(segmentFile.vectors(name));
  if (file === undefined) return undefined;
  const reader = await SafetensorsReader.open(file);
  try {
    const isBytes = precision === 'int8';
    requireShape(reader, 'vectors', isBytes ? 'I8' : 'F32', [rows, width]);
    const { bytes } = await reader.read('vectors');
    if (!isBytes) return { values: float32Values({ type: 'F32', shape: [rows, width], bytes }, 'vectors') };
    requireShape(reader, 'scales', 'F32', [rows]);
    return {
      values: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      scales: float32Values(await reader.read('scales'), 'scales'),
    };
  } finally {
    await reader.close();
  }
}

/** @throws KaleidoError for a file that is missing or of another shape */
export async function openFeatures(files: FolderFiles, name: string, rows: number): Promise<SafetensorsReader> {
  const path = segmentFile.features(name);
  const file = await files.open(path);
  if (file === undefined)
    throw new KaleidoError({
      source: 'search',
      problem: `${files.pathOf(path)} is missing`,
      found: files.whyAbsent(path),
      advice: 'the index may have changed: open it again',
    });
  const reader = await SafetensorsReader.open(file);
  const shape = reader.entries.get('features')?.shape ?? [];
  try {
    requireShape(reader, 'features', 'F16', [rows, shape[1] ?? 0, shape[2] ?? 0]);
    requireShape(reader, 'positions', 'F32', [rows, shape[1] ?? 0, 5]);
  } catch (error) {
    await reader.close();
    throw error;
  }
  return reader;
}

/** The features of one row as they are kept. */
export async function readStoredFeatures(reader: SafetensorsReader, row: number): Promise<StoredFeatures> {
  const { bytes } = await reader.readRows('features', row, row + 1);
  return { features: bytes, positions: float32Values(await reader.readRows('positions', row, row + 1), 'positions') };
}

/** The features of several photographs as a batch, all 55 patches of each. */
export function batchOf(stored: readonly StoredFeatures[]): ImageBatch {
  const size = stored.length;
  const [first] = stored as [StoredFeatures];
  const P = first.positions.length / 5;
  const F = first.features.length / 2 / P;
  const features = new Float32Array(size * P * F); // [B, P, F]
  const positions = new Float32Array(size * P * 5); // [B, P, 5]
  for (const [row, one] of stored.entries()) {
    features.set(float32Values({ type: 'F16', shape: [P, F], bytes: one.features }, 'features'), row * P * F);
    positions.set(one.positions, row * P * 5);
  }
  return { size, featureWidth: F, features, positions };
}

function requireShape(
  reader: SafetensorsReader,
  tensor: string,
  type: SafetensorsEntry['type'],
  shape: readonly number[],
): void {
  const found = reader.entries.get(tensor);
  if (found?.type === type && found.shape.join() === shape.join()) return;
  throw new KaleidoError({
    source: 'search',
    problem: `${reader.path} must have a tensor "${tensor}" of type ${type} and shape [${shape.join(', ')}]`,
    found: found === undefined ? 'none' : { type: found.type, shape: found.shape },
    advice: 'copy the index again, or build it again',
  });
}
