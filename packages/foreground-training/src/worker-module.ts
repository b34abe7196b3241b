// The sources are TypeScript, which a worker of Node 20 cannot run: from there the built scripts are taken.
const folder = import.meta.url.endsWith('.ts') ? new URL('../dist/', import.meta.url) : new URL('./', import.meta.url);

/** The URL of the module of the workers that make photographs. */
export const photographWorker: URL = new URL('photograph-worker.js', folder);
