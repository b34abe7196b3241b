import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { packTar, type TarEntryData, type TarHeader, unpackTar } from 'modern-tar';
import { localFile } from './data-file.ts';
import { tarEntries } from './tar-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-tar-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Read {
  readonly name: string;
  readonly type: string;
  readonly target: string;
  readonly body: Uint8Array;
}

/** @param most how much of each body is read */
async function readAll(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Promise<Read[]> {
  const path = join(folder, 'train.tar');
  await writeFile(path, bytes);
  const read: Read[] = [];
  for await (const { name, type, target, size, ...entry } of tarEntries(localFile(path)))
    read.push({ name, type, target, body: most < size ? await entry.head(most) : await entry.read() });
  return read;
}

const file = (name: string, body: Uint8Array | string, header: Partial<TarHeader> = {}) => ({
  header: { name, size: Buffer.from(body).length, ...header },
  body: Buffer.from(body) as TarEntryData,
});

/** Long names, names in UTF-8, own attributes, links, a folder, and a body of more than a piece of the file. */
function archive(): Promise<Uint8Array> {
  return packTar([
    file('a.jpg', 'one'),
    file(`${'long/'.repeat(60)}name.json`, '{}'),
    file('\u00e9t\u00e9.txt', ''),
    file('b.jpg', 'two', { pax: { comment: 'own' } }),
    { header: { name: 'c.jpg', size: 0, type: 'link', linkname: `${'far/'.repeat(40)}a.jpg` } },
    { header: { name: 'folder/', size: 0, type: 'directory' } },
    file('large.bin', Buffer.alloc(600_000, 'large')),
    file('last.jpg', 'three'),
  ]);
}

describe('tarEntries', () => {
  it('reads what modern-tar does, zipped or not', async () => {
    const bytes = await archive();
    const expected = (await unpackTar(bytes, { strict: true })).map(({ header, data = new Uint8Array(0) }) => ({
      name: header.name,
      type: header.type,
      target: header.linkname ?? '',
      body: Uint8Array.from(data),
    }));
    expect(expected).toHaveLength(8);
    const plain = (read: readonly Read[]): Read[] => read.map((one) => ({ ...one, body: Uint8Array.from(one.body) }));
    expect(plain(await readAll(bytes))).toEqual(expected);
    expect(plain(await readAll(gzipSync(bytes)))).toEqual(expected);
    const heads = expected.map((one) => ({ ...one, body: one.body.slice(0, 2) }));
    expect(plain(await readAll(bytes, 2))).toEqual(heads);
  });

  it('refuses descriptions without end', async () => {
    const header = { name: 'a', size: 2 ** 20, type: 'pax-global-header' } as const;
    const archive = await packTar([{ header, body: Buffer.alloc(2 ** 20, '10 a=bcde\n') }]);
    const one = archive.subarray(0, 512 + 2 ** 20);
    await expect(readAll(gzipSync(Buffer.concat(Array(40).fill(one))))).rejects.toThrow(/Too many descriptions/);
  });

  it.each([
    ['cut in a header', (bytes: Uint8Array) => bytes.subarray(0, 700), /truncated/],
    ['cut in a body', (bytes: Uint8Array) => bytes.subarray(0, 514), /truncated/],
    ['without an end', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1024), /truncated/],
    ['with a damaged header', (bytes: Uint8Array) => bytes.with(1, 0x7a), /checksum/],
    ['with a half end', (bytes: Uint8Array) => bytes.with(bytes.length - 1, 1), /Invalid/],
    ['with something behind the end', (bytes: Uint8Array) => Buffer.concat([bytes, Uint8Array.of(1)]), /Invalid end/],
    ['of no bytes', () => new Uint8Array(0), /truncated/],
  ])('refuses a file %s', async (_, damage, problem) => {
    await expect(readAll(damage(await archive()))).rejects.toThrow(problem);
  });
});
