import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/**
 * Builds the package under test and its imports. Worker threads, child processes and imported packages run from `dist`:
 * otherwise an outdated build would be tested. Takes about a second if nothing has changed.
 */
export default function buildFirst({ rootDir }) {
  if (!existsSync(join(rootDir, 'tsconfig.json'))) return;
  // After a rebase, TypeScript 7.0.2 has checked packages against declarations of their imports from before the same
  // build; a second build was correct.
  const failure = build(rootDir) && build(rootDir);
  if (failure) throw new Error(`the build before the tests failed:\n${failure}`);
}

/** The compiler's errors, or undefined. */
function build(folder) {
  const { status, stdout, error } = spawnSync(process.execPath, [tsc, '-b', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  return status === 0 ? undefined : stdout || error?.message || `tsc ended with ${status}`;
}
