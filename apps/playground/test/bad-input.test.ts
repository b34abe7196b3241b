import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { eventually } from './eventually.ts';
import { publicFolder } from './gallery.ts';
import {
  type Fault,
  findChromium,
  type OpenedBrowser,
  type OpenedPage,
  openBrowser,
  type ViewOptions,
} from './open-page.mjs';

const describeInChromium = findChromium() === undefined ? describe.skip : describe;

describeInChromium('the page goes on (skipped without Chromium: apt-get install chromium)', () => {
  let browser: OpenedBrowser;
  /** What goes wrong on the server now, by the file. */
  let faults: readonly (readonly [file: RegExp, fault: Fault])[] = [];
  beforeAll(async () => {
    browser = await openBrowser({
      faultOf: (file) => faults.find(([pattern]) => pattern.test(file))?.[1],
      args: ['--disable-features=WebGPU'],
    });
  });
  afterAll(async () => {
    await browser?.close();
  });
  const using = async (
    options: ViewOptions & { readonly faults?: typeof faults },
    use: (opened: OpenedPage) => Promise<void>,
  ) => {
    const { faults: wanted = [], ...view } = options;
    faults = wanted;
    const opened = await browser.open(view);
    try {
      await use(opened);
    } finally {
      faults = [];
      await opened.close();
    }
  };
  const alert = ({ page }: OpenedPage, says: RegExp) => page.getByRole('alert').filter({ hasText: says });

  it('without WebGPU: its button is off and says why, and an address that asks for it gets WebAssembly', async () => {
    await using({ hash: '#/about?backend=webgpu' }, async ({ page, ready, problems }) => {
      await ready();
      await page.locator('.notice', { hasText: /WebGPU\. WebAssembly runs the model\.$/ }).waitFor();
      const button = page.getByRole('button', { name: 'WebGPU' });
      await eventually(() => button.isDisabled(), Boolean);
      expect(await button.getAttribute('title')).toMatch(/^This browser has no /);
      expect(await page.locator('.engine button[aria-pressed=true]').textContent()).toBe('WebAssembly');
      expect(problems).toEqual([]);
    });
    // Also by hand, in the address of an open page.
    await using({ hash: '#/about' }, async ({ page, ready, go, problems }) => {
      await ready();
      const note = page.locator('.notice', { hasText: /WebGPU\. WebAssembly runs the model\.$/ });
      expect(await note.count()).toBe(0);
      await go('about?backend=webgpu');
      await note.waitFor();
      await ready();
      expect(problems).toEqual([]);
    });
  });

  it('with files that are no pictures, and with one that is too large', async () => {
    await using({ hash: '#/puzzles' }, async (opened) => {
      const { page, ready, go, problems } = opened;
      await ready();
      const input = page.locator('.picker input[type=file]');
      const files = [
        { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture'), says: /is not a picture/ },
        {
          name: 'drawing.svg',
          mimeType: 'image/svg+xml',
          buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
          says: /is an SVG drawing/,
        },
        { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0), says: /is empty/ },
        {
          name: 'phone.heic',
          mimeType: 'image/heic',
          buffer: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(40)]),
          says: /is HEIC/,
        },
      ];
      for (const { says, ...file } of files) {
        await input.setInputFiles(file);
        await alert(opened, says).waitFor();
      }
      const large = { width: 10_000, height: 6000, channels: 3, background: '#caa' } as const;
      const buffer = await sharp({ create: large }).jpeg().toBuffer();
      await input.setInputFiles({ name: 'large.jpg', mimeType: 'image/jpeg', buffer });
      await alert(opened, /60 million pixels; pictures up to 50 million are read/).waitFor();
      // Said once, though several answers are missing.
      expect(await page.getByRole('alert').count()).toBe(1);
      await go('read?product=own-1');
      await alert(opened, /60 million pixels/).waitFor();
      await page.locator('.picker-choice[title]').nth(2).click();
      await page.waitForURL(/product=g/);
      await eventually(
        () => page.getByRole('alert').count(),
        (count) => count === 0,
      );
      expect(problems).toEqual([]);
    });
  });

  it('with ten thousand files that are dropped', async () => {
    await using({ hash: '#/match' }, async (opened) => {
      const { page, ready, go, problems } = opened;
      await ready();
      const drop = (on: string): Promise<void> =>
        page
          .locator(on)
          .first()
          .evaluate((target) => {
            const transfer = new DataTransfer();
            for (let file = 0; file < 10_000; file++)
              transfer.items.add(new File([`${file}`], `${file}.jpg`, { type: 'image/jpeg' }));
            target.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
          });
      await drop('.match-search');
      await page.getByText('At most 200 photographs are searched at once. 9,800 more were left out unread.').waitFor();
      await page.getByText('200 files were left out').waitFor();
      await go('train?way=classes');
      await drop('.train-class');
      await alert(
        opened,
        /There is room for 6,000 photographs and 20 classes in all\. 4,000 photographs were left out\./,
      ).waitFor();
      await go('way-in?product=g02');
      await drop('main');
      await alert(opened, /^0\.jpg is not a picture/).waitFor();
      await ready();
      expect(problems).toEqual([]);
    });
  });

  it('with model folders that are damaged, of a later version or not whole, and back', async () => {
    await using({ hash: '#/about' }, async (opened) => {
      const { page, ready, problems } = opened;
      await ready();
      const folder = await mkdtemp(join(tmpdir(), 'model-'));
      const weights = await readFile(join(publicFolder, 'model/model.safetensors'));
      const cases: readonly (readonly [spoil: () => Promise<unknown>, says: RegExp])[] = [
        [() => writeFile(join(folder, 'model.safetensors'), weights.subarray(0, 1e6)), /model\.safetensors is damaged/],
        [() => rm(join(folder, 'model.safetensors')), /It has no model\.safetensors/],
        [() => rm(join(folder, 'vocab.txt')), /It has no vocab\.txt/],
        [
          () => writeFile(join(folder, 'preprocessor.json'), '{"version": 99}'),
          /preprocessor\.json is of a later version/,
        ],
        [() => writeFile(join(folder, 'config.json'), '{"hidden_size": 12'), /config\.json is damaged/],
        [() => writeFile(join(folder, 'config.json'), '{"kaleido": 2}'), /config\.json is of another version/],
      ];
      try {
        for (const [spoil, says] of cases) {
          await rm(folder, { recursive: true });
          await cp(join(publicFolder, 'model'), folder, { recursive: true });
          await spoil();
          await page.getByLabel('A model folder of your own').setInputFiles(folder);
          await alert(opened, says).waitFor();
          // Said once, with the way back.
          expect(await page.getByText(says).count()).toBe(1);
          await alert(opened, /Your model does not open/)
            .getByRole('button', { name: 'Use the bundled model' })
            .click();
          await ready();
        }
      } finally {
        await rm(folder, { recursive: true });
      }
      expect(problems).toEqual([]);
    });
  });

  it('with a server that has no weights, sends half of them or breaks off; and a reload mends it', async () => {
    const weights = /^model\/model\.safetensors$/;
    for (const [fault, says] of [
      [{ status: 404 }, /model\.safetensors could not be loaded: the server answers 404/],
      [{ cut: 100_000 }, /model\.safetensors arrived with 100000 of \d+ bytes/],
      [{ broken: 100_000 }, /model\.safetensors did not arrive whole/],
    ] as const)
      await using({ faults: [[weights, fault]] }, async (opened) => {
        await alert(opened, says).waitFor();
        // What was computed in advance is there all the same.
        await opened.page
          .locator('.way-in-match')
          .filter({ hasText: /\d+ % match/ })
          .waitFor();
        faults = [];
        await opened.page.reload();
        await opened.ready();
      });
  });

  it('with a server that has no gallery, or half of it', async () => {
    for (const [fault, says] of [
      [{ status: 404 }, /The gallery could not be loaded: the server answers 404/],
      [{ cut: 500 }, /The gallery could not be loaded: it arrived damaged/],
    ] as const)
      await using({ faults: [[/^gallery\/gallery\.json$/, fault]] }, async (opened) => {
        await alert(opened, says).waitFor();
        await opened.ready();
        faults = [];
        await opened.page.reload();
        await opened.page.locator('.picker-choice').first().waitFor();
        expect(await opened.page.getByRole('alert').count()).toBe(0);
      });
  });

  it('where nothing can be stored', async () => {
    const before = `for (const name of ['put', 'add', 'addAll'])
      Cache.prototype[name] = async () => { throw new DOMException('Quota exceeded.', 'QuotaExceededError'); };\n`;
    await using({ faults: [[/worker.*\.js$|sw\.js$/, { before }]] }, async ({ page, ready, problems }) => {
      await ready();
      await page.reload();
      await ready();
      expect(problems).toEqual([]);
    });
  });

  it('when numbers grow without limit in training', async () => {
    await using({ hash: '#/train?rate=1000000' }, async (opened) => {
      const { page, problems } = opened;
      const play = page.getByRole('button', { name: 'Play', exact: true });
      await eventually(() => play.isEnabled(), Boolean, 120_000);
      await play.click();
      await alert(opened, /In step \d+ a number grew without limit/).waitFor({ timeout: 60_000 });
      await page.getByLabel('Learning rate').selectOption('0.003');
      await play.click();
      await eventually(
        async () => Number(await page.locator('.train-figures').getAttribute('data-step')),
        (step) => step >= 5,
        60_000,
      );
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });
});
