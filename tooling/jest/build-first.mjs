import { execFileSync } from 'node:child_process';
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
  try {
    execFileSync(process.execPath, [tsc, '-b', rootDir], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  } catch (cause) {
    throw new Error(`the build before the tests failed:\n${cause.stdout ?? cause.message}`, { cause });
  }
}
