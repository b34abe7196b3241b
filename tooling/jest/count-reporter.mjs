import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes each package's counts to test-results/counts.json, which turbo caches and `tooling/sum-tests.mjs` sums. */
export default class CountReporter {
  constructor(globalConfig) {
    this.folder = join(globalConfig.rootDir, 'test-results');
  }

  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    mkdirSync(this.folder, { recursive: true });
    const path = join(this.folder, 'counts.json');
    writeFileSync(`${path}.part`, `${JSON.stringify(counts)}\n`);
    renameSync(`${path}.part`, path);
  }
}
