import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the counts for `tooling/sum-tests.mjs`, like the Jest reporter of the packages. */
export default class CountReporter {
  constructor(root) {
    this.folder = join(root, 'test-results');
  }

  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const of = (state) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    this.write({
      passed: of('passed'),
      failed: of('failed') + broken + unhandledErrors.length,
      skipped: of('skipped'),
    });
  }

  write(counts) {
    mkdirSync(this.folder, { recursive: true });
    const path = join(this.folder, 'counts.json');
    writeFileSync(`${path}.part`, `${JSON.stringify(counts)}\n`);
    renameSync(`${path}.part`, path);
  }
}
