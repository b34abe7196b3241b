import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
