import { KaleidoError } from '@kaleido/foundation';
import { type PreparedSplit, withoutPackage } from '@kaleido/splits';
import type { CaptionService, CaptionWorkerData } from './caption-worker.ts';
import type { ModelData } from './model-data.ts';
import { onAll, openSplitWorkers } from './split-workers.ts';

type Photographs = Pick<PreparedSplit, 'products' | 'features'>;

/** Where the captions of the nearest training photographs come from. */
export interface NearestPool {
  /** The pre-trained model: fine-tuning to captions moves its joint space. */
  readonly model: ModelData;
  /** Gives the training photographs. A KaleidoError says why they cannot be had. */
  readonly train: () => Promise<Photographs>;
}

/** Photographs per call of a worker. */
const rowsPerCall = 256;

/**
 * For each of the split's first photographs, the caption of the training photograph that is most similar in the joint
 * space. Training photographs that are also in the split do not count.
 * @returns undefined where there is none; `onMessage` is told why
 */
export async function nearestCaptions(
  { model, train }: NearestPool,
  split: Photographs,
  count: number,
  writing: Pick<CaptionWorkerData, 'tokens' | 'search'>,
  onMessage?: (message: string) => void,
): Promise<string[] | undefined> {
  const without = (why: string): undefined => {
    onMessage?.(`without the baseline of the nearest training photograph: ${why}`);
    return undefined;
  };
  if (model.config.joint_size === 0) return without('the model has no joint space');
  const pool = await train().catch((error: unknown) => {
    if (!KaleidoError.isInstance(error)) throw error;
    return without(withoutPackage(error.message));
  });
  if (pool === undefined) return undefined;
  const rows = unlike(pool, split);
  if (rows.length === 0) return without('all training photographs are among those to caption');
  const known = await embedded({ ...model, ...writing, features: pool.features }, rows);
  const first = Array.from({ length: count }, (_, row) => row);
  const asked = await embedded({ ...model, ...writing, features: split.features }, first);
  return asked.map((vector) => {
    const similarities = known.map((other) => dot(vector, other));
    const best = similarities.reduce((top, value, at) => (value > (similarities[top] as number) ? at : top), 0);
    return (pool.products[rows[best] as number] as PreparedSplit['products'][number]).caption;
  });
}

/** The rows of training photographs that are not in the split under any id. */
function unlike(train: Photographs, split: Photographs): number[] {
  const hashes = new Set(split.products.map(({ imageHash }) => imageHash));
  return train.products.flatMap(({ imageHash }, row) => (hashes.has(imageHash) ? [] : [row]));
}

/** The photographs in the joint space, [J] each. */
async function embedded(data: CaptionWorkerData, rows: readonly number[]): Promise<Float32Array[]> {
  const workers = openSplitWorkers<CaptionService>('caption-worker', data, data.threads);
  try {
    const vectors: Float32Array[] = [];
    const places = Array.from(rows.keys());
    await onAll(workers, places, rowsPerCall, async (worker, some) => {
      const values = await workers.call(
        worker,
        'embed',
        some.map((place) => rows[place] as number),
      );
      const J = values.length / some.length;
      for (const [at, place] of some.entries()) vectors[place] = values.subarray(at * J, (at + 1) * J);
    });
    return vectors;
  } finally {
    await workers.close();
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
