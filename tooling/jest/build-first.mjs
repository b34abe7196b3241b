import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/**
 * Builds the package under test and what it imports. Worker threads, child processes and the packages below run from
 * `dist`: a build older than the sources would be tested in their place. About a second where nothing has changed.
 */
export default function buildFirst({ rootDir }) {
  if (!existsSync(join(rootDir, 'tsconfig.json'))) return;
  // After a rebase TypeScript 7.0.2 was seen to check packages against the declarations that the packages below had
  // before the same build; a second build was right.
  const failure = build(rootDir) && build(rootDir);
  if (failure) throw new Error(`the build before the tests failed:\n${failure}`);
}

/** What the compiler complained about, or undefined. */
function build(folder) {
  const { status, stdout, error } = spawnSync(process.execPath, [tsc, '-b', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  return status === 0 ? undefined : stdout || error?.message || `tsc ended with ${status}`;
}
