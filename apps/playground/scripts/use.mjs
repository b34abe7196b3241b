// Uses every panel in turn for some minutes, as a visitor would, and prints each minute what the page holds:
//   pnpm turbo run build && node apps/playground/scripts/use.mjs [--minutes 10] [--panels train,read] [--gpu]
// Tensors and their size are the engine's and the training's own counts. Heaps are JavaScript's after a collection: of
// the page, and of its workers with their array buffers.
// Documents, nodes and listeners are the page's after a collection; each SVG that is shown counts as a document.
// Resident sizes are of Chromium's processes (Linux only): of the page as it is, then of all when the browser has given
// back what it only keeps in case, decoded pictures above all. At the end stands how much each figure grows a minute, in
// the second half of the time; what leaks grows there. Long tasks of the page's thread are by the clock: on a busy machine
// they count what other programs take.
import { parseArgs } from 'node:util';
import { openPage } from '../test/open-page.mjs';
import { residentSizes, watchWorkers } from './page-memory.mjs';
import { watchLongTasks } from './watch-long-tasks.mjs';

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
const longTasks = await watchLongTasks(page);

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
const reports = [];
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
console.log(growth());
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
  const resident = (await residentSizes(page)).page;
  // What the browser would give back to other programs.
  await session.send('Memory.simulatePressureNotification', { level: 'critical' });
  await session.send('HeapProfiler.collectGarbage');
  const workers = await heapsOfWorkers();
  const { metrics } = await session.send('Performance.enable').then(() => session.send('Performance.getMetrics'));
  const metric = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
  const { documents, nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  const after = await residentSizes(page);
  const tasks = await longTasks();
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const figures = {
    minute: minute().toFixed(1),
    rounds: turn,
    tensors,
    tensors_MB: Number.parseFloat(bytes) || '–',
    train_tensors: trainTensors,
    train_MB: Number.parseFloat(trainBytes) || '–',
    page_heap_MB: megabytes(metric('JSHeapUsedSize')),
    worker_heaps_MB: workers.map(megabytes).join('+'),
    documents,
    nodes,
    listeners: jsEventListeners,
    resident_MB: resident,
    page_MB: after.page,
    browser_MB: after.browser,
    gpu_MB: after.gpu,
    others_MB: after.others,
    long: tasks.length,
    longest_ms: Math.round(Math.max(0, ...tasks)),
    errors: problems.length,
  };
  const names = Object.keys(figures);
  if (reports.length === 0) console.log(names.join(' '));
  reports.push(figures);
  console.log(names.map((name) => String(figures[name]).padStart(name.length)).join(' '));
}

/** By how much each figure grows a minute in the second half of the time: the slope of a line through its values. */
function growth() {
  const half = reports.slice(Math.floor(reports.length / 2));
  if (half.length < 3) return 'growth a minute: too few reports to tell';
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const times = half.map((one) => Number(one.minute));
  const spread = mean(times.map((time) => (time - mean(times)) ** 2));
  const slopes = Object.keys(half[0]).flatMap((name) => {
    // Of several workers, their sum.
    const values = half.map((one) =>
      String(one[name])
        .split('+')
        .reduce((sum, part) => sum + Number(part.replaceAll(',', '')), 0),
    );
    if (['minute', 'rounds', 'long', 'longest_ms', 'errors'].includes(name) || !values.every(Number.isFinite))
      return [];
    const slope = mean(values.map((value, at) => (value - mean(values)) * (times[at] - mean(times)))) / spread;
    return [`${name} ${slope.toFixed(2)}`];
  });
  return `growth a minute: ${slopes.join(', ')}`;
}
