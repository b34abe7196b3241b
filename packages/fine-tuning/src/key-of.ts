import { sha256 } from '@kaleido/foundation';
import { type FeatureTable, patchSlots } from '@kaleido/layout';

/**
 * A key for what a result depends on.
 * @param values as JSON, `BigInt`s as texts
 * @param arrays of numbers; each may be reused for the next
 * @returns SHA-256, in hexadecimal
 */
export async function keyOf(values: unknown, arrays: Iterable<Float32Array>): Promise<string> {
  const text = JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const hashes = [await sha256(text)];
  for (const array of arrays) hashes.push(await sha256(array));
  return sha256(hashes.join('\n'));
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
