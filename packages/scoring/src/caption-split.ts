import type { CaptionFigures } from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import type { CaptionTokens } from '@kaleido/model';
import type { PreparedSplit, SourceFacts } from '@kaleido/splits';
import { scoredCaptions } from './caption-figures.ts';
import { type CaptionSearch, completeSearch } from './caption-search.ts';
import type { CaptionService, CaptionWorkerData } from './caption-worker.ts';
import type { ModelData } from './model-data.ts';
import { type NearestPool, nearestCaptions } from './nearest-captions.ts';
import { onAll, openSplitWorkers } from './split-workers.ts';

export interface CaptionSplitOptions {
  /** Model that was trained to predict the next piece. */
  readonly model: ModelData;
  readonly split: Pick<PreparedSplit, 'name' | 'products' | 'features'>;
  /** How many photographs, from the first. */
  readonly count: number;
  readonly tokens: CaptionTokens;
  readonly decode: (pieces: Int32Array) => string;
  /** Default: a beam of 3, and for any beam the `blockNgram` of `generateCaptions`. */
  readonly search?: Partial<CaptionSearch> | undefined;
  /** What the source of the products knows of them. */
  readonly facts?: SourceFacts | undefined;
  /** For the baseline; undefined: without it. */
  readonly nearest?: NearestPool | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly onMessage?: ((message: string) => void) | undefined;
}

/** Captions of a split's first photographs. */
export interface CaptionedSplit {
  readonly figures: CaptionFigures;
  readonly captions: readonly string[];
  /** Those of the nearest training photographs. */
  readonly nearest?: readonly string[];
}

/**
 * Writes captions for a split's photographs and measures them, and beside them those of the nearest training photographs.
 * @throws KaleidoError for a split without photographs
 */
export async function captionSplit(options: CaptionSplitOptions): Promise<CaptionedSplit> {
  const { model, split, tokens, facts, nearest: pool } = options;
  const search = completeSearch(options.search);
  const products = split.products.slice(0, options.count);
  if (products.length === 0)
    throw new KaleidoError({
      source: 'scoring',
      problem: `captions cannot be measured on ${split.name}: it has no photographs`,
      found: split.products.length,
      advice: 'give a split with photographs',
    });
  const captions = await writtenCaptions(
    { ...model, features: split.features, tokens, search },
    products.length,
    options,
  );
  const nearest = pool && (await nearestCaptions(pool, split, products.length, { tokens, search }, options.onMessage));
  return {
    figures: {
      captions: products.length,
      ...search,
      ...scoredCaptions(captions, products, facts),
      ...(nearest === undefined ? {} : { nearest: scoredCaptions(nearest, products, facts) }),
    },
    captions,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** Rows of a pass, candidates included; more are not faster on one core. */
const rowsPerPass = 64;

async function writtenCaptions(
  data: CaptionWorkerData,
  count: number,
  { decode, onProgress }: Pick<CaptionSplitOptions, 'decode' | 'onProgress'>,
): Promise<string[]> {
  const workers = openSplitWorkers<CaptionService>('caption-worker', data, data.threads);
  try {
    const captions: string[] = [];
    const rows = Array.from({ length: count }, (_, row) => row);
    let done = 0;
    await onAll(workers, rows, Math.max(1, Math.floor(rowsPerPass / data.search.beam)), async (worker, some) => {
      const written = await workers.call(worker, 'write', some);
      for (const [at, row] of some.entries()) captions[row] = decode(written[at] as Int32Array);
      done += some.length;
      onProgress?.(done, count);
    });
    return captions;
  } finally {
    await workers.close();
  }
}
