/** Vectors in bytes: row r is `scales[r] * values`. */
interface ByteVectors {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** Vectors as they are kept, [rows, width]. */
export type StoredVectors = { readonly values: Float32Array } | ByteVectors;

/** Rounds each row of [rows, width] to bytes, on a scale of its own: its largest number becomes 127. */
export function toBytes(vectors: Float32Array, width: number): ByteVectors {
  const rows = vectors.length / width;
  const values = new Int8Array(vectors.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const vector = vectors.subarray(row * width, (row + 1) * width);
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    scales[row] = largest / 127;
    if (largest === 0) continue;
    for (let i = 0; i < width; i++) values[row * width + i] = Math.round(((vector[i] as number) / largest) * 127);
  }
  return { values, scales };
}
