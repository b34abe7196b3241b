import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { openKaleido } from '@kaleido/pipeline/node';
import { fillProgram } from '../src/parts/fill-program.ts';
import { readGallery, readKnown } from './gallery.ts';

const app = fileURLToPath(new URL('..', import.meta.url));
const programs = `${app}src/programs`;

const id = 'g01';
const known = await readKnown(id);
const caption = (await readGallery()).find((item) => item.id === id)?.caption ?? '';

/** Where the packages of the app are found. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(app, 'node_modules', '.programs-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a program as a reader would, with the bundled models and a garment of the gallery. @returns its lines */
async function run(name: string, values: Readonly<Record<string, string | number>> = {}): Promise<string[]> {
  const text = fillProgram(await readFile(`${programs}/${name}.ts`, 'utf8'), {
    model: 'public/model',
    tagger: 'public/tagger',
    captioner: 'public/captioner',
    folder: 'public/gallery',
    photograph: `public/gallery/${id}.webp`,
    caption,
    masked: 'a [MASK] dress',
    ...values,
  });
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, text);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: app });
  return stdout.trimEnd().split('\n');
}

/** Whether two numbers are the same up to their last printed digit. */
const near = (text: string | undefined, value: number | undefined): void =>
  expect(Math.abs(Number(text) - (value ?? Number.NaN))).toBeLessThan(0.0021);

it('every program is short, and names what it reads or makes at its top', async () => {
  for (const file of await readdir(programs)) {
    const lines = (await readFile(`${programs}/${file}`, 'utf8')).trimEnd().split('\n');
    // A recipe has many lines.
    expect([file, lines.length <= (file === 'pretrain.ts' ? 50 : 25)]).toEqual([file, true]);
    expect(lines).toContain(
      file === 'pretrain.ts' ? "const out = 'runs/tiny-model';" : "const model = 'runs/quickstart';",
    );
  }
});

it('look prints the box, the pieces and the match that the page shows', async () => {
  const { x0, y0, x1, y1 } = known.box;
  const lines = await run('look');
  expect(lines).toContain(`box: ${x0}, ${y0} to ${x1}, ${y1}`);
  expect(lines).toContain(`pieces: ${known.pieces.join(' ')}`);
  expect(lines.join('\n')).toContain(`sequence: ${known.pieces.length + 55} vectors of `);
  near(lines.at(-1)?.split(': ')[1], known.match);
});

it('words prints each word with its probability', async () => {
  const lines = await run('words');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(known.words.map(({ text }) => text));
  for (const [index, line] of lines.entries()) near(line.split(' ')[1], known.probabilities[index]);
});

it('puzzle finds most turns', async () => {
  const lines = await run('puzzle');
  expect(lines).toHaveLength(4);
  expect(lines.filter((line) => line.endsWith(' found')).length).toBeGreaterThanOrEqual(3);
});

it('match prefers the own caption', async () => {
  const [own, ...others] = (await run('match')).map((line) => line.split(' '));
  near(own?.[0], known.match);
  near(own?.[1], known.similarity);
  for (const other of others) expect(Number(other[1])).toBeLessThan(known.similarity);
});

it('search finds the photograph of the caption', async () => {
  const lines = (await run('search')).map((line) => line.split(' '));
  expect(lines).toHaveLength(8);
  const own = lines.find(([file]) => file === `${id}.webp`);
  near(own?.[1], known.similarity);
  near(own?.[2], known.match);
});

it('read prints the classes, the caption and the filled words', async () => {
  const lines = await run('read');
  const tags = known.tags.flatMap(({ name, classes }) => classes.map((own) => ({ field: name, ...own })));
  for (const [index, { field, name, probability }] of tags.entries()) {
    const printed = lines[index] ?? '';
    expect(printed.startsWith(`${field} ${name} `)).toBe(true);
    near(printed.split(' ').at(-1), probability);
  }
  expect(lines[tags.length]).toBe(known.written);
  expect(lines.slice(tags.length + 1)).toHaveLength(5);
});

describe('programs that train', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
  });

  it('pretrain leaves a model folder, and its loss falls', async () => {
    const out = join(folder, 'tiny');
    const lines = await run('pretrain', { out, steps: 24, garments: 64, cache: join(folder, 'cache') });
    const losses = lines.flatMap((line) => /^step \d+, loss ([\d.]+)$/.exec(line)?.[1] ?? []).map(Number);
    expect(losses.length).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    expect(lines.at(-1)).toMatch(/^right caption first, among 16 of a kind: [\d.]+ %$/);
    const kaleido = await openKaleido(out);
    expect(kaleido.model.config.hidden_size).toBeLessThan(128);
    kaleido.dispose();
  });

  it('teach learns classes from folders, and names another photograph', async () => {
    const classes = { dresses: ['shift dress', 'skater dress'], trousers: ['trousers', 'straight jeans'] } as const;
    for (const [name, subcategories] of Object.entries(classes)) {
      await mkdir(join(folder, 'photographs', name), { recursive: true });
      const atelier = openRasterisedAtelier({
        seed: 61,
        subcategories,
        products: 15,
        validation: 0,
        test: 0,
        imageSize: 112,
      });
      let count = 0;
      for await (const { image } of atelier.products('train'))
        await writeFile(join(folder, 'photographs', name, `${count++}.png`), image.bytes as Uint8Array);
    }
    const out = join(folder, 'taught');
    const [measured = '', answer = ''] = await run('teach', { folder: join(folder, 'photographs'), out });
    const [, share, of] = /^right for ([\d.]+) of (\d+) held-out photographs$/.exec(measured) ?? [];
    expect(Number(share)).toBeGreaterThan(0.8);
    expect(Number(of)).toBeGreaterThanOrEqual(6);
    // The garment of all tests here is a dress.
    expect(answer).toMatch(/^dresses /);
    const taught = await openKaleido(out);
    expect(taught.classifier).toBeDefined();
    taught.dispose();
  });
});
