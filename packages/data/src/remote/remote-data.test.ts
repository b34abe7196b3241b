import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { jpeg, readData, writeFiles } from '../../test/data-folder.ts';
import { DataServer } from '../../test/data-server.ts';
import { fashionGenDatasets, writeHdf5 } from '../../test/fashion-gen-file.ts';
import { binary, string, writeParquet } from '../../test/parquet-file.ts';
import { type File, picture, tar } from '../../test/tar-folder.ts';
import { imageHash } from '../image-hash.ts';
import { type OpenDataOptions, openData } from '../open-data.ts';

const golden = fileURLToPath(new URL('../../../../../shared/golden/', import.meta.url));
const server = new DataServer();
const network = { attempts: 3, pause: 0.01, patience: 1 };
const all = { splits: 'hash:validation=0', network } as const;
let folder = '';
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-remote-'));
  server.files.clear();
  server.log.length = 0;
  server.fault = () => undefined;
});
afterEach(() => rm(folder, { recursive: true }));

/** Serves what is in the folder. @param under the folder in which the server has it */
async function serve(path = folder, under = ''): Promise<void> {
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = join(entry.parentPath, entry.name);
      server.put(`${under}${file.slice(path.length).replace(/^\//, '')}`, await readFile(file));
    }
}

async function errorOf(place: string, options: OpenDataOptions = {}): Promise<string> {
  const error: unknown = await readData(place, { network, ...options }).then(
    () => new Error('nothing was thrown'),
    (caught: unknown) => caught,
  );
  expect(error instanceof Error && KaleidoError.isInstance(error) ? 'typed' : error).toBe('typed');
  return (error as Error).message;
}

const shop =
  'sku,title,description,category,photo\n1,Red dress,"Long, of silk.",Dresses,a b#1.jpg\n2,Blue shirt,Cotton,Tops,b.jpg\n';
const samples = (from: number, count: number, size = 64): File[] =>
  Array.from({ length: count }, (_, i) => from + i).flatMap((number): File[] => [
    [`${number}.jpg`, picture(number, 'jpeg', size)],
    [`${number}.txt`, `product ${number}`],
  ]);

describe('data behind an address', () => {
  it('is a table with the pictures beside it', async () => {
    await writeFiles(folder, { 'products.csv': shop, 'images/a b#1.jpg': 1, 'images/b.jpg': 2 });
    const local = await readData(join(folder, 'products.csv'), all);
    await serve();
    const { source, products, skipped } = await readData(server.at('products.csv'), all);
    expect(source.taken).toBe(
      `${server.at('products.csv')}: CSV (its name ends in .csv); id from sku, image from images/{photo}, caption from title + description, category from category`,
    );
    expect(products).toEqual(local.products);
    expect(skipped).toEqual([]);
    expect(products).toHaveLength(2);
  });

  it('is JSONL, Parquet, and tar files with braces', async () => {
    const rows = [0, 1, 2].map((id) => ({ id, title: `dress ${id}`, image: `${id}.jpg` }));
    await writeFiles(folder, {
      'a.jsonl': rows.map((row) => JSON.stringify(row)).join('\n'),
      '0.jpg': 0,
      '1.jpg': 1,
      '2.jpg': 2,
      'shards/train-000000.tar': await tar(samples(0, 5)),
      'shards/train-000001.tar.gz': gzipSync(await tar(samples(5, 5))),
      'shards/validation-000000.tar': await tar(samples(10, 5)),
    });
    const named = string('red dress', 'blue shirt');
    await writeParquet(folder, { image: binary(jpeg(1), jpeg(2)), text: named }, { file: 'own.parquet' });
    await serve();
    for (const name of ['a.jsonl', 'own.parquet']) {
      const local = await readData(join(folder, name), all);
      const remote = await readData(server.at(name), all);
      expect(remote.products).toEqual(local.products);
      expect(remote.products.length).toBeGreaterThan(1);
    }
    const local = await readData(join(folder, 'shards'), { network });
    const shards = server.at('shards/{train-000000.tar,train-000001.tar.gz,validation-000000.tar}');
    const remote = await readData(shards, { network });
    expect(remote.ids).toEqual(local.ids);
    expect(remote.ids).toEqual({
      train: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      validation: ['10', '11', '12', '13', '14'],
    });
    expect(remote.products).toEqual(local.products);
    const numbered = await readData(server.at('shards/{train,validation}-{000000..000000}.tar'), { network });
    expect(numbered.products).toHaveLength(10);
  });

  it('is a list of addresses', async () => {
    server.put('a.csv', 'id,title,image\n1,red dress,1.jpg\n');
    server.put('b.csv', 'id,title,image\n2,blue shirt,1.jpg\n');
    server.put('1.jpg', jpeg(1));
    const list = join(folder, 'shop.txt');
    await writeFile(list, `# two tables\n${server.at('a.csv')} # the first\n\n${server.at('b.csv')}\n`);
    const { products, source } = await readData(list, all);
    expect(products.map(({ id }) => id)).toEqual(['1', '2']);
    expect(source.name).toBe('shop.txt');
    await writeFile(list, `${server.at('a.csv')}\nb.csv\n`);
    expect(await errorOf(list)).toMatch(
      /is a list of addresses, and one of its lines is not an address, found "b.csv"/,
    );
    await writeFile(list, `${server.at('a.csv')}\n${server.at('a.csv?sig=1')}\n`);
    expect(await errorOf(list)).toMatch(/has an address twice, or two that differ only in passwords, tokens or keys/);
  });

  it('is known by what the server says, if its name says nothing', async () => {
    server.put('1.jpg', jpeg(1));
    server.put('export', 'id,title,image\n1,red dress,1.jpg\n');
    for (const headers of [
      { 'content-type': 'text/csv; charset=utf-8' },
      { 'content-disposition': 'attachment; filename="shop.csv"' },
    ]) {
      server.fault = (request) => (request.url === '/export?id=7' ? { headers } : undefined);
      expect((await readData(server.at('export?id=7'), all)).products).toHaveLength(1);
    }
    server.fault = () => undefined;
    server.put('download', await tar(samples(0, 3)));
    expect((await readData(server.at('download'), { network })).products).toHaveLength(3);
  });

  it('has a fingerprint of its address and version, and of its pictures', async () => {
    const fingerprint = async (address: string): Promise<string> => (await openData(address, all)).fingerprint;
    server.put('shop.csv', 'id,title,image\n1,red dress,1.jpg\n');
    server.put('1.jpg', jpeg(1));
    const first = await fingerprint(server.at('shop.csv'));
    expect(await fingerprint(server.at('shop.csv?X-Amz-Signature=other'))).toBe(first);
    expect(await fingerprint(server.at('shop.csv?page=2'))).not.toBe(first);
    server.put('1.jpg', jpeg(2));
    expect(await fingerprint(server.at('shop.csv'))).not.toBe(first);
    server.put('1.jpg', jpeg(1));
    server.put('shop.csv', 'id,title,image\n1,red skirt,1.jpg\n');
    expect(await fingerprint(server.at('shop.csv'))).not.toBe(first);
    // Without ETag and Last-Modified, of its contents.
    server.fault = () => ({ headers: { etag: undefined } });
    const bare = await fingerprint(server.at('shop.csv'));
    expect(await fingerprint(server.at('shop.csv'))).toBe(bare);
    server.put('shop.csv', 'id,title,image\n1,red scarf,1.jpg\n');
    expect(await fingerprint(server.at('shop.csv'))).not.toBe(bare);
  });

  it.each<[string, string, RegExp]>([
    [
      'a folder',
      'shop/',
      /is not the address of a file; give several files as https:\/\/host\/train-{00000..00007}.tar/,
    ],
    ['something else', 'notes.txt', /is not a kind of file that products are read from/],
    ['damaged HDF5', 'train.h5', /train.h5 is (cut or )?damaged: the HDF5 library cannot/],
    ['several kinds', '{a.csv,a.jsonl}', /a.csv and .*a.jsonl are of different kinds/],
    ['a missing shard', '{a,b}.csv', /b.csv is not on the server, found "status 404"/],
    ['more files than can be opened', '{000000..099999}.tar', /stands for more than 10000 files/],
    ['a damaged file', 'broken.parquet', /broken.parquet is not a whole Parquet file/],
    ['a cut shard', 'cut.tar', /the shard .*cut.tar is cut or damaged/],
  ])('refuses %s', async (_, path, message) => {
    server.put('notes.txt', 'milk, bread');
    server.put('train.h5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a));
    server.put('a.csv', 'id,title\n');
    server.put('a.jsonl', '{"id": 1}\n');
    server.put('broken.parquet', 'PAR1 and nothing else');
    server.put('cut.tar', (await tar(samples(0, 5, 4000))).subarray(0, 6000));
    expect(await errorOf(server.at(path))).toMatch(message);
  });

  it('refuses a view of Hugging Face and other protocols without asking anyone', async () => {
    expect(await errorOf('https://huggingface.co/datasets/Marqo/KAGL/tree/main')).toMatch(/\/resolve\/main\//);
    expect(await errorOf('s3://bucket/a.csv')).toMatch(/is not an address that is read, found "s3:"/);
  });
});

describe('pictures of a table behind an address', () => {
  const table = (...images: string[]): string =>
    `id,title,image\n${images.map((image, row) => `${row + 1},dress ${row + 1},${image}\n`).join('')}`;

  it('are asked for on the same host only', async () => {
    const elsewhere = new DataServer();
    await elsewhere.start();
    elsewhere.put('1.jpg', jpeg(7));
    server.put(
      'csv/shop.csv',
      table(
        '1.jpg',
        '../media/2.jpg',
        '/media/2.jpg',
        server.at('media/2.jpg'),
        elsewhere.at('1.jpg'),
        `//${elsewhere.host}/1.jpg`,
        'http://user:pw@127.0.0.1/1.jpg',
        'file:///etc/passwd',
      ),
    );
    server.put('csv/1.jpg', jpeg(1));
    server.put('media/2.jpg', jpeg(2));
    const { ids, reasons } = await readData(server.at('csv/shop.csv'), { ...all, map: { image: ['image'] } });
    expect(ids).toEqual({ train: ['1', '2', '3', '4'] });
    expect(reasons).toHaveLength(4);
    for (const reason of reasons)
      expect(reason).toMatch(/has an image path that is (?:an address on another host|not an address)/);
    expect(elsewhere.log).toHaveLength(0);
    await elsewhere.stop();
    // Each once, under whatever name.
    expect(server.log.filter(({ path }) => path === 'media/2.jpg').length).toBeLessThanOrEqual(3);
  });

  it('are left out with their reason where the server does not have them', async () => {
    server.put('shop.csv', table('1.jpg', '2.jpg', 'page.jpg', '3.jpg'));
    server.put('1.jpg', jpeg(1));
    server.put('3.jpg', jpeg(3));
    server.put('page.jpg', '<html>Sign in</html>');
    const { ids, reasons } = await readData(server.at('shop.csv'), all);
    expect(ids).toEqual({ train: ['1', '4'] });
    expect(reasons).toEqual([
      'line 3 of shop.csv has an image path that is not given by the server: status 404: 2.jpg',
      'line 4 of shop.csv has an image path that leads to a web page: page.jpg',
    ]);
  });

  it('stop the reading if the server fails: an outage makes no smaller data set', async () => {
    server.put('shop.csv', table('1.jpg', '2.jpg'));
    server.put('1.jpg', jpeg(1));
    server.put('2.jpg', jpeg(2));
    server.fault = (request, response) => {
      if (request.url !== '/2.jpg') return undefined;
      response.writeHead(503).end();
      return 'answered';
    };
    expect(await errorOf(server.at('shop.csv'))).toMatch(/2.jpg could not be read from byte 0 on: 3 attempts/);
    server.fault = (request, response) => {
      if (request.url !== '/2.jpg') return undefined;
      response.writeHead(401).end();
      return 'answered';
    };
    expect(await errorOf(server.at('shop.csv'))).toMatch(/2.jpg is not given to everyone, found "status 401"/);
    let cuts = 0;
    server.fault = (request) => (request.url === '/2.jpg' && cuts++ < 2 ? { cutAfter: 5 } : undefined);
    expect((await readData(server.at('shop.csv'), all)).products).toHaveLength(2);
  });

  it('are fetched once in all passes, several at a time', async () => {
    const count = 200;
    server.put('shop.csv', table(...Array.from({ length: count }, (_, i) => `${i}.jpg`)));
    for (let i = 0; i < count; i++) server.put(`${i}.jpg`, jpeg(i));
    let [running, most] = [0, 0];
    server.fault = (request, response) => {
      const found = server.files.get(String(request.url).slice(1));
      if (found === undefined || request.url === '/shop.csv') return undefined;
      most = Math.max(most, ++running);
      setTimeout(() => {
        running--;
        response.end(found);
      }, 5);
      return 'answered';
    };
    // For the hash, and for both splits.
    const { products } = await readData(server.at('shop.csv'), { network, splits: 'hash:validation=0.3' });
    expect(products).toHaveLength(count);
    expect(server.log).toHaveLength(count + 1);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
  });
});

describe('Fashion-Gen behind an address', () => {
  // Three times what is read at once.
  const products = Array.from({ length: 384 }, (_, row) => 10 + (row >> 1));
  const path = (): string => server.at('fashiongen_train.h5');
  beforeEach(async () => {
    await writeHdf5(folder, 'fashiongen_train.h5', fashionGenDatasets(products, 128));
    await serve();
  });

  it('gives the products that the file gives, each byte fetched once', async () => {
    const local = await readData(folder, {});
    const { source, products: read } = await readData(path(), { network });
    expect(source.splits).toEqual(['train']);
    expect(read).toHaveLength(products.length);
    // Not by toEqual, which takes half a minute for so many bytes.
    const hashes = (all: typeof read): Promise<string[]> =>
      Promise.all(all.map(async ({ id, image }) => `${id} ${await imageHash(image.bytes)}`));
    expect(await hashes(read)).toEqual(await hashes(local.products));
    const withoutImages = (all: typeof read) => all.map(({ image: _, ...rest }) => rest);
    expect(withoutImages(read)).toEqual(withoutImages(local.products));
    for await (const _ of source.products('train'));
    expect(server.bytes).toBeLessThanOrEqual(server.files.get('fashiongen_train.h5')!.length);
  });

  it('fetches little before the first product', async () => {
    const source = await openData(path(), { network });
    for await (const product of source.products('train')) {
      expect(product.id).toBe('10-1');
      break;
    }
    expect(server.bytes).toBeLessThan(0.7 * server.files.get('fashiongen_train.h5')!.length);
  });

  it('goes on after a cut, and stops with the reason if the server fails or the file changes', async () => {
    let cuts = 0;
    server.fault = () => (cuts++ % 2 === 1 ? { cutAfter: 30_000 } : undefined);
    expect((await readData(path(), { network })).products).toHaveLength(products.length);
    expect(cuts).toBeGreaterThan(2);

    const read = async (fault: typeof server.fault): Promise<string> => {
      const source = await openData(path(), { network });
      server.fault = fault;
      const error: unknown = await (async () => {
        for await (const _ of source.products('train'));
      })().catch((caught: unknown) => caught);
      server.fault = () => undefined;
      expect(KaleidoError.isInstance(error)).toBe(true);
      return (error as Error).message;
    };
    server.fault = () => undefined;
    const outage: typeof server.fault = (_, response) => {
      response.writeHead(503).end();
      return 'answered';
    };
    expect(await read(outage)).toMatch(/fashiongen_train.h5 could not be read from byte \d+ of \d+ on: 3 attempts/);
    expect(await read(() => ({ headers: { etag: '"another"' } }))).toMatch(
      /fashiongen_train.h5 changed while it was read/,
    );
  });
});

describe('how much is fetched', () => {
  /** Opens, shares out by hash, reads both splits, and reads one again for the pictures of a report. */
  async function wholeRun(address: string): Promise<void> {
    const { source, products } = await readData(address, { network, splits: 'hash:validation=0.3' });
    expect(products.length).toBeGreaterThan(0);
    for await (const _ of source.products('validation'));
  }

  it('of a tar file, each byte once', async () => {
    const bytes = await tar(samples(0, 300, 20_000));
    server.put('train.tar', bytes);
    await wholeRun(server.at('train.tar'));
    expect(server.bytes).toBe(bytes.length);
    expect(server.log.length).toBeLessThanOrEqual(2 + Math.ceil(bytes.length / 2 ** 20));
  });

  it('of Parquet, each byte once', async () => {
    const count = 300;
    const images = Array.from({ length: count }, (_, i) => picture(i, 'jpeg', 20_000));
    await writeParquet(
      folder,
      { image: binary(...images), text: string(...images.map((_, i) => `dress ${i}`)) },
      { file: 'train.parquet', rowGroupSize: 50, codec: 'UNCOMPRESSED', encoding: 'PLAIN' },
    );
    await serve();
    const { length } = server.files.get('train.parquet') as Uint8Array;
    await wholeRun(server.at('train.parquet'));
    expect(length).toBeGreaterThan(6_000_000);
    expect(server.bytes).toBeLessThanOrEqual(length);
    // A request for the picture column and one for the others, per row group, and the ends of the file.
    expect(server.log.length).toBeLessThanOrEqual(2 * 6 + 3);
  });

  it('of Parquet, no column that is not read', async () => {
    const count = 600;
    const heavy = Array.from({ length: count }, (_, i) => Buffer.alloc(5000, i));
    await writeParquet(
      folder,
      {
        image: binary(...heavy.map((_, i) => jpeg(i))),
        embedding: {
          schema: [{ repetition_type: 'OPTIONAL', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 5000 }],
          cells: heavy,
        },
      },
      { file: 'a.parquet', codec: 'UNCOMPRESSED', encoding: 'PLAIN', rowGroupSize: 100 },
    );
    await serve();
    const { length } = server.files.get('a.parquet') as Uint8Array;
    const { products } = await readData(server.at('a.parquet'), {
      ...all,
      map: { image: ['image'], caption: ['text'], attributes: [] },
    });
    expect(products).toHaveLength(count);
    // Of six row groups, two are looked at in all columns; and the last 512 KiB, with the footer.
    expect(server.bytes).toBeLessThan(0.6 * length);
  });

  it('of a shard that is cut, until an error with its address and byte', async () => {
    server.put('train.tar', await tar(samples(0, 100, 20_000)));
    server.fault = (request) =>
      Number(/=(\d+)-/.exec(request.headers.range ?? '')?.[1]) >= 1_000_000 ? { cutAfter: 0 } : undefined;
    expect(await errorOf(server.at('train.tar'))).toMatch(
      /train.tar could not be read from byte \d+ of \d+ on: 3 attempts without progress/,
    );
    server.fault = (request) =>
      request.headers.range?.startsWith('bytes=0-') === true ? undefined : { headers: { etag: '"new"' } };
    expect(await errorOf(server.at('train.tar'))).toMatch(/train.tar changed while it was read/);
    server.put('a.csv', `id,title,image\n${Array.from({ length: 50_000 }, (_, i) => `${i},dress,1.jpg\n`).join('')}`);
    expect(await errorOf(server.at('a.csv'))).toMatch(/a.csv changed while it was read/);
    server.put(
      'a.jsonl',
      Array.from({ length: 50_000 }, (_, i) => `{"id":${i},"title":"dress","image":"1.jpg"}\n`).join(''),
    );
    expect(await errorOf(server.at('a.jsonl'))).toMatch(/a.jsonl changed while it was read/);
  });
});

const hasGolden = existsSync(golden);
(hasGolden ? describe : describe.skip)('the files of ../shared/golden (skipped where that folder is absent)', () => {
  it.each([
    ['csv', /\.(?:csv|jsonl)$/],
    ['parquet', /\.parquet$/],
    ['webdataset', /\.tar$/],
  ])('of %s give the same products, skipped rows and errors as on the disk', async (area, names) => {
    await serve(join(golden, area), `${area}/`);
    let compared = 0;
    for (const name of (await readdir(join(golden, area))).filter((file) => names.test(file))) {
      // The place of the files is the only difference, and why a picture is not there.
      const seen = async (place: string, root: string): Promise<unknown> => {
        const plain = (text: string): string =>
          text.replaceAll(root, '').replace(/(an image path that) .*: /, '$1 ...: ');
        return readData(place, all).then(
          ({ products, reasons, warnings }) => ({
            products,
            reasons: reasons.map(plain),
            warnings: warnings.map(plain),
          }),
          (error: Error) => plain(error.message),
        );
      };
      const local = await seen(join(golden, area, name), join(golden, area, '/'));
      expect([name, await seen(server.at(`${area}/${name}`), server.at(`${area}/`))]).toEqual([name, local]);
      compared++;
    }
    expect(compared).toBeGreaterThan(9);
  });
});
