import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { median } from '../time-runs.ts';
import type { GeneratedSet } from './generated-set.ts';
import { type PythonFigures, readInPython } from './python-reader.ts';
import type { ReadingFigures } from './read-products.ts';
import { runReading } from './run-reading.ts';
import { type DataFormat, writeSet } from './write-set.ts';

/** How soon a product of a large set is there. */
export interface FirstFigures extends ReadingFigures {
  readonly format: DataFormat;
  /** Of all pictures of the set. */
  readonly setBytes: number;
}

/** How fast photographs are read: medians of all turns. */
export interface RateFigures {
  readonly format: DataFormat;
  readonly products: number;
  readonly bytes: number;
  /** Bytes of pictures a second of wall time, and a second of processor time of all threads: on one core. */
  readonly rate: number;
  readonly processorRate: number;
  readonly memoryBytes: number;
  readonly python?: {
    readonly library: string;
    readonly rate: number;
    readonly processorRate: number;
    readonly memoryBytes: number;
    /** Its processor time as a share of ours: above 1 we are faster. */
    readonly ratio: number;
  };
}

/** What a long stream of small pictures costs. */
export interface LengthFigures extends ReadingFigures {
  readonly format: DataFormat;
}

/** Writes a set into a temporary folder, which is removed again. */
async function withSet<Result>(
  format: DataFormat,
  set: GeneratedSet,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'kaleido-bench-data-'));
  try {
    await writeSet(folder, format, set);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Bytes of the shard that is repeated for a large set. */
const shardBytes = 2.5e8;

/**
 * Opens a set of many gigabytes, and reads one product. Shards are repeated as hard links; pictures of HDF5 are a hole, and
 * rows of tables share a thousand.
 */
export async function measureFirst(
  format: DataFormat,
  { bytes, pictureBytes }: { readonly bytes: number; readonly pictureBytes: number },
): Promise<FirstFigures> {
  const products = Math.max(1, Math.round(Math.min(bytes, shardBytes) / pictureBytes));
  const copies = Math.max(1, Math.round(bytes / (products * pictureBytes)));
  return withSet(format, { products, pictureBytes, copies }, async (path) => ({
    format,
    setBytes: products * copies * pictureBytes,
    ...(await runReading({ path, split: 'train', most: 1 })),
  }));
}

/** Reads a set of photographs several times; in turn with Python, if one is given and has a reader of the format. */
export async function measureRate(
  format: DataFormat,
  {
    bytes,
    pictureBytes,
    turns,
    python,
  }: { readonly bytes: number; readonly pictureBytes: number; readonly turns: number; readonly python?: string },
): Promise<RateFigures> {
  const products = Math.max(1, Math.round(bytes / pictureBytes));
  return withSet(format, { products, pictureBytes }, async (path) => {
    const own: ReadingFigures[] = [];
    const theirs: PythonFigures[] = [];
    for (let turn = 0; turn < turns; turn++) {
      own.push(await runReading({ path, split: 'train' }));
      if (python !== undefined && (format === 'parquet' || format === 'tar'))
        theirs.push(await readInPython(python, format, path));
    }
    const [first] = own as [ReadingFigures];
    const [other] = theirs;
    if (first.products !== products || (other !== undefined && other.bytes !== first.bytes))
      throw new KaleidoError({
        source: 'bench',
        problem: `not all of ${products} products of ${format} were read`,
        found: { ours: first.products, ...(other === undefined ? {} : { python: other.products }) },
      });
    const processorSeconds = median(own.map(({ readProcessorSeconds }) => readProcessorSeconds));
    const figures = {
      format,
      products,
      bytes: first.bytes,
      rate: first.bytes / median(own.map(({ readSeconds }) => readSeconds)),
      processorRate: first.bytes / processorSeconds,
      memoryBytes: Math.max(...own.map(({ memoryBytes }) => memoryBytes)),
    };
    if (other === undefined) return figures;
    const used = median(theirs.map((one) => one.processorSeconds));
    return {
      ...figures,
      python: {
        library: other.library,
        rate: other.bytes / median(theirs.map(({ seconds }) => seconds)),
        processorRate: other.bytes / used,
        memoryBytes: Math.max(...theirs.map(({ memoryBytes }) => memoryBytes)),
        ratio: used / processorSeconds,
      },
    };
  });
}

/** Pictures of a long stream are small: what grows with the number of products is measured. */
const smallPicture = 768;

/** Reads many products with small pictures. */
export async function measureLength(format: DataFormat, products: number): Promise<LengthFigures> {
  return withSet(format, { products, pictureBytes: smallPicture }, async (path) => ({
    format,
    ...(await runReading({ path, split: 'train' })),
  }));
}
