import { type FolderFiles, KaleidoError, readWhole, type SafetensorsReader } from '@kaleido/foundation';
import type { LoadedIndex } from './load-index.ts';
import type { SegmentDescription } from './manifest.ts';
import type { SegmentRow } from './segment-builder.ts';
import { openFeatures, readStoredFeatures, readVectors, type StoredVectors, segmentFile } from './segment-files.ts';
import type { StoredProduct } from './stored-product.ts';

/** Segments with fewer products than this share of a full one are small. */
const smallShare = 0.5;
/** So many small segments are merged without being asked: each costs a few files. */
const mostSmall = 8;
/** Rows that are deleted, as a share of all, from which they are removed without being asked. */
const mostDeleted = 0.25;

/** The segments that merging would write anew: those with deleted rows, and small ones. */
export function segmentsToMerge({ segments }: LoadedIndex['manifest'], fullRows: number): SegmentDescription[] {
  const small = segments.filter((segment) => isSmall(segment, fullRows));
  return segments.filter((segment) => segment.deleted.length > 0 || (small.length > 1 && isSmall(segment, fullRows)));
}

/** Whether an index has so many deleted rows or small segments that it should be merged. */
export function needsMerging({ segments }: LoadedIndex['manifest'], fullRows: number): boolean {
  const rows = segments.reduce((sum, { count }) => sum + count, 0);
  const deleted = segments.reduce((sum, segment) => sum + segment.deleted.length, 0);
  const small = segments.filter((segment) => isSmall(segment, fullRows));
  return deleted > mostDeleted * rows || small.length > mostSmall;
}

function isSmall({ count, deleted }: SegmentDescription, fullRows: number): boolean {
  return count - deleted.length < smallShare * fullRows;
}

/** All that the files of some segments keep of the products that can be found. */
export async function* rowsOf(
  files: FolderFiles,
  index: LoadedIndex,
  segments: readonly SegmentDescription[],
): AsyncGenerator<SegmentRow> {
  for (const { name, count, deleted } of segments) {
    const { products } = index.segments.find((segment) => segment.name === name) as LoadedIndex['segments'][number];
    const vectors = await readVectors(files, name, count, index.manifest);
    if (vectors === undefined) throw missing(files, segmentFile.vectors(name));
    const pictures = await readWhole(files, segmentFile.pictures(name));
    const features = index.manifest.features ? await openFeatures(files, name, count) : undefined;
    try {
      const gone = new Set(deleted);
      for (const [row, product] of products.entries())
        if (!gone.has(row))
          yield await rowOf(product, row, { vectors, pictures, features, width: index.manifest.width });
    } finally {
      await features?.close();
    }
  }
}

async function rowOf(
  { picture: range, ...product }: StoredProduct,
  row: number,
  from: {
    readonly vectors: StoredVectors;
    readonly pictures: Uint8Array | undefined;
    readonly features: SafetensorsReader | undefined;
    readonly width: number;
  },
): Promise<SegmentRow> {
  const { vectors, pictures, features, width } = from;
  const [begin, end] = [row * width, (row + 1) * width];
  const vector =
    'scales' in vectors
      ? { values: vectors.values.subarray(begin, end), scales: vectors.scales.subarray(row, row + 1) }
      : { values: vectors.values.subarray(begin, end) };
  return {
    product,
    vector,
    picture: range && pictures?.subarray(...range),
    features: features && (await readStoredFeatures(features, row)),
  };
}

function missing(files: FolderFiles, path: string): KaleidoError {
  return new KaleidoError({
    source: 'search',
    problem: `${files.pathOf(path)} is missing`,
    found: files.whyAbsent(path),
    advice: 'copy the index again, or build it again',
  });
}
