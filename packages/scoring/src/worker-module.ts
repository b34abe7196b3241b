import { builtModule } from '@kaleido/foundation/node';

/** The URL of a worker's module. */
export function workerModule(name: 'scoring-worker' | 'recognition-worker' | 'caption-worker'): URL {
  return builtModule(name, import.meta.url);
}
