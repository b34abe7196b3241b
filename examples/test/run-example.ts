import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';

/**
 * Runs an example in an empty folder.
 * @param start imports it
 * @returns the values of each line that it printed
 */
export async function runExample(start: () => Promise<unknown>): Promise<readonly (readonly unknown[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  const home = process.cwd();
  process.chdir(folder);
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await start();
    return log.mock.calls.map((values) => [...values]);
  } finally {
    log.mockRestore();
    process.chdir(home);
    await rm(folder, { recursive: true });
  }
}

/**
 * Runs a built example in a process of its own, in an empty folder.
 * @param environment variables to set in addition
 * @returns what it printed
 */
export async function printByItself(name: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url))],
      { cwd: folder, env: { ...process.env, ...environment } },
    );
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
