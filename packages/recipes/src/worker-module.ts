import { builtModule } from '@kaleido/foundation/node';

/** The URL of a worker's module. */
export function workerModule(
  name:
    | 'pretrain-worker'
    | 'pretrain-batch-worker'
    | 'fine-tune-worker'
    | 'fine-tune-batch-worker'
    | 'scoring-worker'
    | 'recognition-worker',
): URL {
  return builtModule(name, import.meta.url);
}
