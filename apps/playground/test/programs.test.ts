import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { fillProgram } from '../src/parts/fill-program.ts';
import { readGallery, readKnown } from './gallery.ts';

const app = fileURLToPath(new URL('..', import.meta.url));
const programs = `${app}src/programs`;

const id = 'g01';
const known = await readKnown(id);
const caption = (await readGallery()).find((item) => item.id === id)?.caption ?? '';

/** Runs a program as a reader would, with the bundled models and a garment of the gallery. @returns its lines */
async function run(name: string): Promise<string[]> {
  const text = fillProgram(await readFile(`${programs}/${name}.ts`, 'utf8'), {
    model: 'public/model',
    tagger: 'public/tagger',
    captioner: 'public/captioner',
    folder: 'public/gallery',
    photograph: `public/gallery/${id}.webp`,
    caption,
    masked: 'a [MASK] dress',
  });
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', text], { cwd: app });
  return stdout.trimEnd().split('\n');
}

/** Whether two numbers are the same up to their last printed digit. */
const near = (text: string | undefined, value: number | undefined): void =>
  expect(Math.abs(Number(text) - (value ?? Number.NaN))).toBeLessThan(0.0021);

it('every program is a screenful that names what it reads at its top', async () => {
  for (const file of await readdir(programs)) {
    const lines = (await readFile(`${programs}/${file}`, 'utf8')).trimEnd().split('\n');
    expect([file, lines.length <= 25]).toEqual([file, true]);
    expect(lines).toContain("const model = 'runs/quickstart';");
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
