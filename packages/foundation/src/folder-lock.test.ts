import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from './folder-lock.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const options = { name: 'run.lock', source: 'test' } as const;
const start = '2026-01-01T00:00:00.000Z';
const writeLock = (owner: object | string): Promise<void> =>
  writeFile(join(folder, 'run.lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));

describe('lockFolder', () => {
  it('names its owner, refuses a second, and leaves nothing behind', async () => {
    const place = join(folder, 'a/b');
    const lock = await lockFolder(place, options);
    expect(lock.takenOver).toBeUndefined();
    const owner = JSON.parse(await readFile(join(place, 'run.lock'), 'utf8'));
    expect(owner).toMatchObject({ pid: process.pid, host: hostname(), start: expect.stringMatching(/^20\d\d-.*Z$/) });
    await expect(lockFolder(place, { ...options, advice: 'pass another --out' })).rejects.toThrow(
      `@kaleido/test: another process is writing to ${place}, found "this very process"; pass another --out`,
    );
    expect(await readdir(place)).toEqual(['run.lock']);
    await lock.release();
    // The folders that it made are removed too.
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(place, options)).release();
  });

  it('keeps a folder that existed before, and one that is not empty', async () => {
    await (await lockFolder(folder, options)).release();
    expect(await readdir(folder)).toEqual([]);
    const lock = await lockFolder(join(folder, 'a/b'), options);
    await writeFile(join(folder, 'a', 'mine'), '');
    await lock.release();
    expect(await readdir(join(folder, 'a'))).toEqual(['mine']);
  });

  it('refuses while another process runs, and takes over once it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    await writeLock({ pid: child.pid, host: hostname(), start });
    await expect(lockFolder(folder, options)).rejects.toThrow(
      `@kaleido/test: another process is writing to ${folder}, found "process ${child.pid} on ${hostname()}, started ${start}"; wait for that process, or stop it`,
    );
    child.kill('SIGKILL');
    await once(child, 'close');
    const lock = await lockFolder(folder, options);
    expect(lock.takenOver).toMatchObject({ pid: child.pid, start });
    await lock.release();
  });

  it('removes what processes left that were killed while they took it, and nothing of others', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'close');
    const ended = child.pid as number;
    const part = (pid: number, number: number): string =>
      `run.lock.${pid}.${`${number}`.repeat(8)}-0000-4000-8000-000000000000.part`;
    const left: Record<string, string> = {
      [part(ended, 1)]: JSON.stringify({ pid: ended, host: hostname(), start }),
      [part(ended, 2)]: '',
    };
    const others: Record<string, string> = {
      [part(process.ppid, 3)]: '',
      [part(ended, 4)]: JSON.stringify({ pid: ended, host: `not ${hostname()}`, start }),
      [part(ended, 5).replace('run', 'other')]: '',
      'run.lock.part': '',
    };
    for (const [name, text] of Object.entries({ ...left, ...others })) await writeFile(join(folder, name), text);
    const lock = await lockFolder(folder, options);
    expect((await readdir(folder)).sort()).toEqual(['run.lock', ...Object.keys(others)].sort());
    await lock.release();
  });

  it('tells a process from an earlier one with the same id', async () => {
    // As after a reboot, or in a container, whose first process is always number 1.
    await writeLock({ pid: process.pid, host: hostname(), start });
    const lock = await lockFolder(folder, options);
    expect(lock.takenOver).toMatchObject({ pid: process.pid, start });
    await lock.release();
    if (process.platform !== 'linux') return;
    await writeLock({ pid: process.ppid, host: hostname(), start, ticks: '1' });
    await (await lockFolder(folder, options)).release();
  });

  it("respects another machine's lock and one that it cannot read, and says how to remove them", async () => {
    for (const owner of [{ pid: 1, host: 'elsewhere', start }, 'half a lo']) {
      await writeLock(owner);
      await expect(lockFolder(folder, options)).rejects.toThrow(
        new RegExp(`found ".*(elsewhere|half a lo).*; if it is gone: rm ${folder}/run.lock$`),
      );
    }
    expect(await readFile(join(folder, 'run.lock'), 'utf8')).toBe('half a lo');
  });

  it('lets only one of many take over the lock of an ended process', async () => {
    await writeLock({ pid: 4_194_303, host: hostname(), start });
    const module = new URL('../dist/folder-lock.js', import.meta.url).href;
    const code = `import(${JSON.stringify(module)}).then(async ({ lockFolder }) => {
      await lockFolder(process.argv[1], { name: 'run.lock', source: 'test' })
        .then(() => { console.log('mine'); setTimeout(() => {}, 3000); }, () => console.log('refused'));
    })`;
    const said = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['-e', code, folder]);
        const [text] = await once(child.stdout, 'data');
        return { child, text: String(text).trim() };
      }),
    );
    for (const { child } of said) child.kill();
    expect(said.map(({ text }) => text).sort()).toEqual(['mine', 'refused', 'refused', 'refused']);
  });

  it('releases its own lock only', async () => {
    const lock = await lockFolder(folder, options);
    await writeLock({ pid: 1, host: 'elsewhere', start });
    await lock.release();
    expect(await readdir(folder)).toEqual(['run.lock']);
  });

  it('reports a path that cannot become a folder', async () => {
    await mkdir(join(folder, 'x'));
    await writeFile(join(folder, 'file'), '');
    await expect(lockFolder(join(folder, 'file/run'), options)).rejects.toThrow(
      /^@kaleido\/test: the folder .* cannot be written to, found "ENOTDIR"; check/,
    );
  });
});
