import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { readTogether } from '@kaleido/insight';
import { type Kaleido, openKaleido } from '@kaleido/pipeline/node';
import { attentionLinks, knownAttentionLinks } from '../src/panels/words-and-patches/links.ts';
import { type Item, publicFolder, readGallery, readKnown } from './gallery.ts';
import { findChromium, openPage } from './open-page.mjs';

const itInChromium = findChromium() === undefined ? it.skip : it;

describe('attention that was computed in advance', () => {
  let kaleido: Kaleido;
  let items: readonly Item[];
  beforeAll(async () => {
    await selectBackend({ prefer: 'wasm' });
    kaleido = (await openKaleido(join(publicFolder, 'model'))) as Kaleido;
    items = await readGallery();
  });
  afterAll(() => kaleido.dispose());

  it('is what the model gives, to half a step of 255', async () => {
    for (const { id, image, caption } of [items[0], items.at(-1)] as Item[]) {
      const { words, attention } = await readKnown(id);
      const { batch } = await kaleido.look(await readFile(join(publicFolder, image)));
      const read = await readTogether(kaleido, batch, caption);
      expect(attention.layer).toBe(read.attentions.length - 1);
      for (const source of ['words-look', 'patches-look'] as const) {
        const looking = { layer: attention.layer, head: undefined };
        const truth = attentionLinks(words, read, looking, source).values;
        const known = knownAttentionLinks(words, attention, looking, source)?.values ?? [];
        expect(known.length).toBe(truth.length);
        const largest = Math.max(...truth);
        expect(largest).toBeGreaterThan(0.01);
        const differences = Array.from(truth, (value, at) => Math.abs(value - (known[at] ?? Number.NaN)));
        expect(Math.max(...differences)).toBeLessThan((0.51 * largest) / 255 + 1e-6);
      }
      expect(knownAttentionLinks(words, attention, { layer: 0, head: undefined }, 'words-look')).toBeUndefined();
      expect(knownAttentionLinks(words, attention, { layer: attention.layer, head: 0 }, 'words-look')).toBeUndefined();
    }
  });

  itInChromium('is shown by a page whose model never arrives (skipped without Chromium)', async () => {
    const { page, go, close } = await openPage({
      hash: '#/words-and-patches?by=words-look&word=belt',
      faultOf: (file) => (file.startsWith('model/') ? { status: 503 } : undefined),
    });
    try {
      await page.getByText(/^\d+(\.\d+)? % of its attention goes to the patches/).waitFor();
      await go('words-and-patches?by=patches-look&word=belt');
      await page.getByText(/A patch gives it \d+(\.\d+)? % of its attention on average/).waitFor();
      // One head of a layer needs the model.
      await go('words-and-patches?by=words-look&head=2&word=belt');
      await page.locator('.words-waiting').getByText('This needs the model').waitFor();
    } finally {
      await close();
    }
  });
});
