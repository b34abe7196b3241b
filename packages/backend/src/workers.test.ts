import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';

describe('worker threads', () => {
  it('have a wasm backend each, four at a time, with the same result', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => runWorker()));
    expect(results[0]).toMatch(/^wasm [0-9.]+$/);
    expect(new Set(results).size).toBe(1);
  });
});

/** Runs the built package, as users' workers do. */
function runWorker(): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../test/worker.mjs', import.meta.url), { execArgv: [] });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
