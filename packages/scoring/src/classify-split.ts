import { openModuleWorkers } from '@kaleido/foundation/node';
import type { RecognitionData, RecognitionService } from './recognition-worker.ts';
import { workerModule } from './worker-module.ts';

/** The most likely class of each product of a split, by field. Runs on its own thread. */
export async function classifySplit(data: RecognitionData): Promise<ReadonlyMap<string, Int32Array>> {
  const workers = openModuleWorkers<RecognitionService>({ module: workerModule('recognition-worker'), count: 1, data });
  try {
    return await workers.call(
      0,
      'classify',
      Array.from({ length: data.catalogue.rows }, (_, row) => row),
    );
  } finally {
    await workers.close();
  }
}
