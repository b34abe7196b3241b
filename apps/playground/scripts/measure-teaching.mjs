// Teaches the page three classes from a folder of drawn garments each, JPEG files, which are dropped onto it together, and
// prints what that takes:
//   pnpm turbo run build && node apps/playground/scripts/measure-teaching.mjs [PHOTOGRAPHS] [--part all] [--side 512]
// Memory is that of Chromium's process for the page, and the heaps and buffers of its workers after a collection, every
// half minute. Tasks of the page's thread above 50 ms are by the clock: on a busy machine they count what other programs
// take.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRasterisedAtelier } from '@kaleido/data/node';
import sharp from 'sharp';
import { openPage } from '../test/open-page.mjs';
import { residentSizes, watchWorkers } from './page-memory.mjs';
import { watchLongTasks } from './watch-long-tasks.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { part: { type: 'string', default: 'head' }, side: { type: 'string', default: '512' } },
});
const photographs = Number(positionals[0] ?? 6000);
/** Each class is a folder with garments of three kinds. */
const classes = {
  dresses: ['shift dress', 'skater dress', 'slip dress'],
  tops: ['t-shirt', 'shirt', 'blouse'],
  legwear: ['trousers', 'straight jeans', 'leggings'],
};
const names = Object.keys(classes);
const each = Math.floor(photographs / names.length);
/** Seconds between two looks at the memory: a collection stops the worker. */
const between = 30;

const folder = await mkdtemp(join(tmpdir(), 'teaching-'));
try {
  for (const name of names) await drawClass(name);
  await teach();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function drawClass(name) {
  const begin = performance.now();
  await mkdir(join(folder, name));
  const atelier = openRasterisedAtelier({
    seed: 41,
    subcategories: classes[name],
    products: each,
    validation: 0,
    test: 0,
    viewsPerProduct: { least: 1, most: 1 },
    imageSize: Number(values.side),
    backgrounds: { studio: 3, coloured: 1, cluttered: 0 },
  });
  let bytes = 0;
  for await (const { id, image } of atelier.products('train')) {
    const file = await sharp(image.bytes).flatten({ background: 'white' }).jpeg({ quality: 90 }).toBuffer();
    bytes += file.length;
    await writeFile(join(folder, name, `${id.replaceAll(/\W/g, '-')}.jpg`), file);
  }
  console.log(`${name}: ${each} files, ${megabytes(bytes)} MB, drawn in ${seconds(begin)} s`);
}

async function teach() {
  const { page, ready, problems, close } = await openPage({
    hash: `#/train?way=classes${values.part === 'all' ? '&part=all' : ''}`,
  });
  const session = await page.context().newCDPSession(page);
  const heapsOfWorkers = await watchWorkers(session);
  await ready();
  const tasksSince = await watchLongTasks(page);
  const longTasks = async () => {
    const tasks = await tasksSince();
    return `${tasks.length} tasks above 50 ms, the longest ${Math.round(Math.max(0, ...tasks))} ms`;
  };
  const button = (name) => page.getByRole('button', { name, exact: true });
  const cards = page.locator('.train-class');
  const dropped = performance.now();
  await drop(
    session,
    cards.first(),
    names.map((name) => join(folder, name)),
  );
  for (const name of names)
    await page
      .getByRole('region', { name: `Class ${name}` })
      .getByText(`${each.toLocaleString('en')} photographs`)
      .waitFor({ timeout: 120_000 });
  console.log(`dropped in ${seconds(dropped)} s; ${await longTasks()}`);
  const begin = performance.now();
  await button('Teach').click();
  const done = page.getByRole('heading', { name: 'Try it' });
  const failed = page.locator('.train-teach [role=alert]');
  let most = { resident: 0, workers: 0 };
  while ((await done.count()) + (await failed.count()) === 0) {
    const state = (await page.locator('.train-teach-state').textContent())?.trim();
    const resident = (await residentSizes(page)).page;
    const workers = (await heapsOfWorkers()).reduce((sum, size) => sum + size, 0);
    most = { resident: Math.max(most.resident, resident), workers: Math.max(most.workers, workers) };
    console.log(
      `${seconds(begin)} s: ${state}; resident ${resident} MB, workers ${megabytes(workers)} MB; ${await longTasks()}`,
    );
    await done
      .or(failed)
      .waitFor({ timeout: 1000 * between })
      .catch(() => undefined);
  }
  console.log(`taught in ${seconds(begin)} s; ${await longTasks()}`);
  console.log(`most: resident ${most.resident} MB, workers ${megabytes(most.workers)} MB`);
  for (const line of await page.locator('.train-result p, .train-left-out summary').allTextContents())
    console.log(line);
  for (const line of [...(await failed.allTextContents()), ...problems]) {
    console.error(line);
    process.exitCode = 1;
  }
  await close();
}

/** Drops folders from outside onto an element, as a file manager does. */
async function drop(session, target, files) {
  const { x, y, width, height } = await target.boundingBox();
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await session.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
}

function seconds(begin) {
  return ((performance.now() - begin) / 1000).toFixed(1);
}

function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}
