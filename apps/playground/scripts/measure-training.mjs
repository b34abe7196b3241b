// Measures pre-training in the tab against the same steps in Node, in turn, on the backend wasm:
//   pnpm turbo run build && node apps/playground/scripts/measure-training.mjs [SECONDS] [ROUNDS]
// Prints steps a second of both and their ratio, by the clock and by processor time, and the tasks of the page's thread
// while it trains: those above 50 ms on the clock, and the longest in processor time. On a busy machine the clock counts
// what other programs take, and processor time does not: of the training's thread in the tab, of the process in Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { memory, selectBackend } from '@kaleido/backend';
import { createKaleido } from '@kaleido/pipeline/node';
import sharp from 'sharp';
import { build } from 'vite';
import { openPage } from '../test/open-page.mjs';

const [seconds = 6, rounds = 8] = process.argv.slice(2).map(Number);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(root, 'node_modules', '.measure-'));
try {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'src/training/pretraining.ts', outDir: folder, emptyOutDir: true },
  });
  const { Pretraining } = await import(pathToFileURL(join(folder, 'pretraining.js')).href);
  await selectBackend({ prefer: 'wasm' });
  const node = await openInNode(Pretraining);
  const tab = await openInTab();
  const ratios = [];
  for (let round = 0; round < rounds; round++) {
    const inNode = await node.speed();
    const inTab = await tab.speed();
    ratios.push(inTab / inNode);
    console.log(`node ${inNode.toFixed(2)} steps/s, tab ${inTab.toFixed(2)} steps/s: ${(inTab / inNode).toFixed(2)}`);
  }
  ratios.sort((a, b) => a - b);
  console.log(`tab / node by the clock, median: ${ratios[Math.floor(ratios.length / 2)].toFixed(2)}`);
  const [costInNode, costInTab] = [await node.close(), await tab.close()];
  console.log(
    `processor time a step: node ${costInNode.toFixed(1)} ms, tab ${costInTab.toFixed(1)} ms: ${(costInNode / costInTab).toFixed(2)}`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The same training as in the page, with its reports and exams, in this process. */
async function openInNode(Pretraining) {
  let step = 0;
  let drawn = 0;
  let ready = () => undefined;
  const opened = new Promise((resolve) => {
    ready = resolve;
  });
  const training = new Pretraining({
    seed: 1,
    settings: { learningRate: 0.003, objectives: ['contrastive', 'words', 'tasks'] },
    createKaleido,
    rasterise: async (svg) => sharp(Buffer.from(svg)).png().toBuffer(),
    tell(event) {
      if (event.kind === 'steps') step = event.step;
      if (event.kind === 'garments') drawn = event.ready;
      if (drawn === 512) ready();
    },
  });
  const done = training.run();
  await opened;
  let taken = 0;
  const speed = async () => {
    const before = process.cpuUsage();
    training.play();
    await pause(2000);
    const speed = await between(seconds, async () => step);
    training.pause();
    await pause(1000);
    const { user, system } = process.cpuUsage(before);
    taken += (user + system) / 1000;
    return speed;
  };
  return {
    speed,
    /** Milliseconds of processor time a step. */
    async close() {
      console.log(`node: ${step} steps, ${memory().numTensors} tensors`);
      training.end();
      await done;
      return taken / step;
    },
  };
}

async function openInTab() {
  const opened = await openPage({ hash: '#/train' });
  const { page, context } = opened;
  const session = await context.newCDPSession(page);
  const tasks = [];
  const threads = new Map();
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value)
      if (event.name === 'thread_name') threads.set(`${event.pid}/${event.tid}`, event.args.name);
      else if (event.name === 'ThreadControllerImpl::RunTask') tasks.push(event);
  });
  await page.waitForFunction(
    () => [...document.querySelectorAll('.train-figures dd')].some((one) => one.textContent === '512 of 512'),
    undefined,
    { polling: 500, timeout: 300_000 },
  );
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] },
  });
  const step = async () => Number(await page.locator('.train-figures').getAttribute('data-step'));
  const speed = async () => {
    await page.getByRole('button', { name: 'Play' }).click();
    await pause(2000);
    const speed = await between(seconds, step);
    await page.getByRole('button', { name: 'Pause' }).click();
    await pause(1000);
    return speed;
  };
  return {
    speed,
    async close() {
      const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
      await session.send('Tracing.end');
      await ended;
      const of = (name) => tasks.filter(({ pid, tid }) => threads.get(`${pid}/${tid}`)?.startsWith(name));
      const own = of('CrRendererMain');
      const most = (field) => Math.max(0, ...own.map((task) => (task[field] ?? 0) / 1000)).toFixed(0);
      const long = own.filter(({ dur }) => dur > 50_000).length;
      const [steps, , , tensors, bytes] = await page.locator('.train-figures dd').allTextContents();
      console.log(`tab: ${steps} steps, ${tensors} tensors, ${bytes}`);
      console.log(
        `the page's thread: ${own.length} tasks, ${long} above 50 ms on the clock (longest ${most('dur')} ms), longest in processor time ${most('tdur')} ms`,
      );
      const taken = of('DedicatedWorker').reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0) / (await step());
      for (const problem of opened.problems) console.error(problem);
      await opened.close();
      return taken;
    },
  };
}

/** Steps a second over some seconds. */
async function between(over, step) {
  const [from, begin] = [await step(), performance.now()];
  await pause(1000 * over);
  return (1000 * ((await step()) - from)) / (performance.now() - begin);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
