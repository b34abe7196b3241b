import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { builtFolder, findChromium, type OpenedPage, openPage } from './open-page.mjs';

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

  /** Opens the first build, until it is kept. */
  const openFirst = async (): Promise<OpenedPage> => {
    const opened = await openPage({ folder });
    await opened.ready();
    await opened.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await opened.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    return opened;
  };
  /** As if the browser had looked for a new build. */
  const fetchSecond = (page: Page): Promise<void> =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      for (let attempt = 0; attempt < 100 && registration.waiting === null; attempt++)
        await new Promise((resolve) => setTimeout(resolve, 100));
      if (registration.waiting === null) throw new Error('the new build was not kept');
    });
  const isSecond = async (page: Page): Promise<boolean> => (await page.locator('meta[name=build]').count()) === 1;
  const untilSecond = (page: Page): Promise<void> =>
    page.locator('meta[name=build]').waitFor({ state: 'attached', timeout: 20_000 });
  const told = (page: Page) => page.getByRole('status').filter({ hasText: 'A new version of this page is there' });
  const readyAgain = (page: Page) => page.getByRole('status').filter({ hasText: 'Ready' }).waitFor();

  it('is shown by the only tab when that is reloaded', async () => {
    const { page, problems, close } = await openFirst();
    try {
      await replace();
      await fetchSecond(page);
      await told(page).waitFor();
      await page.evaluate(() => {
        location.hash = '#/read';
      });
      await page.reload();
      await untilSecond(page);
      await readyAgain(page);
      expect(new URL(page.url()).hash).toBe('#/read');
      expect(await told(page).count()).toBe(0);
      // Nothing of the first is left.
      expect(await page.evaluate(() => caches.keys())).toEqual(
        expect.not.arrayContaining([expect.stringMatching(/^kaleido-page-(?!second)/)]),
      );
      await page.context().setOffline(true);
      await page.reload();
      await readyAgain(page);
      expect(await isSecond(page)).toBe(true);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  it('that the reload itself finds is told, and loaded by the button', async () => {
    const { page, problems, close } = await openFirst();
    try {
      await replace();
      await page.reload();
      expect(await isSecond(page)).toBe(false);
      await told(page).waitFor();
      await page.getByRole('button', { name: 'Reload', exact: true }).click();
      await untilSecond(page);
      await readyAgain(page);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  it('waits until no other tab shows the first', async () => {
    const { page: first, context, url, problems, close } = await openFirst();
    try {
      await replace();
      const other = await context.newPage();
      await other.goto(url);
      await readyAgain(other);
      expect(await isSecond(other)).toBe(false);
      await fetchSecond(other);
      await first.reload();
      const third = await context.newPage();
      await third.goto(url);
      expect(await isSecond(third)).toBe(false);
      await third.close();
      await told(first).waitFor();
      const button = first.getByRole('button', { name: 'Reload', exact: true });
      await button.click();
      await told(first).filter({ hasText: 'Close the other tab of this page first' }).waitFor();
      expect([await isSecond(first), await isSecond(other)]).toEqual([false, false]);
      // A panel that it has not shown yet, and that the server does not have any more.
      await other.evaluate(() => {
        location.hash = '#/about';
      });
      await other.getByRole('heading', { name: 'This machine' }).waitFor();
      await other.close();
      await button.click();
      await untilSecond(first);
      await readyAgain(first);
      expect(problems).toEqual([]);
    } finally {
      await close();
    }
  });

  it('leaves an open page its own files, and opens with its own models', async () => {
    const { page: first, context, url, close } = await openFirst();
    try {
      const keptModels = (page: Page) =>
        page.evaluate(async () => {
          const cache = await caches.open('kaleido-models-1');
          return (await cache.keys()).map(({ url }) => url.split('/').slice(-2).join('/')).sort();
        });
      const before = await keptModels(first);
      await replace();
      await fetchSecond(first);
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
      const page = await context.newPage();
      await page.goto(url);
      await untilSecond(page);
      await readyAgain(page);
      const config = (names: readonly string[]) => names.filter((name) => name.startsWith('model/config.json'));
      expect(config(before)).toHaveLength(1);
      expect(config(await keptModels(page))).toHaveLength(1);
      expect(config(await keptModels(page))).not.toEqual(config(before));
    } finally {
      await close();
    }
  });
});
