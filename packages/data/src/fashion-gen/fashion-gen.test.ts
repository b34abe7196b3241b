import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readData } from '../../test/data-folder.ts';
import { type Datasets, fashionGenDatasets, writeHdf5 } from '../../test/fashion-gen-file.ts';
import { openData } from '../open-data.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-hdf5-'));
});
afterEach(() => rm(folder, { recursive: true }));

const datasets = fashionGenDatasets;
const write = (name: string, all: Datasets): Promise<string> => writeHdf5(folder, name, all);

describe('Fashion-Gen', () => {
  it('gives a product for each photograph, with the pixels as PNG', async () => {
    await write('fashiongen_train.h5', datasets());
    const { source, products, reasons } = await readData(folder);
    expect(source.splits).toEqual(['train']);
    expect(products.map(({ id, productId, category, subcategory }) => [id, productId, category, subcategory])).toEqual([
      ['7-1', '7', 'DRESSES', 'LONG DRESSES'],
      ['7-2', '7', 'DRESSES', 'LONG DRESSES'],
    ]);
    expect(reasons).toEqual(['row 2 of fashiongen_train.h5 has no caption']);
    const { bytes, mediaType } = products[1]!.image;
    expect(mediaType).toBe('image/png');
    // After the signature and the header of 25 bytes: length, "IDAT", data. A filter byte is before each row.
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const pixels = inflateSync(bytes.subarray(41, 41 + view.getUint32(33)));
    const expected = Array.from({ length: 12 }, (_, i) => (7 * (i + 12)) & 255);
    expect([...pixels]).toEqual([0, ...expected.slice(0, 6), 0, ...expected.slice(6)]);
  });

  it('takes other captions and labels from a mapping', async () => {
    const path = await write('train.h5', datasets());
    const { products } = await readData(path, { map: { caption: ['input_name', 'input_msrpUSD'] } });
    expect(products.map(({ caption }) => caption)).toEqual(['Dress. 0.1', 'Dress. 0.1', 'Shirt. 20']);
  });

  it('is refused before any row, with the file and the fault', async () => {
    const { input_subcategory: _, ...fewer } = datasets();
    await expect(openData(await write('a.h5', fewer))).rejects.toThrow(/a\.h5 has no dataset "input_subcategory"/);
    const first = { ...datasets(), input_image: { data: new Uint8Array(36), shape: [3, 3, 2, 2], dtype: '<B' } };
    await expect(openData(await write('b.h5', first))).rejects.toThrow(
      /b\.h5 .*"input_image".* found "<?B of shape \(3, 3, 2, 2\)"/,
    );
    const short = { ...datasets(), input_image: { data: new Uint8Array(12), shape: [1, 2, 2, 3], dtype: '<B' } };
    await expect(openData(await write('c.h5', short))).rejects.toThrow(/c\.h5 has datasets of different lengths/);
    const bytes = await readFile(await write('d.h5', datasets()));
    await writeFile(join(folder, 'd.h5'), bytes.subarray(0, bytes.length >> 1));
    await expect(openData(join(folder, 'd.h5'))).rejects.toThrow(/d\.h5 is /);
    await writeFile(join(folder, 'e.h5'), '');
    await expect(openData(join(folder, 'e.h5'))).rejects.toThrow(/e\.h5 is not an HDF5 file/);
  });

  it('is read after hundreds of damaged files, which fill the stack of the HDF5 library', async () => {
    const path = await write('train.h5', datasets());
    const damaged = join(folder, 'damaged.h5');
    // The address of the root group is behind the signature, the versions and four addresses.
    await writeFile(damaged, (await readFile(path)).fill(0xee, 56, 64));
    for (let time = 0; time < 1100; time++) await expect(openData(damaged)).rejects.toThrow(/damaged\.h5 is /);
    expect((await readData(path)).products).toHaveLength(2);
  });
});
