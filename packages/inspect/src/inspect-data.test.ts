import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openData } from '@kaleido/data/node';
import sharp, { type Sharp } from 'sharp';
import { type InspectDataOptions, type InspectedData, inspectData } from './inspect-data.ts';
import { inspectionLines } from './inspection-lines.ts';
import { inspectionPage } from './inspection-page.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-inspect-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Waves that differ from number to number. */
function raw(number: number): Uint8Array {
  return Uint8Array.from({ length: 3 * 60 * 80 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % 60, Math.floor(at / 180)];
    return 128 + 110 * Math.sin((number + 1) * (x / 20) + (y * ((number * 3) % 7)) / 25 + (at % 3) * number);
  });
}

function picture(number: number): Sharp {
  return sharp(raw(number), { raw: { width: 60, height: 80, channels: 3 } });
}

/** A shop with every kind of duplicates, a broken picture and a row without caption. */
async function writeShop(): Promise<void> {
  await mkdir(join(folder, 'images'));
  const files: Record<string, Uint8Array> = { 'broken.jpg': Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2) };
  for (const number of [1, 2, 3, 4]) files[`${number}.png`] = await picture(number).png().toBuffer();
  files['1-small.jpg'] = await picture(1).resize(30, 40).jpeg({ quality: 80 }).toBuffer();
  files['2-again.png'] = files['2.png']!;
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, 'images', name), bytes);
  const rows = (...lines: string[]): string => `sku,title,colour,photo\n${lines.join('\n')}\n`;
  await writeFile(
    join(folder, 'train.csv'),
    rows('a,Red dress,red,1.png', 'b,Blue <b>shirt</b>,blue,2.png', 'c,Red dress,red,3.png', 'd,Hat,red,broken.jpg'),
  );
  await writeFile(
    join(folder, 'val.csv'),
    rows('e,Green coat,red,1-small.jpg', 'f,Boots,blue,2-again.png', 'g,,blue,4.png'),
  );
}

async function inspect(options: InspectDataOptions = {}): Promise<InspectedData> {
  return inspectData(await openData(folder), options);
}

describe('inspectData', () => {
  it('counts products, what is left out, labels and duplicates', async () => {
    await writeShop();
    const { inspection } = await inspect({ hasPictures: false, notes: ['a note'] });
    expect(inspection).toMatchObject({
      form: 'CSV (train.csv, val.csv are there)',
      photographs: 5,
      products: 5,
      splits: [
        { name: 'train', photographs: 3, products: 3, leftOut: 1 },
        { name: 'validation', photographs: 2, products: 2, leftOut: 1 },
      ],
      captions: { shortest: 1, median: 2, longest: 2 },
      labels: [{ field: 'colour', photographs: 5, values: 2, isCounted: true, once: 0 }],
      pictures: { decoded: 5, notDecoded: 0, smallest: [30, 40], largest: [60, 80] },
      notes: ['a note'],
    });
    expect(inspection.labels[0]?.commonest).toEqual([
      { value: 'red', photographs: 3 },
      { value: 'blue', photographs: 2 },
    ]);
    expect(inspection.leftOut.map(({ kind, count }) => [kind.replace(/found .*/, ''), count])).toEqual([
      [expect.stringMatching(/cannot decode the image \.\.\., /), 1],
      ['has no caption', 1],
    ]);
    const { captions, pictures, near } = inspection.duplicates;
    const ids = ({ examples }: typeof captions): string[][] =>
      examples.map(({ members }) => members.map(({ split, id }) => `${split}/${id}`));
    expect(
      [captions, pictures, near].map(({ groups, photographs, acrossSplits }) => [groups, photographs, acrossSplits]),
    ).toEqual([
      [1, 2, 0],
      [1, 2, 1],
      [1, 2, 1],
    ]);
    expect([captions, pictures, near].map(ids)).toEqual([
      [['train/a', 'train/c']],
      [['train/b', 'validation/f']],
      [['train/a', 'validation/e']],
    ]);
    expect(inspection.columns?.map(({ field, columns }) => [field, columns])).toEqual([
      ['id', ['sku']],
      ['image', ['images/{photo}']],
      ['caption', ['title']],
      ['attributes', ['colour']],
    ]);
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });

  it('says how many photographs are not decoded or not compared', async () => {
    await writeShop();
    const { inspection } = await inspect({ mostPictures: 2, mostProducts: 4 });
    // The broken one is not known to be so.
    expect(inspection.photographs).toBe(6);
    expect(inspection.pictures).toMatchObject({ decoded: 2, notDecoded: 4 });
    expect(inspection.duplicates.notCompared).toBe(2);
    expect(inspectionLines(inspection).join('\n')).toMatch(
      /2 photographs were decoded and compared, the first of each split; 4 further ones may be unreadable or alike\n[\s\S]*2 further photographs were not compared/,
    );
  });

  it('goes on with the other splits where one cannot be read to its end', async () => {
    await writeShop();
    await writeFile(join(folder, 'train.csv'), 'sku,title,colour,photo\na,Red dress,red,1.png\nb,"open,blue,2.png\n');
    // The first rows are read when the folder is opened: damage beyond them is found later.
    const { inspection } = await inspectData({
      ...(await openData(join(folder, 'val.csv'), { splits: 'hash:validation=0' })),
      splits: ['gone', 'train'],
    });
    expect(inspection.splits).toMatchObject([
      { name: 'gone', photographs: 0, error: expect.stringMatching(/has no such split, found "gone"/) },
      { name: 'train', photographs: 2, leftOut: 1 },
    ]);
    expect(inspectionLines(inspection).join('\n')).toMatch(/gone was not read to its end: val\.csv has no such split/);
  });

  it('reports its progress', async () => {
    await writeShop();
    const parts: string[] = [];
    const counts: unknown[] = [];
    await inspect({ onPart: (part) => parts.push(part), onProgress: (done, total) => counts.push([done, total]) });
    expect(parts).toEqual(['products, train', 'products, validation', 'duplicates', 'pictures of the page']);
    expect(counts.at(-1)).toEqual([2, undefined]);
  });
});

describe('the page', () => {
  it('holds all that was found, and nothing that runs or loads', async () => {
    await writeShop();
    await writeFile(
      join(folder, 'val.csv'),
      'sku,title,colour,photo\ne<script>,"Green & coat",red,1-small.jpg\nf,Boots,blue,2-again.png\n',
    );
    const { inspection, pictures } = await inspect();
    const page = inspectionPage('my <shop>', inspection, pictures);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('<h1>my &lt;shop&gt;</h1>');
    expect(page).toContain('e&lt;script&gt;');
    expect(page).toContain('<p>Green &amp; coat</p>');
    expect(page).not.toMatch(/<script|https?:\/\/|<link/);
    // Three and two first products, and the members of three groups.
    expect(page.match(/<img src="data:image\/jpeg;base64,/g)).toHaveLength(11);
    expect(page).toMatch(/leads to files that are there/);
    expect(page).toMatch(/cannot decode the image/);
    expect([...pictures.values()].every(({ uri }) => uri !== undefined && uri.length < 20_000)).toBe(true);
  });
});

describe('the lines', () => {
  it('say nothing of captions where there are no products', async () => {
    await writeFile(join(folder, 'train.csv'), 'sku,title,photo\n');
    const source = await openData(folder, { map: { image: ['photo'] } });
    const { inspection, pictures } = await inspectData(source, { hasPictures: true });
    expect(inspectionLines(inspection).join('\n')).not.toContain('Captions have');
    expect(inspectionPage('shop', inspection, pictures)).not.toContain('Captions have');
  });

  it('fit a terminal', async () => {
    await writeShop();
    const { inspection } = await inspect({ hasPictures: false });
    const lines = inspectionLines(inspection);
    expect(lines.every((line) => line.length <= 110)).toBe(true);
    expect(lines.slice(0, 3)).toEqual([
      'split       photographs  products  left out',
      'train                 3         3         1',
      'validation            2         2         1',
    ]);
    expect(lines.slice(-4)).toEqual([
      'duplicates           photographs  groups  in two splits',
      'the same photograph            2       1              1',
      'alike (distance 4)             2       1              1',
      'the same caption               2       1              0',
    ]);
    const wide = { field: 'attributes', columns: ['x'.repeat(200)], reason: 'y'.repeat(200) } as const;
    const many = { ...inspection, columns: Array.from({ length: 30 }, () => wide) };
    const long = inspectionLines(many);
    expect(long.every((line) => line.length <= 110)).toBe(true);
    expect(long).toContain('and 14 more');
  });
});
