import { type FeatureTable, patchSlots } from '@kaleido/layout';

/**
 * A key for what a result depends on.
 * @param values as JSON, `BigInt`s as texts
 * @param arrays of numbers; each may be reused for the next
 * @returns SHA-256, in hexadecimal
 */
export async function keyOf(values: unknown, arrays: Iterable<Float32Array>): Promise<string> {
  const text = JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const digests = [await sha256(new TextEncoder().encode(text))];
  for (const { buffer, byteOffset, byteLength } of arrays)
    digests.push(await sha256(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)));
  const joined = new Uint8Array(digests.reduce((sum, { length }) => sum + length, 0));
  for (const [index, digest] of digests.entries()) joined.set(digest, index * digest.length);
  return [...(await sha256(joined))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a model reads of photographs, row by row. */
export function* featureArrays(table: FeatureTable): Generator<Float32Array> {
  const row = new Float32Array(patchSlots.length * table.featureWidth);
  for (let at = 0; at < table.rows; at++) {
    table.copy(at, patchSlots, row);
    yield row;
    yield table.positions(at);
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
