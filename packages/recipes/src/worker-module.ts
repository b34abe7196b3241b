import { builtModule } from '@kaleido/foundation/node';

/** The URL of a worker's module. */
export function workerModule(name: 'pretrain-worker' | 'fine-tune-worker'): URL {
  return builtModule(name, import.meta.url);
}
