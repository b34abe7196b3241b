import { VectorTable } from '@kaleido/backend';
import { decodeText, type FolderFiles, KaleidoError, readWhole } from '@kaleido/foundation';
import { type Manifest, manifestFile, readManifest, type SegmentDescription } from './manifest.ts';
import { readVectors, segmentFile } from './segment-files.ts';
import { fitsName } from './segment-name.ts';
import { readStoredProducts, type StoredProduct } from './stored-product.ts';

/** A segment in memory, without pictures and features. */
interface LoadedSegment {
  readonly name: string;
  readonly products: readonly StoredProduct[];
  readonly table: VectorTable;
  /** Of its products and pictures on the disk. */
  readonly bytes: number;
}

/** An index in memory. The rows of its segments are numbered through, deleted ones too. */
export interface LoadedIndex {
  readonly manifest: Manifest;
  readonly segments: readonly LoadedSegment[];
  /** The number of each segment's first row. */
  readonly starts: readonly number[];
  readonly rows: number;
  /** [rows] 1 for a product that can be found */
  readonly alive: Uint8Array;
}

/** Where a row is. */
export interface RowPlace {
  readonly segment: LoadedSegment;
  readonly row: number;
}

/**
 * Reads an index. A writer that merges segments meanwhile removes files: then the new index is read.
 * @param known an earlier state, whose segments need not be read again
 * @throws KaleidoError for a folder without an index, and for files that are missing or damaged
 */
export async function loadIndex(files: FolderFiles, known?: LoadedIndex): Promise<LoadedIndex> {
  const loaded = new Map(known?.segments.map((segment) => [segment.name, segment]));
  let before: string | undefined;
  for (;;) {
    const manifest = await requireManifest(files);
    let missing: string | undefined;
    for (const description of manifest.segments) {
      if (loaded.has(description.name)) continue;
      const segment = await loadSegment(files, description, manifest);
      if (typeof segment === 'string') missing = segment;
      else loaded.set(description.name, segment);
    }
    if (missing === undefined) return stateOf(manifest, loaded);
    const text = JSON.stringify(manifest);
    if (before === text)
      throw new KaleidoError({
        source: 'search',
        problem: `${files.name} is not whole: ${missing} is missing`,
        found: files.whyAbsent(missing),
        advice: 'copy the index again, or build it again',
      });
    before = text;
  }
}

/** @throws KaleidoError for a folder without an index */
export async function requireManifest(files: FolderFiles): Promise<Manifest> {
  const manifest = await readManifest(files);
  if (manifest !== undefined) return manifest;
  throw new KaleidoError({
    source: 'search',
    problem: `cannot open ${files.name} as an index: ${manifestFile} is missing`,
    found: files.whyAbsent(manifestFile),
    advice: 'build one: pnpm evaluate index --run DIR --data DIR --out INDEX',
  });
}

/** @returns the file that is missing, if one is */
async function loadSegment(
  files: FolderFiles,
  { name, count }: SegmentDescription,
  manifest: Manifest,
): Promise<LoadedSegment | string> {
  const path = segmentFile.products(name);
  const file = await readWhole(files, path);
  if (file === undefined) return path;
  const vectors = await readVectors(files, name, count, manifest);
  if (vectors === undefined) return segmentFile.vectors(name);
  const products = readStoredProducts(
    decodeText(file, { source: 'search', name: files.pathOf(path) }),
    files.pathOf(path),
  );
  const damaged = (problem: string, found?: unknown): KaleidoError =>
    new KaleidoError({ source: 'search', problem, found, advice: 'copy the index again, or build it again' });
  if (products.length !== count)
    throw damaged(`${files.pathOf(path)} must have ${count} products, a line each`, products.length);
  if (!(await fitsName(name, file, vectors)))
    throw damaged(`${files.pathOf(path)} or its vectors have changed since they were written`);
  return {
    name,
    products,
    table: await VectorTable.open({ rows: count, width: manifest.width, ...vectors }),
    bytes: file.length + picturesEnd(products),
  };
}

/** Where the last picture ends in the file of all pictures. */
function picturesEnd(products: readonly StoredProduct[]): number {
  return products.reduce((end, { picture }) => Math.max(end, picture?.[1] ?? 0), 0);
}

function stateOf(manifest: Manifest, loaded: ReadonlyMap<string, LoadedSegment>): LoadedIndex {
  const segments = manifest.segments.map(({ name }) => loaded.get(name) as LoadedSegment);
  const starts: number[] = [];
  let rows = 0;
  for (const { count } of manifest.segments) {
    starts.push(rows);
    rows += count;
  }
  const alive = new Uint8Array(rows).fill(1);
  for (const [index, { deleted }] of manifest.segments.entries())
    for (const row of deleted) alive[(starts[index] as number) + row] = 0;
  return { manifest, segments, starts, rows, alive };
}

export function placeOf({ segments, starts }: LoadedIndex, row: number): RowPlace {
  let index = starts.length - 1;
  while ((starts[index] as number) > row) index -= 1;
  return { segment: segments[index] as LoadedSegment, row: row - (starts[index] as number) };
}

export function productOf(index: LoadedIndex, row: number): StoredProduct {
  const place = placeOf(index, row);
  return place.segment.products[place.row] as StoredProduct;
}
