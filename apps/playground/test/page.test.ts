import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { fillMasks, type PuzzleAnswer, readTogether, solvePuzzle, type TogetherRead } from '@kaleido/insight';
import { type Kaleido, openKaleido } from '@kaleido/pipeline/node';
import { callEngine } from './engine-in-page.ts';
import { eventually } from './eventually.ts';
import { type Item, publicFolder, readGallery } from './gallery.ts';
import { findChromium, type OpenedBrowser, type OpenedPage, openBrowser, type ViewOptions } from './open-page.mjs';
import { panels } from './panel-ids.ts';
import { settled } from './settled.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const chromium = findChromium();
const describeInChromium = chromium === undefined ? describe.skip : describe;
const software = process.env.VK_DRIVER_FILES;
const itOnWebGpu = software !== undefined && existsSync(software) ? it : it.skip;

describeInChromium('the page (skipped without Chromium: apt-get install chromium)', () => {
  let items: readonly Item[];
  /** One browser for all pages, and one with WebGPU; each page has its own storage. */
  const browsers = new Map<'plain' | 'gpu', OpenedBrowser>();
  beforeAll(async () => {
    items = await readGallery();
  });
  afterAll(async () => {
    for (const browser of browsers.values()) await browser.close();
  });
  const using = async (
    { gpu = false, ...view }: ViewOptions & { readonly gpu?: boolean },
    use: (opened: OpenedPage) => Promise<void>,
  ) => {
    const name = gpu ? 'gpu' : 'plain';
    const browser = browsers.get(name) ?? (await openBrowser({ gpu }));
    browsers.set(name, browser);
    const opened = await browser.open(view);
    try {
      await use(opened);
    } finally {
      await opened.close();
    }
  };

  it('opens below any path, with something to see at once, and answers soon', async () => {
    await using({}, async ({ page, ready, problems }) => {
      await page.locator('main img, main canvas, main svg').first().waitFor({ timeout: 10_000 });
      const seen = await page.evaluate(() => performance.now());
      await ready();
      const answered = await page.evaluate(() => performance.now());
      console.log(`first picture ${Math.round(seen)} ms, model ready ${Math.round(answered)} ms after navigation`);
      // The goals are 1 and 5 s on two idle cores; a busy machine must not fail.
      expect(seen).toBeLessThan(10_000);
      expect(answered).toBeLessThan(60_000);
      expect(problems).toEqual([]);
    });
  });

  it('opens at addresses that nobody writes', async () => {
    // A broken escape of the panel; then settings that do not fit.
    await using({ hash: '#/%E0%A4%A?box=5000,5000,5001,5001' }, async ({ page, ready, problems }) => {
      await page.getByRole('heading', { level: 1, name: 'The way in' }).waitFor();
      await ready();
      for (const panel of panels)
        for (const text of ['', '-1', '1e9', '<b>', '3,3,4,4', '__proto__']) {
          const names = [
            'box',
            'by',
            'caption',
            'captions',
            'fill',
            'from',
            'layer',
            'level',
            'patch',
            'product',
            'word',
          ];
          const settings = new URLSearchParams(names.map((name) => [name, text]));
          await page.evaluate((hash) => {
            location.hash = hash;
          }, `#/${panel}?${settings}`);
          await page.locator('main h1').waitFor();
          await page.waitForTimeout(100);
        }
      expect(problems).toEqual([]);
    });
  });

  describe('gives the numbers of Node', () => {
    let kaleido: Kaleido;
    beforeAll(async () => {
      await selectBackend({ prefer: 'wasm' });
      kaleido = (await openKaleido(join(publicFolder, 'model'))) as Kaleido;
    });
    afterAll(() => kaleido.dispose());

    const compare = async (backend: 'wasm' | 'webgpu', gpu: boolean): Promise<void> => {
      await using({ gpu }, async ({ page, ready, url, problems }) => {
        await ready();
        const { id, image, caption } = items[3] as Item;
        const view = { picture: { key: id, source: `${url}${image}` } };
        const masked = caption.replace(/\w{4,}/, '[MASK]');
        const puzzle = { kind: 'jigsaw', order: 17 } as const;
        const [read, filled, solved] = (await callEngine(page, backend, [
          ['read', view, caption],
          ['fill', view, masked],
          ['solve', view, puzzle, caption],
        ])) as [TogetherRead, Awaited<ReturnType<typeof fillMasks>>, PuzzleAnswer];
        const look = await kaleido.look(await readFile(join(publicFolder, image)));
        const own = await readTogether(kaleido, look.batch, caption);
        let largest = 0;
        const close = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
          expect(a.length).toBe(b.length);
          for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
        };
        for (const head of ['match', 'rotation', 'jigsaw', 'camouflage'] as const)
          close(read.logits[head], own.logits[head]);
        close([read.similarity], [own.similarity]);
        const there = await fillMasks(kaleido, look.batch, masked);
        expect(filled.masks[0]?.withPhotograph.map(({ piece }) => piece)).toEqual(
          there.masks[0]?.withPhotograph.map(({ piece }) => piece),
        );
        const answer = await solvePuzzle(kaleido, look, puzzle, caption);
        if ('probabilities' in solved && 'probabilities' in answer) close(solved.probabilities, answer.probabilities);
        console.log(`${backend}: largest difference of a logit ${largest.toExponential(1)}`);
        expect(largest).toBeLessThan(1e-3);
        expect(problems).toEqual([]);
      });
    };
    it('on WebAssembly', () => compare('wasm', false));
    itOnWebGpu('on WebGPU (skipped without VK_DRIVER_FILES, a software adapter)', () => compare('webgpu', true));
  });

  it.each(['light', 'dark'] as const)('has no violation that axe-core finds, in %s colours', async (scheme) => {
    await using({ scheme }, async ({ page, ready, go, problems }) => {
      await ready();
      await page.addScriptTag({ path: axe });
      for (const panel of panels) {
        await go(panel);
        await settled(page);
        const violations = await page.evaluate(async () => {
          const { violations: all } = await (
            globalThis as unknown as {
              axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
            }
          ).axe.run();
          return all.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
        });
        expect({ panel, violations }).toEqual({ panel, violations: [] });
      }
      expect(problems).toEqual([]);
    });
  });

  it('follows the colours of the system until the visitor chooses some', async () => {
    await using({ scheme: 'dark' }, async ({ page, problems }) => {
      // The ground, and the token of numbers.
      const colours = () =>
        page.evaluate(() => [
          getComputedStyle(document.body).backgroundColor,
          getComputedStyle(document.documentElement).getPropertyValue('--heat'),
        ]);
      const light = ['rgb(250, 249, 246)', '74, 58, 167'];
      const dark = ['rgb(22, 21, 28)', '179, 166, 255'];
      const become = (wanted: readonly string[]) => eventually(colours, (found) => found.join() === wanted.join());
      await become(dark);
      await page.emulateMedia({ colorScheme: 'light' });
      await become(light);
      await page.getByRole('button', { name: 'Use dark colours' }).click();
      await become(dark);
      await page.reload();
      await become(dark);
      await page.getByRole('button', { name: 'Use light colours' }).click();
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.getByRole('button', { name: 'Use dark colours' }).waitFor();
      await become(light);
      expect(problems).toEqual([]);
    });
  });

  it('fits a phone', async () => {
    await using({ width: 360, height: 780 }, async ({ page, ready, go }) => {
      await ready();
      for (const panel of panels) {
        await go(panel);
        await settled(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect({ panel, wide }).toEqual({ panel, wide: 360 });
      }
    });
  });

  it('opens offline after the first visit', async () => {
    await using({}, async ({ page, context, ready, go, problems }) => {
      await ready();
      await eventually(
        () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state),
        (state) => state === 'activated',
      );
      await context.setOffline(true);
      await page.reload();
      await ready();
      for (const panel of panels) {
        await go(panel);
        await page.getByRole('heading', { level: 1 }).waitFor();
      }
      expect(problems).toEqual([]);
    });
  });

  itOnWebGpu('runs on what the address comes to ask for (skipped without VK_DRIVER_FILES)', async () => {
    await using({ gpu: true, hash: '#/read?product=g05&backend=wasm' }, async ({ page, ready, go, problems }) => {
      await ready();
      const running = (): Promise<string | null> => page.locator('.engine button[aria-pressed=true]').textContent();
      const workers = (): number => page.workers().filter((one) => one.url().includes('engine-worker')).length;
      let started = 0;
      page.on('worker', (worker) => {
        if (worker.url().includes('engine-worker')) started++;
      });
      for (const [backend, name] of [
        ['webgpu', 'WebGPU'],
        ['wasm', 'WebAssembly'],
      ] as const) {
        await go(`read?product=g05&backend=${backend}`);
        await eventually(running, (now) => now === name);
        await ready();
      }
      expect(started).toBe(2);
      // An address that asks for none, or for what runs, starts nothing anew; the switch starts it once.
      await go('read?product=g05');
      await go('about?backend=wasm');
      await page.getByRole('heading', { name: 'This machine' }).waitFor();
      await page.getByRole('button', { name: 'WebGPU' }).click();
      await eventually(running, (now) => now === 'WebGPU');
      await ready();
      expect(started).toBe(3);
      await eventually(
        async () => workers(),
        (count) => count === 1,
      );
      expect(problems).toEqual([]);
    });
  });

  itOnWebGpu(
    'goes on with WebAssembly when the graphics device is lost (skipped without VK_DRIVER_FILES)',
    async () => {
      await using({ gpu: true, hash: '#/about' }, async ({ page, context, url, ready, problems }) => {
        // The worker tells its device, which a page cannot reach.
        await context.route(/engine-worker.*\.js$/, async (route) => {
          const response = await route.fetch();
          const spy = `const request = GPUAdapter.prototype.requestDevice;
          GPUAdapter.prototype.requestDevice = async function (...parameters) {
            globalThis.device = await request.apply(this, parameters);
            return globalThis.device;
          };`;
          await route.fulfill({ response, body: `${spy}\n${await response.text()}` });
        });
        await page.evaluate(async () => {
          for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
        });
        await page.goto(`${url}#/match?backend=webgpu`);
        await page.reload();
        await ready();
        const worker = page.workers().find((one) => one.url().includes('engine-worker'));
        await worker?.evaluate(() => (globalThis as unknown as { device: { destroy(): void } }).device.destroy());
        await page.locator('.picker-choice').nth(7).click();
        await page.getByText('The graphics device was lost. WebAssembly goes on.').waitFor({ timeout: 60_000 });
        await ready();
        expect(await page.locator('.engine button[aria-pressed=true]').textContent()).toBe('WebAssembly');
        expect(problems).toEqual([]);
      });
    },
  );

  it('loads little before the first panel', async () => {
    const dist = fileURLToPath(new URL('../dist/', import.meta.url));
    await using({}, async ({ page }) => {
      await page.locator('main img, main canvas, main svg').first().waitFor();
      const loaded = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter((entry) => (entry as PerformanceResourceTiming).initiatorType !== 'other')
          .map(({ name }) => name.replace(document.baseURI, ''))
          .filter((name) => name.endsWith('.js') && !name.includes('worker')),
      );
      let bytes = 0;
      for (const name of loaded) bytes += gzipSync(await readFile(join(dist, name))).length;
      console.log(
        `${Math.round(bytes / 1000)} kB of JavaScript (gzip) before the first panel, in ${loaded.length} files`,
      );
      // The goal is 400 kB. The worker and its backends are not needed for what is seen first.
      expect(bytes).toBeLessThan(400_000);
    });
  });

  it('is operated by keyboard, and its address tells what is seen', async () => {
    await using({ hash: '#/read' }, async ({ page, url, ready }) => {
      await ready();
      await page.getByRole('link', { name: 'Five puzzles' }).focus();
      await page.keyboard.press('Enter');
      // The new panel's title has the focus then.
      await page.locator('h1:focus', { hasText: 'Five puzzles' }).waitFor();
      await page.locator('.picker-choice').nth(1).focus();
      await page.keyboard.press('Space');
      await page.waitForURL(/#\/puzzles\?.*product=g02/);
      await page.goto(`${url}#/match?product=g05`);
      await page.reload();
      await page.locator('.picker-choice[aria-pressed=true]').waitFor();
      expect(await page.locator('.picker-choice').nth(4).getAttribute('aria-pressed')).toBe('true');
    });
  });
});
