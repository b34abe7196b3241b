import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { builtFolder, findChromium, openPage } from './open-page.mjs';

const publicFolder = fileURLToPath(new URL('../public/', import.meta.url));
const describeInChromium = findChromium() === undefined ? describe.skip : describe;

interface Listed {
  readonly bytes: number;
  readonly sha256: string;
}

const listedAs = (content: Uint8Array): Listed => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});

it.each(['model', 'captioner', 'tagger'])('%s lists its files with their sizes and hashes', async (name) => {
  const folder = join(publicFolder, name);
  const files = (await readdir(folder)).filter((file) => file !== 'files.json').sort();
  const listed: [string, Listed][] = [];
  for (const file of files) listed.push([file, listedAs(await readFile(join(folder, file)))]);
  expect(JSON.parse(await readFile(join(folder, 'files.json'), 'utf8'))).toEqual(Object.fromEntries(listed));
});

describeInChromium('a new build (skipped without Chromium: apt-get install chromium)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaleido-page-'));
    await cp(builtFolder(), folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Changes a file; `change` gets its text. */
  const edit = async (file: string, change: (text: string) => string): Promise<void> => {
    const path = join(folder, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  };

  /** Another version in the place of the first: marked, with other models, and without a panel of the first. */
  const replace = async (): Promise<void> => {
    await edit('index.html', (text) => text.replace('<head>', '<head><meta name="build" content="second">'));
    for (const model of ['model', 'tagger']) {
      await edit(join(model, 'config.json'), (text) => `${text}\n`);
      const content = await readFile(join(folder, model, 'config.json'));
      await edit(join(model, 'files.json'), (text) =>
        JSON.stringify({ ...JSON.parse(text), 'config.json': listedAs(content) }, null, 2).concat('\n'),
      );
    }
    const gone = (await readdir(join(folder, 'assets'))).filter((name) => /^about-.*\.(js|css)$/.test(name));
    for (const name of gone) await rm(join(folder, 'assets', name));
    await edit('sw.js', (text) =>
      gone
        .reduce((all, name) => all.replace(new RegExp(`\\["./assets/${name}",\\d+\\],`), ''), text)
        .replace(/const version = "\w+"/, 'const version = "second"'),
    );
  };

  it('leaves an open page its own files, and opens with its own models', async () => {
    const { page: first, context, url, ready, close } = await openPage({ folder });
    try {
      await ready();
      await first.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await first.waitForFunction(() => navigator.serviceWorker.controller !== null);
      const keptModels = (page: Page) =>
        page.evaluate(async () => {
          const cache = await caches.open('kaleido-models-1');
          return (await cache.keys()).map(({ url }) => url.split('/').slice(-2).join('/')).sort();
        });
      const before = await keptModels(first);
      await replace();
      await first.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        for (let attempt = 0; attempt < 100 && registration.waiting === null; attempt++)
          await new Promise((resolve) => setTimeout(resolve, 100));
        if (registration.waiting === null) throw new Error('the new build was not kept');
      });
      // A panel that it has not shown yet, and that the server does not have any more.
      await first.evaluate(() => {
        location.hash = '#/about';
      });
      await first.getByRole('heading', { name: 'This machine' }).waitFor();
      // A model of which it has the list of the first build, and the server the files of the second.
      await first.evaluate(() => {
        location.hash = '#/read';
      });
      await first.getByRole('alert').filter({ hasText: 'newer version of this page' }).waitFor();
      await first.close();
      // While a debugger is attached, as here, Chromium may hold the older version for a while after its last tab.
      const page = await context.newPage();
      const second = page.locator('meta[name=build]');
      for (let visit = 0; visit < 10 && (await second.count()) === 0; visit++) {
        await page.goto('about:blank');
        await page.waitForTimeout(1000);
        await page.goto(url);
        await second.waitFor({ state: 'attached', timeout: 2000 }).catch(() => undefined);
      }
      expect(await second.count()).toBe(1);
      await page.getByRole('status').filter({ hasText: 'Ready' }).waitFor();
      const config = (names: readonly string[]) => names.filter((name) => name.startsWith('model/config.json'));
      expect(config(before)).toHaveLength(1);
      expect(config(await keptModels(page))).toHaveLength(1);
      expect(config(await keptModels(page))).not.toEqual(config(before));
    } finally {
      await close();
    }
  });
});
