// The sources are TypeScript, which a worker of Node 20 cannot run: from there the built scripts are taken.
const folder = import.meta.url.endsWith('.ts') ? new URL('../dist/', import.meta.url) : new URL('./', import.meta.url);

/** The URL of the module of the worker that reads released files. */
export const releasedBatchWorker: URL = new URL('released-batch-worker.js', folder);
