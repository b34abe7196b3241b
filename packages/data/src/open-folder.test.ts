import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { packTar } from 'modern-tar';
import { binary, string, writeParquet } from '../test/parquet-file.ts';
import { openFolder } from './open-folder.ts';

const cases = fileURLToPath(new URL('../../../../shared/golden/cases/parquet/', import.meta.url));
const itCases = existsSync(cases) ? it : it.skip;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(...names: readonly string[]): Promise<void> {
  const shard = await packTar([
    { header: { name: '1.jpg', size: 3 }, body: new Uint8Array([0xff, 0xd8, 0xff]) },
    { header: { name: '1.txt', size: 3 }, body: 'red' },
  ]);
  for (const name of names) await writeFile(join(folder, name), /\.tar$/.test(name) ? shard : 'none');
}

async function open(path = folder): Promise<{ readonly count: number; readonly warnings: string[] }> {
  const warnings: string[] = [];
  const source = await openFolder(path, { onWarning: (message) => warnings.push(message) });
  let count = 0;
  for await (const _ of source.products('train')) count++;
  return { count, warnings };
}

describe('openFolder', () => {
  it('says that a folder is missing', async () => {
    await expect(openFolder(join(folder, 'none'))).rejects.toThrow(
      `@kaleido/data: cannot read the data folder ${folder}/none, found "ENOENT"; pass --data DIR with an existing folder`,
    );
  });

  it('says that a file is not a folder', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openFolder(join(folder, 'file'))).rejects.toThrow(/cannot read the data folder .*, found "ENOTDIR"/);
  });

  it('reads tar shards next to a stray Parquet file, and warns of it', async () => {
    await write('00000.tar', '00000.parquet', '00000_stats.json');
    expect(await open()).toEqual({
      count: 1,
      warnings: [`@kaleido/data: ${folder} holds WebDataset shards, which are read; not read: 00000.parquet`],
    });
  });

  it('prefers Parquet shards to stray tars', async () => {
    const warnings: string[] = [];
    await write('train-00000-of-00001.parquet', 'backup.tar');
    // The file is not Parquet: only its name counts.
    await expect(openFolder(folder, { onWarning: (message) => warnings.push(message) })).rejects.toThrow(
      /train-00000-of-00001\.parquet/,
    );
    expect(warnings).toEqual([
      expect.stringMatching(/holds files beside the Parquet shards that are not read: backup\.tar$/),
    ]);
  });

  it('ignores files that macOS adds next to the shards', async () => {
    await write('train-000000.tar', '._train-000000.tar', '._train-00000-of-00001.parquet', '.DS_Store');
    expect(await open()).toEqual({ count: 1, warnings: [] });
  });

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /holds no Parquet or WebDataset shards, found "nothing"; name the files train-00000-of-/],
    ['hidden files', ['.DS_Store', '._train-000000.tar'], /found "nothing"/],
    ['archives', ['a.zip', 'b.zip'], /found "2 \.zip \(a\.zip, b\.zip\)"; these archives are not read: unpack them/],
    ['zstd', ['train-000000.tar.zst'], /found "1 \.tar\.zst \(train-000000\.tar\.zst\)"; these archives are not read/],
    [
      'pictures',
      ['1.jpg', '2.jpg', '3.jpg', '4.JPG'],
      /found "4 \.jpg \(1\.jpg, 2\.jpg, 3\.jpg and 1 more\)"; pictures are read/,
    ],
    [
      'others',
      ['README', 'a.csv'],
      /found "1 files without an extension \(README\), 1 \.csv \(a\.csv\)"; name the files/,
    ],
  ])('says what a folder holds: %s', async (_, names, message) => {
    await write(...names);
    await expect(openFolder(folder)).rejects.toThrow(message);
  });

  it('names the folder inside that holds the shards', async () => {
    await mkdir(join(folder, 'data'));
    await write('README.md', 'data/train-000000.tar');
    await expect(openFolder(folder)).rejects.toThrow(
      `found "1 .md (README.md), 1 folder (data)"; give the folder that holds the shards: ${folder}/data`,
    );
  });

  it.each(['train/0000.parquet', 'data/train-00000-of-00001.parquet', 'data/train.parquet'])(
    'reads %s, also next to a stray tar',
    async (file) => {
      await writeParquet(folder, { text: string('red', 'blue') }, { file });
      expect(await open()).toEqual({ count: 2, warnings: [] });
      await write('backup.tar');
      expect(await open()).toEqual({
        count: 2,
        warnings: [expect.stringMatching(/holds files beside the Parquet shards that are not read: backup\.tar$/)],
      });
    },
  );

  it('reports labels that cannot be read, with their count, after reading', async () => {
    const bad = Uint8Array.of(0xe9);
    await writeParquet(folder, { gender: binary(bad, bad) });
    expect(await open()).toEqual({
      count: 2,
      warnings: [expect.stringMatching(/"gender" .* \(2 rows, e\.g\. row 0 /)],
    });
  });

  itCases('reads Parquet next to a stray tar (skipped where ../shared/golden/cases is absent)', async () => {
    expect(await open(join(cases, 'stray-tar'))).toEqual({
      count: 12,
      warnings: [
        expect.stringMatching(/holds files beside the Parquet shards that are not read: pictures-backup\.tar$/),
      ],
    });
  });
});
