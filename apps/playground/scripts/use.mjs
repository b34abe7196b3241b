// Uses every panel in turn for some minutes, as a visitor would, and prints each minute what the page holds:
//   pnpm turbo run build && node apps/playground/scripts/use.mjs [--minutes 10] [--panels train,read] [--gpu]
// Tensors and their size are the engine's and the training's own counts. Heaps are JavaScript's after a collection: of
// the page, and of its workers. The resident size is that of Chromium's process for the page (Linux only). Long tasks of
// the page's thread are by the clock: on a busy machine they count what other programs take.
import { parseArgs } from 'node:util';
import { openPage } from '../test/open-page.mjs';
import { residentMegabytes, watchWorkers } from './page-memory.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    panels: { type: 'string' },
    gpu: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const opened = await openPage({ hash: '#/way-in', gpu: values.gpu });
const { page, ready, go, problems } = opened;
const session = await page.context().newCDPSession(page);
const heapsOfWorkers = await watchWorkers(session);
await ready();
await page.evaluate(() => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
  }).observe({ type: 'longtask' });
});

const colours = ['red', 'navy', 'striped', 'black', 'yellow', 'white'];
const garments = ['dress', 'shirt', 'jacket', 'skirt', 'trousers', 'bag'];
let turn = 0;
const pick = (list, step = 1) => list[Math.floor(turn * step) % list.length];
const caption = () => `a ${pick(colours)} ${pick(garments, 1 / 6)} with a ${pick(colours, 1 / 3)} collar`;
const wanted = values.panels?.split(',');
const button = (name) => page.getByRole('button', { name, exact: true });
const settle = () => page.waitForTimeout(400);

/** What a visitor does at each panel. */
const panels = {
  async 'way-in'() {
    for (const part of ['mask', 'box', 'level', 'vectors', 'pieces', 'sequence', 'attention', 'answers']) {
      await go(`way-in?product=${product()}&part=${part}`);
      await settle();
    }
    await page.getByLabel('Caption').fill(caption());
    await settle();
    await go(`way-in?product=${product()}&part=box`);
    const corner = page.getByRole('button', { name: /^Lower right corner/ });
    for (let press = 0; press < 4; press++) {
      await corner.press('ArrowLeft');
      await settle();
    }
  },
  async 'words-and-patches'() {
    for (const by of ['alignment', 'words-look', 'patches-look', 'naming']) {
      await go(`words-and-patches?product=${product()}&by=${by}`);
      const words = page.locator('.words-word');
      await words.first().waitFor();
      for (let word = 0; word < (await words.count()); word++) await words.nth(word).hover();
      await settle();
    }
    for (let step = 0; step < 4; step++) await button('Next change').click({ timeout: 20_000 });
    await button('New draw').click();
    await settle();
  },
  async puzzles() {
    for (const kind of ['turn', 'shuffle', 'camouflage', 'grey', 'blank']) {
      await go(`puzzles?puzzle=${kind}&product=${product()}&seed=${turn}`);
      await settle();
      if (kind === 'turn')
        await page
          .locator('.puzzles-choice')
          .nth(turn % 4)
          .click();
      if (kind === 'shuffle') await button('This is the order').click({ timeout: 20_000 });
      if (kind === 'camouflage')
        await page
          .locator('.puzzles-cell')
          .nth(turn % 9)
          .click();
      await settle();
      await button('Another product').click();
      await settle();
    }
  },
  async match() {
    await go(`match?product=${product()}`);
    await page.locator('#match-caption-1').fill(caption());
    await settle();
    for (const text of [pick(colours), `${pick(colours)} ${pick(garments, 1 / 6)}`]) {
      await page.getByRole('searchbox').fill(text);
      await settle();
    }
    await page
      .locator('.match-result')
      .nth(turn % 5)
      .click();
    await button('By the picture above').click();
    await settle();
    await choosePictures('Photographs of your own to search', 6);
    await settle();
    await page.getByText(/of yours (is|are) searched/).waitFor({ timeout: 60_000 });
    await button('Forget them').click();
  },
  async read() {
    await go(`read?product=${product()}`);
    await settle();
    await button('Write again').click({ timeout: 60_000 });
    const words = page.locator('.read-written .read-word');
    for (let word = 0; word < (await words.count()); word++) await words.nth(word).hover({ force: true });
    await page.locator('.read-parts .read-word').nth(1).click();
    await settle();
    await page.locator('.read-put').first().click({ timeout: 20_000 });
    await settle();
  },
  async train() {
    await go('train');
    await button('Play').click({ timeout: 60_000 });
    await page.waitForTimeout(6000);
    await button('Pause').click();
    await page.getByLabel('Match, looking closely').click();
    await button('One step').click();
    await settle();
    await page.getByLabel('Match, looking closely').click();
    if (turn % 4 === 1) {
      await go('train?way=classes');
      await page.getByRole('button', { name: /^No photographs/ }).click();
      await page
        .getByText('dresses')
        .first()
        .waitFor({ timeout: 20_000 })
        .catch(() => undefined);
      await button('Teach').click({ timeout: 60_000 });
      await page.getByRole('heading', { name: 'Try it' }).waitFor({ timeout: 180_000 });
    }
  },
  async own() {
    // A photograph of one's own, at another panel each time.
    await go(pick(['way-in', 'puzzles', 'words-and-patches', 'read']));
    await choosePictures('A photograph of your own', 1);
    await page.waitForURL(/product=own-/);
    await page.waitForTimeout(1500);
  },
};

const begun = performance.now();
const minute = () => (performance.now() - begun) / 60_000;
console.log(
  'minute rounds tensors bytes_MB train_tensors train_MB page_heap_MB worker_heaps_MB nodes resident_MB long longest_ms errors',
);
await report();
let reported = 1;
let failures = 0;
while (minute() < minutes) {
  turn++;
  for (const [name, use] of Object.entries(panels)) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    await use().catch((error) => {
      failures++;
      console.error(`${name}, round ${turn}: ${String(error).split('\n')[0]}`);
    });
    if (minute() < reported) continue;
    await report();
    reported = Math.floor(minute()) + 1;
  }
}
await report();
for (const problem of problems) console.error(problem);
await opened.close();
process.exitCode = problems.length + failures > 0 ? 1 : 0;

function product() {
  return `g${String(1 + (turn % 36)).padStart(2, '0')}`;
}

/** Garments of the gallery as files. Playwright's own `setInputFiles` would hold the panel in memory for ever. */
async function choosePictures(label, count) {
  const ids = Array.from({ length: count }, (_, at) => `g${String(1 + ((turn + at) % 36)).padStart(2, '0')}`);
  await page.waitForFunction((name) => document.querySelector(`input[aria-label="${name}"]`) !== null, label);
  await page.evaluate(
    async ({ label, ids }) => {
      const files = new DataTransfer();
      for (const id of ids) {
        const blob = await (await fetch(`gallery/${id}.webp`)).blob();
        files.items.add(new File([blob], `${id}.webp`, { type: 'image/webp' }));
      }
      const input = document.querySelector(`input[aria-label="${label}"]`);
      input.files = files.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    { label, ids },
  );
}

async function report() {
  await go('train');
  const [, , , trainTensors = '–', trainBytes = '–'] = await page.locator('.train-figures dd').allTextContents();
  await go('about');
  const line = (name) => page.locator('.about-lines div').filter({ hasText: name }).locator('dd');
  // The figures are read once a second.
  await page.waitForTimeout(1500);
  const [tensors, bytes] = [await line('Tensors in memory').textContent(), await line('Their size').textContent()];
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.enable').then(() => session.send('Performance.getMetrics'));
  const metric = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
  const tasks = await page.evaluate(() => globalThis.longTasks.splice(0));
  console.log(
    [
      minute().toFixed(1),
      turn,
      tensors,
      bytes,
      trainTensors,
      trainBytes,
      (metric('JSHeapUsedSize') / 1e6).toFixed(1),
      (await heapsOfWorkers()).map((size) => (size / 1e6).toFixed(1)).join('+'),
      metric('Nodes'),
      await residentMegabytes(page),
      tasks.length,
      Math.round(Math.max(0, ...tasks)),
      problems.length,
    ].join('  '),
  );
}
