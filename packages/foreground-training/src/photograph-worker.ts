import { randomStream } from '@kaleido/foundation';
import { type BatchService, batchService } from '@kaleido/training';
import { noiseTable, takePhotograph } from './photograph.ts';
import { drawPool, type PoolSize } from './picture-pool.ts';

export interface PhotographWorkerData {
  readonly seed: number;
  readonly side: number;
  readonly batchSize: number;
  readonly pictures: PoolSize;
}

export interface PhotographBatch {
  /** RGB, [B, side, side, 3]. */
  readonly pictures: Uint8Array;
  /** [B, side, side], 0..255. */
  readonly masks: Uint8Array;
}

/** Makes photographs; entry point of a worker thread. A step's batch depends only on the seed and the step. */
export async function open({
  seed,
  side,
  batchSize,
  pictures,
}: PhotographWorkerData): Promise<BatchService<PhotographBatch>> {
  const pool = await drawPool(seed, side, pictures);
  const noise = noiseTable(randomStream(seed, 'foreground', 'noise'));
  return batchService({
    async batch(step) {
      const places = side * side;
      const batch = { pictures: new Uint8Array(3 * batchSize * places), masks: new Uint8Array(batchSize * places) };
      for (let index = 0; index < batchSize; index++) {
        const random = randomStream(seed, 'foreground', 'photograph', step, index);
        const { picture, mask } = await takePhotograph(pool, noise, random);
        batch.pictures.set(picture, 3 * index * places);
        batch.masks.set(mask, index * places);
      }
      return batch;
    },
  });
}
