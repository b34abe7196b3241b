import { decodeSafetensors, encodeSafetensors, KaleidoError, type StoredTensor } from '@kaleido/foundation';
import { type Alignment, patchCount } from '@kaleido/layout';

/** What alignments were made from. They are of use with all of it alone. */
export interface AlignmentProvenance {
  /** The aligner and its settings. */
  readonly aligner: string;
  /** Key of the features: products, extractor, foreground finder and patches. */
  readonly features: string;
  /** Hash of the vocabulary and of how captions are cut. */
  readonly vocabulary: string;
  /** Hash of the captions, in the order of the rows. */
  readonly captions: string;
}

/** The pairs of many products: row r is the photograph that it is in the features. */
export interface AlignmentTable {
  readonly rows: number;
  /** Pairs of all rows. */
  readonly pairs: number;
  /** Rows without a pair. */
  readonly unaligned: number;
  of(row: number): readonly Alignment[];
}

interface AlignmentArrays {
  /** [N + 1] where a row's pairs begin */
  readonly starts: Int32Array;
  /** [pairs, 2] token and patch */
  readonly places: Int32Array;
  /** [pairs] */
  readonly weights: Float32Array;
}

export function alignmentTable(rows: readonly (readonly Alignment[])[]): AlignmentTable {
  return tableOf(arraysOf(rows));
}

/** The pairs as one file, with what they were made from. */
export function encodeAlignments(rows: readonly (readonly Alignment[])[], provenance: AlignmentProvenance): Uint8Array {
  const { starts, places, weights } = arraysOf(rows);
  const entry = (type: 'I32' | 'F32', values: Int32Array | Float32Array, shape: number[]): StoredTensor => ({
    type,
    shape,
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
  return encodeSafetensors(
    [
      ['starts', entry('I32', starts, [starts.length])],
      ['places', entry('I32', places, [weights.length, 2])],
      ['weights', entry('F32', weights, [weights.length])],
    ],
    { ...provenance },
  );
}

/**
 * @param name of the file, for errors
 * @throws KaleidoError for another file, a damaged one, and alignments that were made from something else
 */
export function decodeAlignments(content: Uint8Array, name: string, expected: AlignmentProvenance): AlignmentTable {
  const { tensors, metadata } = decodeSafetensors(content, name);
  for (const [part, value] of Object.entries(expected))
    if (metadata[part] !== value)
      throw new KaleidoError({
        source: 'alignment',
        problem: `the alignments in ${name} are of other ${part === 'aligner' ? 'settings of the aligner' : part}`,
        found: metadata[part] ?? 'nothing of that name',
        advice: 'delete the file: it is made again',
      });
  const [starts, places, weights] = ['starts', 'places', 'weights'].map((part) => tensors.get(part));
  const arrays = starts &&
    places &&
    weights && {
      starts: new Int32Array(copied(starts)),
      places: new Int32Array(copied(places)),
      weights: new Float32Array(copied(weights)),
    };
  if (arrays === undefined || !isWhole(arrays))
    throw new KaleidoError({
      source: 'alignment',
      problem: `${name} does not hold alignments, or is damaged`,
      found: `tensors ${[...tensors.keys()].join(', ') || 'none'}`,
      advice: 'delete the file: it is made again',
    });
  return tableOf(arrays);
}

/** In memory of its own, as typed arrays of 4 bytes need; `slice` of Node's `Buffer` does not copy. */
function copied({ bytes }: StoredTensor): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function arraysOf(rows: readonly (readonly Alignment[])[]): AlignmentArrays {
  const starts = new Int32Array(rows.length + 1);
  for (const [row, pairs] of rows.entries()) starts[row + 1] = starts[row]! + pairs.length;
  const all = rows.flat();
  return {
    starts,
    places: Int32Array.from(all.flatMap(({ token, patch }) => [token, patch])),
    weights: Float32Array.from(all, ({ weight }) => weight),
  };
}

function tableOf({ starts, places, weights }: AlignmentArrays): AlignmentTable {
  const rows = starts.length - 1;
  let unaligned = 0;
  for (let row = 0; row < rows; row++) if (starts[row] === starts[row + 1]) unaligned++;
  return {
    rows,
    pairs: weights.length,
    unaligned,
    of(row) {
      if (!(Number.isInteger(row) && row >= 0 && row < rows))
        throw new RangeError(`row ${row} of alignments with ${rows} rows`);
      return Array.from({ length: starts[row + 1]! - starts[row]! }, (_, index) => {
        const pair = starts[row]! + index;
        return { token: places[2 * pair]!, patch: places[2 * pair + 1]!, weight: weights[pair]! };
      });
    },
  };
}

function isWhole({ starts, places, weights }: AlignmentArrays): boolean {
  return (
    starts.length > 0 &&
    starts[0] === 0 &&
    starts.every((start, row) => row === 0 || start >= starts[row - 1]!) &&
    starts[starts.length - 1] === weights.length &&
    places.length === 2 * weights.length &&
    weights.every((weight) => weight > 0 && weight <= 1) &&
    places.every((value, at) => value >= 0 && (at % 2 === 0 || value < patchCount))
  );
}
