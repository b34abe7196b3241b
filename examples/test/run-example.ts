import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';

/** Runs an example in an empty folder. @returns the values of each line that it printed */
export async function runExample(name: string): Promise<readonly (readonly unknown[])[]> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const home = process.cwd();
  process.chdir(folder);
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await import(`../${name}.ts`);
    return log.mock.calls.map((values) => [...values]);
  } finally {
    log.mockRestore();
    process.chdir(home);
    await rm(folder, { recursive: true });
  }
}
