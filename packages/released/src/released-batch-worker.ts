import { type BatchService, batchService } from '@kaleido/training';
import { type ReleasedRows, type ShuffledFile, shuffledSource } from './released-batches.ts';

/** Reads the rows of a released file; entry point of a worker thread next to the training thread. */
export async function open(file: ShuffledFile): Promise<BatchService<ReleasedRows>> {
  return batchService(shuffledSource(file));
}
