import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { eventually } from './eventually.ts';
import { type Known, publicFolder, readKnown } from './gallery.ts';
import { findChromium, type OpenedPage, openPage } from './open-page.mjs';

const describeInChromium = findChromium() === undefined ? describe.skip : describe;

const id = 'g03';

describeInChromium('a model of the visitor (skipped without Chromium: apt-get install chromium)', () => {
  let opened: OpenedPage;
  let known: Known;
  let folder: string;
  const locate = (selector: string): Locator => opened.page.locator(selector);
  /** The models of the page, as the folder of a run has them. */
  const copyInto = (model: string, place: string): Promise<void> =>
    cp(join(publicFolder, model), join(folder, place), { recursive: true });
  const open = async (picked = folder): Promise<void> => {
    await opened.go(`about?product=${id}`);
    await opened.page.getByLabel('A model folder of your own').setInputFiles(picked);
    await opened.page.getByText('is open.').waitFor();
    await opened.ready();
    await opened.go(`read?product=${id}`);
  };
  const written = async (): Promise<string> =>
    (await locate('.read-written').allTextContents()).join('').replaceAll(/\s+/g, ' ').trim();
  const kind = () => locate('.read-row-first .read-name').allTextContents();

  beforeAll(async () => {
    known = await readKnown(id);
    opened = await openPage({ hash: `#/about?product=${id}` });
    await opened.ready();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'own-model-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  afterAll(async () => {
    await opened?.close();
  });

  it('that comes alone is given no answer of the bundled copies', async () => {
    await copyInto('model', '.');
    await open();
    await opened.page.getByText('Your model does not write: no copy that was trained to came with it.').waitFor();
    await opened.page.getByText('Your model names nothing: no classifier came with it.').waitFor();
    // Its own answers are there.
    await locate('.read-filled:not(.read-filled-old)').first().waitFor();
    expect(await locate('.read-written, .read-fields').count()).toBe(0);
  });

  it('that is a run writes and names classes with its own copies', async () => {
    await copyInto('model', '.');
    await copyInto('captioner', 'finetuned/captioning');
    await copyInto('tagger', 'finetuned/image');
    await open();
    await locate('.read-written .read-word:enabled').first().waitFor();
    expect(await written()).toBe(known.written);
    await eventually(kind, ([first]) => first?.startsWith(known.tags[0]?.classes[0]?.name ?? '?') === true);
    expect(opened.problems).toEqual([]);
  });

  it('whose copy is damaged says so, and the rest goes on', async () => {
    await copyInto('model', '.');
    await copyInto('captioner', 'finetuned/captioning');
    await copyInto('tagger', 'finetuned/image');
    await rm(join(folder, 'finetuned/captioning/vocab.txt'));
    await open();
    await opened.page
      .getByRole('alert')
      .filter({ hasText: 'The copy of your model that writes does not open. It has no vocab.txt.' })
      .waitFor();
    await eventually(kind, ([first]) => first?.startsWith(known.tags[0]?.classes[0]?.name ?? '?') === true);
    expect(await written()).not.toBe(known.written);
  });

  it('that is the copy that classifies does what it can', async () => {
    await copyInto('tagger', '.');
    await open();
    await eventually(kind, ([first]) => first?.startsWith(known.tags[0]?.classes[0]?.name ?? '?') === true);
    await opened.page.getByText('Your model does not write').waitFor();
    expect(await locate('.read-written').count()).toBe(0);
  });

  it('that is the copy that writes does what it can', async () => {
    await copyInto('captioner', 'captioning');
    await open(join(folder, 'captioning'));
    await eventually(written, (text) => text === known.written);
    await opened.page.getByText('Your model names nothing').waitFor();
    expect(await locate('.read-fields').count()).toBe(0);
  });
});
