import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type File, imageOf, picture, type Read, readFolder, readTarIn, tar } from '../test/tar-folder.ts';
import { localFile } from './data-file.ts';
import { openWebDatasetFolder } from './webdataset-folder.ts';
import { readMembers } from './webdataset-members.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-shards-'));
});
afterEach(() => rm(folder, { recursive: true }));
const readTar = (...files: readonly File[]): Promise<Read> => readTarIn(folder, files);

describe('links', () => {
  it('are followed if they are hard links to files of the shard', async () => {
    const { products, skipped } = await readTar(
      ['1.jpg', picture(1)],
      ['1.txt', 'one'],
      ['2.jpg', { hardLink: './1.jpg' }],
      ['2.txt', 'two'],
      ['3.jpg', { hardLink: '2.jpg' }],
      ['3.txt', { hardLink: '1.txt' }],
    );
    expect(products.map((product) => [product.id, product.caption, imageOf(product)])).toEqual([
      ['1', 'one', 1],
      // Complete as soon as 1.txt is read.
      ['3', 'one', 1],
      ['2', 'two', 1],
    ]);
    expect(skipped).toEqual([]);
  });

  it('are reported if their target is not read', async () => {
    const { products, skipped } = await readTar(
      ['1.jpg', { hardLink: '/data/1.jpg' }],
      ['1.txt', 'one'],
      ['2.jpg', { symbolicLink: '../2.jpg' }],
      ['2.json', '{"text": "two", "item_ID": 22}'],
      ['3.jpg', picture(3)],
      ['3.txt', { symbolicLink: '/etc/hostname' }],
    );
    expect(products).toEqual([]);
    expect(skipped.map(({ id, reason }) => [id, reason])).toEqual([
      [
        '1',
        'sample 1 of train-000000.tar has no image: its image is a hard link to a file that is not in the shard (1.jpg to /data/1.jpg)',
      ],
      [
        '22',
        'sample 2 of train-000000.tar has no image: its image is a symbolic link, which is not followed (2.jpg to ../2.jpg)',
      ],
      [
        '3',
        'sample 3 of train-000000.tar has no text: its text is a symbolic link, which is not followed (3.txt to /etc/hostname)',
      ],
    ]);
  });
});

describe('ids', () => {
  const shard = (...keys: readonly string[]): Promise<Uint8Array> =>
    tar(
      keys.flatMap((key): File[] => [
        [`${key}.jpg`, picture()],
        [`${key}.txt`, key],
      ]),
    );

  it('begin with the shard name if keys restart in a shard', async () => {
    await writeFile(join(folder, 'train-000000.tar'), await shard('0', '1'));
    await writeFile(join(folder, 'train-000001.tar'), await shard('0', '2'));
    await writeFile(join(folder, 'train-000002.tar.gz'), gzipSync(await shard('0', '3')));
    const { products, skipped, warnings } = await readFolder(folder);
    const ids = ['0', '1', 'train-000001/0', '2', 'train-000002/0', '3'];
    expect(products.map(({ id }) => id)).toEqual(ids);
    expect(products.map(({ productId }) => productId)).toEqual(ids);
    expect(skipped).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/the id begins with the shard's name \(2 samples, e\.g\. train-000001\/0\)/),
    ]);
  });

  it('from item_ID are not renamed; repeated ones are left out', async () => {
    const files: File[] = [
      ['1.jpg', picture()],
      ['1.json', '{"item_ID": 7, "text": "a"}'],
    ];
    await writeFile(join(folder, 'train-000000.tar'), await tar(files));
    await writeFile(join(folder, 'train-000001.tar'), await tar(files));
    const { products, skipped } = await readFolder(folder);
    expect(products).toHaveLength(1);
    expect(skipped).toEqual([
      { id: '7', reason: 'sample 1 of train-000001.tar repeats this id', kind: 'repeats this id' },
    ]);
  });
});

describe('shards', () => {
  const one = (): Promise<Uint8Array> =>
    tar([
      ['1.jpg', picture(1)],
      ['1.txt', 'one'],
    ]);

  it.each<[string, string[], string[]]>([
    ['train_0.tar, train_1.tar', ['train_0.tar', 'train_1.tar'], ['train']],
    ['numbers alone', ['00000.tar', '00001.tar'], ['train']],
    ['a count', ['test-00000-of-00002.tar', 'test-00001-of-00002.tar'], ['test']],
    ['a name alone', ['validation.tar', 'train.tar'], ['train', 'validation']],
    ['a split with a number', ['shoes2023-000000.tar'], ['shoes2023']],
    ['files of macOS beside them', ['._train-000000.tar', '.DS_Store', 'train-000000.tar'], ['train']],
    ['ten and more', Array.from({ length: 12 }, (_, index) => `train-${index}.tar`), ['train']],
  ])('are found by %s', async (_, names, splits) => {
    for (const name of names) await writeFile(join(folder, name), name.startsWith('.') ? 'x' : await one());
    expect((await openWebDatasetFolder(folder)).splits).toEqual(splits);
    const { products } = await readFolder(folder, splits[0]);
    expect(products).toHaveLength(splits.length > 1 ? 1 : names.filter((name) => !name.startsWith('.')).length);
  });

  it.each<[string[], RegExp]>([
    [
      ['train-0.tar', 'train-0.tar.gz'],
      /two shards of split "train" in .* have the number 0, found \["train-0.tar","train-0.tar.gz"\]; keep one/,
    ],
    [['00000.tar', 'train-000000.tar'], /two shards of split "train" in .* have the number 0/],
    [['train-00000-of-00002.tar'], /not complete, found \["0 of 2"\]/],
    [['train-0.tar', 'train-2.tar'], /not complete, found \[0,2\]/],
    [['train-000000.zip'], /holds no WebDataset shard, found \["train-000000.zip"\]/],
  ])('are refused as %j', async (names, message) => {
    for (const name of names) await writeFile(join(folder, name), await one());
    await expect(openWebDatasetFolder(folder)).rejects.toThrow(message);
  });

  it.each(['train-000000.tar.gz', 'train-000000.tgz', 'train-000000.tar'])('are unpacked as gzip: %s', async (name) => {
    await writeFile(join(folder, name), gzipSync(await one()));
    expect((await readFolder(folder)).products.map(imageOf)).toEqual([1]);
  });

  it('that are truncated fail with their name, also if gzipped', async () => {
    const whole = gzipSync(await one());
    await writeFile(join(folder, 'train-000000.tar.gz'), whole.subarray(0, whole.length - 12));
    await expect(readFolder(folder)).rejects.toThrow(
      /train-000000\.tar\.gz is cut or damaged, found ".+"; copy or download/,
    );
  });

  it('with other contents have another fingerprint', async () => {
    await writeFile(join(folder, 'train-0.tar'), await one());
    const { fingerprint } = await openWebDatasetFolder(folder);
    await writeFile(
      join(folder, 'train-0.tar'),
      await tar([
        ['2.jpg', picture(1)],
        ['2.txt', 'one'],
      ]),
    );
    expect((await openWebDatasetFolder(folder)).fingerprint).not.toBe(fingerprint);
  });
});

describe('readMembers', () => {
  it('yields every item even if few incomplete ones fit in memory', async () => {
    const count = 20;
    const files: File[] = [
      ...Array.from({ length: count }, (_, index): File => [`${index}.jpg`, picture(index, 'jpeg', 1000)]),
      ...Array.from({ length: count }, (_, index): File => [`${index}.txt`, `${index}`]),
    ];
    const path = join(folder, 'a.tar');
    await writeFile(path, await tar(files));
    const items = Array.from({ length: count }, (_, index) => index);
    const seen: number[] = [];
    for await (const { item, bytes } of readMembers(localFile(path), items, (item) => [item, count + item, 0], 3500)) {
      expect([...bytes.keys()].sort((a, b) => a - b)).toEqual([...new Set([0, item, count + item])]);
      expect(Buffer.from(bytes.get(count + item)!).toString()).toBe(String(item));
      seen.push(item);
    }
    expect(seen.sort((a, b) => a - b)).toEqual(items);
  });

  it('lets go of what it has yielded', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const files = Array.from({ length: 50 }, (_, index): File => [`${index}.jpg`, picture(index, 'jpeg', 20_000)]);
    const path = join(folder, 'a.tar');
    await writeFile(path, await tar(files));
    const seen: WeakRef<Uint8Array>[] = [];
    for await (const { item, bytes } of readMembers(localFile(path), [...files.keys()], (item) => [item])) {
      seen.push(new WeakRef(bytes.get(item)!));
      if (item < files.length - 1) continue;
      // A target is held until the task ends in which its reference was made or read.
      await sleep(50);
      collect();
      expect(seen.slice(0, -5).filter((one) => one.deref() !== undefined)).toHaveLength(0);
    }
    expect(seen).toHaveLength(files.length);
  });
});
