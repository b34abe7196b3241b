import {
  type ByteSource,
  bytesInMemory,
  type FolderFiles,
  KaleidoError,
  readWhole,
  type SafetensorsReader,
} from '@kaleido/foundation';
import type { LoadedIndex } from './load-index.ts';
import type { SegmentDescription } from './manifest.ts';
import type { StoredVectors } from './quantise.ts';
import type { SegmentRow, SegmentSize } from './segment-builder.ts';
import { openFeatures, readStoredFeatures, readVectors, segmentFile } from './segment-files.ts';
import type { StoredProduct } from './stored-product.ts';

/** Segments with less than this share of a full one's rows and bytes are small. */
const smallShare = 0.5;
/** So many small segments are merged without being asked: each costs a few files. */
const mostSmall = 8;
/** Rows that are deleted, as a share of all, from which they are removed without being asked. */
const mostDeleted = 0.25;

/** The segments that merging would write anew: those with deleted rows, and small ones. */
export function segmentsToMerge(index: LoadedIndex, full: SegmentSize): SegmentDescription[] {
  const small = smallSegments(index, full);
  return index.manifest.segments.filter(
    (segment) => segment.deleted.length > 0 || (small.length > 1 && small.includes(segment)),
  );
}

/** Whether an index has so many deleted rows or small segments that it should be merged. */
export function needsMerging(index: LoadedIndex, full: SegmentSize): boolean {
  const deleted = index.manifest.segments.reduce((sum, segment) => sum + segment.deleted.length, 0);
  return deleted > mostDeleted * index.rows || smallSegments(index, full).length > mostSmall;
}

function smallSegments({ manifest, segments }: LoadedIndex, full: SegmentSize): SegmentDescription[] {
  return manifest.segments.filter(
    ({ count, deleted }, place) =>
      count - deleted.length < smallShare * full.rows && (segments[place]?.bytes ?? 0) < smallShare * full.bytes,
  );
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
    const path = segmentFile.pictures(name);
    const bytes = await readWhole(files, path);
    // It refuses a picture that is cut off.
    const pictures = bytes && bytesInMemory(files.pathOf(path), bytes);
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
    readonly pictures: ByteSource | undefined;
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
    picture: range && (await pictures?.read(...range)),
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
