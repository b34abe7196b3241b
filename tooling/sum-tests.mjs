// Sums the test counts of all packages. The last line is `N passed, N failed`; the line before has the skipped tests.
// A package that has tests but left no counts counts as one failure.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const kinds = ['passed', 'failed', 'skipped'];
const total = { passed: 0, failed: 0, skipped: 0 };
const inGroups = ['packages', 'apps', 'tooling']
  .filter((group) => existsSync(join(root, group)))
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`));
for (const folder of [...inGroups, 'tooling', 'examples']) {
  const manifest = join(root, folder, 'package.json');
  if (!existsSync(manifest) || !JSON.parse(readFileSync(manifest, 'utf8')).scripts?.test) continue;
  const file = join(root, folder, 'test-results', 'counts.json');
  const hasRun = existsSync(file);
  const counts = hasRun ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 1, skipped: 0 };
  for (const kind of kinds) total[kind] += counts[kind];
  console.log(`${folder}: ${hasRun ? line(counts) : 'its tests did not run'}`);
}
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function line(counts) {
  return kinds.map((kind) => `${counts[kind]} ${kind}`).join(', ');
}
