import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeSafetensors,
  decodeText,
  float32Values,
  KaleidoError,
  parseJson,
  type StoredTensor,
} from '@kaleido/foundation';

/** The folders in and under a folder that contain the file, that one first; folders may contain links to others. */
export async function foldersWith(folder: string, file: string, depth = 2): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({ source: 'parity', problem: `cannot read ${folder}`, found: cause.code, cause });
  });
  const own = existsSync(join(folder, file)) ? [folder] : [];
  if (depth === 0) return own;
  const below = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  const found = await Promise.all(
    below.sort().map((name) => foldersWith(join(folder, name), file, depth - 1).catch((): string[] => [])),
  );
  return [...own, ...found.flat()];
}

export async function readTensors(path: string): Promise<ReadonlyMap<string, StoredTensor>> {
  return decodeSafetensors(await readCaseFile(path), path).tensors;
}

/** @throws KaleidoError naming the missing file */
async function readCaseFile(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'parity',
      problem: `cannot read ${path}`,
      found: cause.code,
      advice: 'give a folder that is laid out as the golden folder of that area',
      cause,
    });
  });
}

export async function readJson(path: string): Promise<unknown> {
  const origin = { source: 'parity', name: path };
  return parseJson(decodeText(await readCaseFile(path), origin), origin);
}

/** Whole numbers of 32 or 64 bits, or floats of any kind. */
export function numbersOf(tensor: StoredTensor, name: string): Int32Array | Float32Array {
  const copy = new Uint8Array(tensor.bytes);
  switch (tensor.type) {
    case 'I32':
      return new Int32Array(copy.buffer);
    case 'I64':
      return Int32Array.from(new BigInt64Array(copy.buffer), Number);
    case 'U8':
      return Int32Array.from(copy);
    default:
      return float32Values(tensor, name);
  }
}

/** The rows of a file of JSON lines. */
export async function readRows<Kind>(path: string): Promise<Kind[]> {
  const text = decodeText(await readFile(path), { source: 'parity', name: path });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => parseJson(line, { source: 'parity', name: `${path}, line ${index + 1}` }) as Kind);
}
