// The sources are TypeScript, which a worker of Node 20 cannot run: from there the built scripts are taken.
const folder = import.meta.url.endsWith('.ts') ? new URL('../dist/', import.meta.url) : new URL('./', import.meta.url);

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
  return new URL(`${name}.js`, folder);
}
