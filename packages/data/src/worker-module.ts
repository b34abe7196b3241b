import { builtModule } from '@kaleido/foundation/node';

/** The URL of a module under `src` for a worker thread. @param name without its extension */
export function workerModule(name: string): URL {
  return builtModule(name, import.meta.url);
}
