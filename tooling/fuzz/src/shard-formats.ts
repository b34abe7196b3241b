import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { openData, unpackArchive } from '@kaleido/data/node';
import { File, ready } from 'h5wasm/node';
import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { packTar } from 'modern-tar';
import type { Format } from './format.ts';

/** Parsers of products in binary files, and of archives. */
export const shardFormats: Readonly<Record<string, (folder: string) => Promise<Format>>> = {
  /** A shard in the layout of KAGL, two row groups with Snappy. */
  parquet: async (folder) => products(folder, 'train-00000-of-00001.parquet', kaglShard()),
  /** Columns of its own: a struct, a dictionary, a list, and types of many kinds. */
  'parquet-table': async (folder) => products(folder, 'shop.parquet', ownTable()),
  tar: async (folder) => ({ ...(await products(folder, 'train-000000.tar', await shard())), repair: withChecksums }),
  'tar-gz': async (folder) => products(folder, 'train-000000.tar.gz', gzipSync(await shard())),
  /** Fashion-Gen with pictures of 2 x 2 pixels. */
  hdf5: async (folder) => products(folder, 'fashiongen_train.h5', await fashionGen(join(folder, 'sound.h5'))),
  /** Archives of downloads. */
  zip: async (folder) => archive(folder, 'zip', smallZip()),
  'tar-archive': async (folder) => ({ ...(await archive(folder, 'tar', await shard())), repair: withChecksums }),
};

/** Every row must become a product, or be left out with its reason. */
async function products(folder: string, name: string, sound: Uint8Array): Promise<Format> {
  const path = join(folder, name);
  return {
    sound,
    read: async (bytes) => {
      await writeFile(path, bytes);
      const source = await openData(name.startsWith('train-') ? folder : path);
      for (const split of source.splits) {
        let rows = 0;
        for await (const { id, image } of source.products(split, { onSkipped: () => rows++ })) {
          if (id === '' || image.bytes.length === 0) throw new Error('a product without an id or a picture');
          rows++;
        }
        const expected = source.rows?.(split) ?? rows;
        if (rows !== expected) throw new Error(`${rows} rows of ${expected}`);
      }
    },
  };
}

async function archive(folder: string, kind: 'zip' | 'tar', sound: Uint8Array): Promise<Format> {
  const [path, target] = [join(folder, `archive.${kind}`), join(folder, 'unpacked')];
  return {
    sound,
    read: async (bytes) => {
      await writeFile(path, bytes);
      await unpackArchive(path, target, { kind, most: 2 ** 20 });
      await rm(target, { recursive: true });
    },
  };
}

/** Begins as JPEG files do. */
function picture(number: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, number, number, number);
}

const numbers = [0, 1, 2, 3];

function kaglShard(): Uint8Array {
  const columnData: ColumnSource[] = [
    { name: 'image', data: numbers.map(picture), type: 'BYTE_ARRAY' },
    { name: 'text', data: numbers.map((number) => `Dress ${number}, café`), type: 'STRING' },
    { name: 'item_ID', data: numbers.map(BigInt), type: 'INT64' },
    { name: 'category1', data: ['Dresses', 'Dresses', 'Tops', null], type: 'STRING' },
    { name: 'year', data: [2012, 2012, 2013, 2012.5], type: 'DOUBLE' },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 }));
}

function ownTable(): Uint8Array {
  const repetition_type = 'OPTIONAL' as const;
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 5 },
    { name: 'picture', repetition_type, num_children: 2 },
    { name: 'bytes', repetition_type, type: 'BYTE_ARRAY' },
    { name: 'path', repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    { name: 'title', repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    { name: 'sku', repetition_type, type: 'INT32', converted_type: 'INT_32' },
    { name: 'set', repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    { name: 'tags', repetition_type, num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type, type: 'INT32' },
  ];
  const columnData: ColumnSource[] = [
    { name: 'picture', data: numbers.map((number) => ({ bytes: picture(number), path: `${number}.jpg` })) },
    { name: 'title', data: numbers.map((number) => `Dress ${number}`) },
    { name: 'sku', data: numbers },
    { name: 'set', data: ['train', 'train', 'train', 'val'] },
    { name: 'tags', data: [[1, 2], [], null, [3]] },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, schema }));
}

/** Samples with JSON and with text, a name in a header of its own, and a hard link. */
function shard(): Promise<Uint8Array> {
  const file = (name: string, content: Uint8Array | string) => {
    const body = Buffer.from(content);
    return { header: { name, size: body.length }, body };
  };
  return packTar([
    file('0.jpg', picture(0)),
    file('0.json', '{"text": "Dress", "item_ID": "7", "category1": "Dresses"}'),
    file('1.jpg', picture(1)),
    file('1.txt', 'Shirt'),
    file(`${'long/'.repeat(25)}2.jpg`, picture(2)),
    file(`${'long/'.repeat(25)}2.txt`, 'Skirt'),
    { header: { name: '3.jpg', size: 0, type: 'link', linkname: '1.jpg' } },
    file('3.txt', 'The same shirt'),
  ]);
}

/** Corrects the checksum of every block that looks like a header: else nearly every change ends there. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const repaired = Uint8Array.from(bytes);
  for (let start = 0; start + 512 <= repaired.length; start += 512) {
    const header = repaired.subarray(start, start + 512);
    if (Buffer.from(header.subarray(257, 262)).toString('latin1') !== 'ustar') continue;
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  }
  return repaired;
}

async function fashionGen(path: string): Promise<Uint8Array> {
  await ready;
  const file = new File(path, 'w');
  const texts = (name: string, data: string[]): void =>
    void file.create_dataset({ name, data, shape: [data.length, 1], dtype: 'S24' });
  const pixels = Uint8Array.from({ length: 36 }, (_, at) => 7 * at);
  file.create_dataset({ name: 'input_image', data: pixels, shape: [3, 2, 2, 3], dtype: '<B' });
  file.create_dataset({ name: 'input_productID', data: BigInt64Array.of(7n, 7n, 9n), shape: [3, 1], dtype: '<q' });
  file.create_dataset({ name: 'input_msrpUSD', data: Float32Array.of(0.5, 1, 20), shape: [3, 1], dtype: '<f' });
  texts('input_name', ['Dress', 'Dress', 'Shirt']);
  texts('input_description', ['Long dress.', 'Long dress.', '']);
  texts('input_concat_description', ['Dress. Long dress.', 'Dress. Long dress.', 'Shirt.']);
  texts('input_category', ['DRESSES', 'DRESSES', 'TOPS']);
  texts('input_subcategory', ['LONG DRESSES', 'LONG DRESSES', 'SHIRTS']);
  file.close();
  const bytes = await readFile(path);
  await rm(path);
  return bytes;
}

/** A zip file with two stored files, as zip programs write them. */
function smallZip(): Uint8Array {
  const files = ['a.txt', 'folder/b.txt'].map((name) => ({ name: Buffer.from(name), data: Buffer.from(`in ${name}`) }));
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const fields = (name: Buffer, data: Buffer): Buffer => {
    const bytes = Buffer.alloc(26);
    bytes.writeUInt16LE(20, 0);
    bytes.writeUInt32LE(crc32(data), 10);
    bytes.writeUInt32LE(data.length, 14);
    bytes.writeUInt32LE(data.length, 18);
    bytes.writeUInt16LE(name.length, 22);
    return bytes;
  };
  for (const { name, data } of files) {
    const own = fields(name, data);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), own, Buffer.alloc(14));
    (directory.at(-1) as Buffer).writeUInt32LE(at, 10);
    directory.push(name);
    const local = [Buffer.from('PK\x03\x04'), own, name, data];
    parts.push(...local);
    at += local.reduce((sum, { length }) => sum + length, 0);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}
