import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { KaleidoError } from './kaleido-error.ts';
import { formatCommand } from './shell-quote.ts';

/** The process that a lock file names. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in ISO 8601. */
  readonly start: string;
  /** The start in the clock ticks of Linux, which tells a process from a later one with the same id. */
  readonly ticks?: string | undefined;
}

export interface LockFolderOptions {
  /** Name of the lock file in the folder. */
  readonly name: string;
  /** The package that the error names if another process holds the lock. */
  readonly source: string;
  /** The advice in that error. Default: wait for that process, or stop it. */
  readonly advice?: string;
}

export interface FolderLock {
  /** The ended process whose lock was taken over. */
  readonly takenOver?: LockOwner | undefined;
  /**
   * Removes the lock file, and the folder if this lock made it and it is empty.
   * @param folder where the locked folder is now, if it was renamed
   */
  release(folder?: string): Promise<void>;
}

/** Lock files of this process. A lock that names this process and is not among them is an earlier process's. */
const held = new Set<string>();

/**
 * Locks a folder for this process until the lock is released. Creates the folder if it does not exist. Takes over the
 * lock of an ended process on this machine.
 * @throws KaleidoError if a running process or another machine holds the lock, and for a folder that cannot be written
 *   to
 */
export async function lockFolder(folder: string, options: LockFolderOptions): Promise<FolderLock> {
  const { name, source, advice = 'wait for that process, or stop it' } = options;
  const path = resolve(folder, name);
  const made = await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw unwritable(folder, source, cause);
  });
  const refuse = (found: string, more = ''): KaleidoError =>
    new KaleidoError({
      source,
      problem: `another process is writing to ${folder}`,
      found,
      advice: `${advice}${more}`,
    });
  if (held.has(path)) throw refuse('this very process');
  held.add(path);
  try {
    const content = `${JSON.stringify(await thisProcess())}\n`;
    const takenOver = await take(path, content, folder, source, refuse);
    await removeLeftovers(folder, name);
    return {
      takenOver,
      async release(now = folder) {
        const lock = join(now, name);
        try {
          // A lock that was removed, and set again by another process, belongs to that process.
          if ((await readFile(lock, 'utf8').catch(() => undefined)) === content) await rm(lock, { force: true });
        } finally {
          held.delete(path);
        }
        if (made !== undefined) await removeEmpty(resolve(now), resolve(made));
      },
    };
  } catch (error) {
    held.delete(path);
    throw error;
  }
}

async function take(
  path: string,
  content: string,
  folder: string,
  source: string,
  refuse: (found: string, more?: string) => KaleidoError,
): Promise<LockOwner | undefined> {
  let takenOver: LockOwner | undefined;
  // Each round takes the lock, finds its owner running, or removes the lock of an ended process.
  for (let round = 0; round < 10; round++) {
    if (await createWhole(path, content, folder, source)) return takenOver;
    const left = await readFile(path, 'utf8').catch(() => undefined);
    if (left === undefined) continue;
    const owner = parseOwner(left);
    const removable = `; if it is gone: ${formatCommand(['rm', path])}`;
    if (owner === undefined) throw refuse(left.slice(0, 100), removable);
    if (owner.host !== hostname()) throw refuse(nameOwner(owner), removable);
    if (await isRunning(owner)) throw refuse(nameOwner(owner));
    if (await removeStale(path, left)) takenOver = owner;
  }
  throw refuse('a lock that changes hands again and again');
}

/** @returns false if the file exists */
async function createWhole(path: string, content: string, folder: string, source: string): Promise<boolean> {
  const temporary = `${path}.${process.pid}.${randomUUID()}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    try {
      // A link appears with its content, so that no process reads half a lock.
      await link(temporary, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // A file system without links.
      const lock = await open(path, 'wx');
      await lock.writeFile(content).finally(() => lock.close());
    }
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(folder, source, cause as NodeJS.ErrnoException);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Removes a lock whose content was `left`; if another process has replaced it since, the new lock is put back. */
async function removeStale(path: string, left: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.${randomUUID()}.part`;
  try {
    await rename(path, aside);
  } catch {
    return false;
  }
  const isStale = (await readFile(aside, 'utf8').catch(() => left)) === left;
  if (!isStale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return isStale;
}

/** Removes what processes have left that were killed while they took the lock. */
async function removeLeftovers(folder: string, name: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const pid = file.startsWith(`${name}.`)
      ? /^\.(\d+)\.[0-9a-f-]{36}\.part$/.exec(file.slice(name.length))?.[1]
      : undefined;
    if (pid === undefined) continue;
    const path = join(folder, file);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    // Empty if the process was killed before it wrote its name.
    const owner = text === '' ? { pid: Number(pid), host: hostname(), start: '' } : parseOwner(text ?? '');
    if (owner?.host === hostname() && !(await isRunning(owner))) await rm(path, { force: true }).catch(() => undefined);
  }
}

/** Removes empty folders from one up to an ancestor, both included. */
async function removeEmpty(from: string, to: string): Promise<void> {
  for (let folder = from; folder.startsWith(to); folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

function unwritable(folder: string, source: string, cause: NodeJS.ErrnoException): KaleidoError {
  return new KaleidoError({
    source,
    problem: `the folder ${folder} cannot be written to`,
    found: cause.code ?? cause.message,
    advice: 'check its permissions and the free space, or choose another folder',
    cause,
  });
}

/** The owner as messages name it: `process 12 on laptop, started 2026-01-31T10:00:00.000Z`. */
export function nameOwner({ pid, host, start }: LockOwner): string {
  return `process ${pid} on ${host}, started ${start}`;
}

async function thisProcess(): Promise<LockOwner> {
  const start = new Date(Date.now() - 1000 * process.uptime()).toISOString();
  const ticks = (await processStatus(process.pid))?.ticks;
  return { pid: process.pid, host: hostname(), start, ...(ticks === undefined ? {} : { ticks }) };
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockOwner> | null;
    const isOwner = typeof value?.pid === 'number' && typeof value.host === 'string' && typeof value.start === 'string';
    return isOwner ? (value as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}

async function isRunning({ pid, ticks }: LockOwner): Promise<boolean> {
  if (!Number.isInteger(pid) || pid < 1) return false;
  // A lock without ticks that has this process's id, but is not in `held`, is an earlier process's.
  if (pid === process.pid && ticks === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is running, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const status = await processStatus(pid);
  if (status === undefined) return true;
  // Linux lists an ended process until its parent has asked for its exit code.
  if (status.state === 'Z' || status.state === 'X') return false;
  return ticks === undefined || status.ticks === ticks;
}

/** State and start of a process, on Linux. */
async function processStatus(pid: number): Promise<{ state: string; ticks: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in parentheses may hold spaces and parentheses itself.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields?.[0], fields?.[19]];
  return state === undefined || ticks === undefined ? undefined : { state, ticks };
}
