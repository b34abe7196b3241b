import type { RecognitionData, RecognitionService } from './recognition-worker.ts';
import { onAll, openSplitWorkers } from './split-workers.ts';

/** Photographs per call of a worker. */
const rowsPerCall = 256;

/** The logits of each product of a split, [products, classes], by field. */
export async function classifySplit(data: RecognitionData): Promise<ReadonlyMap<string, Float32Array>> {
  const { rows } = data.catalogue;
  const logits = new Map(
    data.classification.fields.map(({ name, classes }) => [name, new Float32Array(rows * classes.length)] as const),
  );
  const workers = openSplitWorkers<RecognitionService>('recognition-worker', data, data.threads);
  try {
    const all = Array.from({ length: rows }, (_, row) => row);
    await onAll(workers, all, rowsPerCall, async (worker, some) => {
      const found = await workers.call(worker, 'classify', some);
      for (const { name, classes } of data.classification.fields)
        logits.get(name)?.set(found.get(name) as Float32Array, (some[0] as number) * classes.length);
    });
    return logits;
  } finally {
    await workers.close();
  }
}
