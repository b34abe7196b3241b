import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';

/**
 * Makes a folder this writer's own until the returned function is called. What a process has left that is gone is no
 * hindrance.
 * @throws KaleidoError where another process that is at work has it
 */
export async function lockFolder(folder: string, name: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
  if (holder !== process.pid && (await isAlive(holder)))
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `another process is writing to ${folder}`,
      found: holder,
      advice: 'wait for it, or stop it first',
    });
  await writeFile(path, String(process.pid));
  return () => rm(path, { force: true });
}

async function isAlive(processId: number): Promise<boolean> {
  if (!Number.isInteger(processId) || processId < 1) return false;
  try {
    process.kill(processId, 0);
  } catch (error) {
    // It is there, and not ours to signal.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // One that was killed stays in Linux' table until its parent has heard of it.
  const status = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(status);
}
