import { type FolderFiles, KaleidoError, readJson } from '@kaleido/foundation';
import { z } from 'zod';
import type { ModelIdentity } from './model-identity.ts';
import { segmentNames, segmentNumber } from './segment-name.ts';

/** The file that says what belongs to an index. A change counts from the moment that this file is replaced. */
export const manifestFile = 'index.json';

/** How vectors are kept: as they are, or each number in a byte, with a scale for each vector. */
export type VectorPrecision = 'float32' | 'int8';

/** Products that were written together, in files that never change. */
export interface SegmentDescription {
  /** Of its files: `segments/000001-0123456789ab.safetensors`, `.jsonl` and so on. */
  readonly name: string;
  readonly count: number;
  /** Rows that were deleted or replaced since, ascending. */
  readonly deleted: readonly number[];
}

export interface Manifest {
  readonly format: 'kaleido-index';
  readonly version: 1;
  /** The model that made the vectors. */
  readonly model: ModelIdentity;
  /** J, numbers per vector. */
  readonly width: number;
  readonly precision: VectorPrecision;
  /** Whether the features of the photographs are kept too, for re-ranking. */
  readonly features: boolean;
  /** Products that can be found. */
  readonly products: number;
  readonly segments: readonly SegmentDescription[];
  /** Number of the next segment; a number is used once. */
  readonly nextSegment: number;
}

const count = z.number().int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 as 64 hexadecimal digits');
const schema = z.strictObject({
  format: z.literal('kaleido-index'),
  version: z.literal(1),
  model: z.strictObject({ name: z.string(), weights: hash, vocabulary: hash, preprocessor: hash }),
  width: count.positive(),
  precision: z.enum(['float32', 'int8']),
  features: z.boolean(),
  products: count,
  segments: z.array(
    z.strictObject({ name: z.string().regex(segmentNames), count: count.positive(), deleted: z.array(count) }),
  ),
  nextSegment: count.positive(),
});

/**
 * @returns undefined if the folder has no index
 * @throws KaleidoError for an index.json that is damaged, or of another program or version
 */
export async function readManifest(files: FolderFiles): Promise<Manifest | undefined> {
  const values = await readJson(files, manifestFile, 'search', 'build the index again');
  if (values === undefined) return undefined;
  const parsed = schema.safeParse(values);
  const [issue] = parsed.error?.issues ?? [];
  if (issue !== undefined)
    throw new KaleidoError({
      source: 'search',
      problem: `${files.pathOf(manifestFile)} is wrong at "${issue.path.join('.')}"`,
      found: issue.message,
      advice: 'check that it is an index of this version, or build the index again',
    });
  const manifest = parsed.data as Manifest;
  const counted = manifest.segments.reduce((sum, { count, deleted }) => sum + count - deleted.length, 0);
  const numbers = manifest.segments.map(({ name }) => segmentNumber(name));
  const wrong = manifest.segments.find(
    ({ count, deleted }, place) =>
      deleted.some((row, i) => row >= count || row <= (deleted[i - 1] ?? -1)) ||
      numbers.indexOf(numbers[place] as number) < place ||
      (numbers[place] as number) >= manifest.nextSegment,
  );
  if (wrong !== undefined || counted !== manifest.products)
    throw new KaleidoError({
      source: 'search',
      problem: `the numbers of ${files.pathOf(manifestFile)} contradict each other`,
      found: wrong?.name ?? { products: manifest.products, inSegments: counted },
      advice: 'build the index again',
    });
  return manifest;
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest)}\n`;
}
