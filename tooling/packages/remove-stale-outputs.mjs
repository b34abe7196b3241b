// Removes from `dist` what was compiled from sources that are not there any more: `node remove-stale-outputs.mjs [DIST]`,
// before `tsc -b`, which leaves it. The build cache would keep it, and restore it in other checkouts.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const folder = process.argv[2] ?? 'dist';
const paths = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
for (const name of paths.filter((path) => path.endsWith('.map'))) {
  const path = join(folder, name);
  const { sources = [], sourcesContent = [] } = JSON.parse(readFileSync(path, 'utf8'));
  const isThere = (source, i) => typeof sourcesContent[i] === 'string' || existsSync(resolve(dirname(path), source));
  if (sources.length === 0 || sources.some(isThere)) continue;
  rmSync(path);
  rmSync(path.slice(0, -'.map'.length), { force: true });
}
