import type { FeatureTable } from '@kaleido/layout';
import { alignedLevels, placeCount, placeSlots } from '../aligned-levels.ts';
import type { AlignableProducts } from '../aligner.ts';
import { principalDirections, project } from './principal-directions.ts';

/** Photographs from which the directions are taken: 3,600 patches of level 3 or more, hundreds for each component. */
const sampledRows = 400;

/** [3, F, K]: the main directions of each level, divided by each feature's deviation. */
export async function directionsOf({ rows: N, features }: AlignableProducts, K: number): Promise<Float32Array> {
  const F = features.featureWidth;
  const count = Math.min(N, sampledRows);
  const rows = Array.from({ length: count }, (_, index) => Math.floor((index * N) / count));
  const table = await features.load(rows);
  const all = new Float32Array(alignedLevels.length * F * K);
  let first = 0;
  for (const [index, { patches }] of alignedLevels.entries()) {
    const slots = placeSlots.slice(first, first + patches);
    first += patches;
    const vectors = new Float32Array(count * patches * F); // [n, F]
    for (const [at, row] of rows.entries()) table.copy(row, slots, vectors, at * patches * F);
    const deviations = centre(vectors, patches, F);
    const directions = principalDirections(vectors, F, K);
    for (let f = 0; f < F; f++)
      for (let k = 0; k < K; k++) all[(index * F + f) * K + k] = directions[f * K + k]! / deviations[f]!;
  }
  return all;
}

/** Takes the mean of each place from its vectors, and divides each feature by its deviation, which is returned. */
function centre(vectors: Float32Array, patches: number, F: number): Float64Array {
  const n = vectors.length / F;
  const means = new Float64Array(patches * F);
  for (let i = 0; i < vectors.length; i++) means[i % (patches * F)]! += (vectors[i]! * patches) / n;
  const squares = new Float64Array(F);
  for (let i = 0; i < vectors.length; i++) {
    vectors[i]! -= means[i % (patches * F)]!;
    squares[i % F]! += vectors[i]! ** 2 / n;
  }
  const deviations = squares.map((square) => Math.sqrt(square) + 1e-4);
  for (let i = 0; i < vectors.length; i++) vectors[i]! /= deviations[i % F]!;
  return deviations;
}

/**
 * Writes the components of a row's 50 places, [50, K].
 * @param strengths the mean feature of each place is written to it, [50]
 */
export function placeComponents(
  table: FeatureTable,
  row: number,
  directions: Float32Array,
  target: Float64Array,
  strengths?: Float64Array,
): void {
  const F = table.featureWidth;
  const K = target.length / placeCount;
  const vectors = new Float32Array(placeCount * F);
  table.copy(row, placeSlots, vectors);
  if (strengths !== undefined) {
    strengths.fill(0);
    for (let i = 0; i < vectors.length; i++) strengths[Math.floor(i / F)]! += vectors[i]! / F;
  }
  let place = 0;
  for (const [index, { patches }] of alignedLevels.entries()) {
    const own = directions.subarray(index * F * K, (index + 1) * F * K);
    for (let patch = 0; patch < patches; patch++, place++)
      project(vectors.subarray(place * F, (place + 1) * F), own, target.subarray(place * K, (place + 1) * K));
  }
}
