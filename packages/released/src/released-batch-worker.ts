import { type BatchService, batchService } from '@kaleido/training';
import { type ReleasedRows, type ShuffledFile, shuffledSource } from './released-batches.ts';

/** Reads the rows of a released file: the module of a worker thread beside the one that trains. */
export async function open(file: ShuffledFile): Promise<BatchService<ReleasedRows>> {
  return batchService(shuffledSource(file));
}
