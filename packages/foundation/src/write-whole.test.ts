import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KaleidoError } from './kaleido-error.ts';
import { writeWhole } from './write-whole.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-whole-'));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

async function failure(writing: Promise<void>): Promise<KaleidoError> {
  const error = await writing.then(
    () => new Error('it wrote'),
    (reason: unknown) => reason,
  );
  if (!KaleidoError.isInstance(error)) throw error;
  return error;
}

describe('writeWhole', () => {
  it('writes text and bytes, and creates parent folders', async () => {
    await writeWhole(join(folder, 'a', 'b', 'text.json'), '{"ü":1}\n');
    await writeWhole(join(folder, 'bytes'), Uint8Array.of(0, 255, 7));
    expect(await readFile(join(folder, 'a', 'b', 'text.json'), 'utf8')).toBe('{"ü":1}\n');
    expect([...(await readFile(join(folder, 'bytes')))]).toEqual([0, 255, 7]);
    expect((await readdir(folder)).sort()).toEqual(['a', 'bytes']);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['text.json']);
  });

  it('writes a view of a larger buffer, not the buffer', async () => {
    await writeWhole(join(folder, 'view'), Uint8Array.of(1, 2, 3, 4).subarray(1, 3));
    expect([...(await readFile(join(folder, 'view')))]).toEqual([2, 3]);
  });

  it('replaces an older, longer file', async () => {
    const path = join(folder, 'file');
    await writeWhole(path, 'something long');
    await writeWhole(path, 'short');
    expect(await readFile(path, 'utf8')).toBe('short');
  });

  it('leaves one whole file when many write it at once', async () => {
    const path = join(folder, 'file');
    const contents = Array.from({ length: 12 }, (_, i) => String(i).repeat(50_000 + i));
    await Promise.all(contents.map((content) => writeWhole(path, content)));
    expect(contents).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('leaves the old file, and no part of the new one, when writing is interrupted', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'old');
    async function* breaking(): AsyncGenerator<string> {
      yield 'half of it';
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    const error = await failure(writeWhole(path, breaking() as unknown as string));
    expect(error.message).toBe(
      `@kaleido/foundation: could not write ${path}, found "ENOSPC"; check the free space and the permissions of its folder`,
    );
    expect(error.cause).toMatchObject({ code: 'ENOSPC' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('leaves nothing behind where a folder has the name', async () => {
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'taken', 'inside'), '');
    const error = await failure(writeWhole(join(folder, 'taken'), 'text'));
    expect(error.message).toMatch(/could not write .*taken, found "E[A-Z]+"/);
    expect(await readdir(folder)).toEqual(['taken']);
    expect(await readdir(join(folder, 'taken'))).toEqual(['inside']);
  });

  it('leaves nothing behind where the folder is a file', async () => {
    await writeFile(join(folder, 'file'), 'old');
    const error = await failure(writeWhole(join(folder, 'file', 'below.json'), 'text'));
    expect(error.message).toMatch(/could not write .*below\.json, found "(ENOTDIR|EEXIST)"/);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['file']);
  });

  // The superuser may write anywhere.
  (process.getuid?.() === 0 ? it.skip : it)(
    'names a folder without permission (skipped for the superuser)',
    async () => {
      await chmod(folder, 0o500);
      expect((await failure(writeWhole(join(folder, 'file'), 'text'))).found).toBe('EACCES');
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
