import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { drawOrder, drawTurns } from '../src/panels/puzzles/draw-puzzle.ts';
import { arrangedBy } from '../src/panels/puzzles/orders.ts';
import { eventually } from './eventually.ts';
import { type Item, type Known, readGallery, readKnown } from './gallery.ts';
import { findChromium, type OpenedPage, openPage } from './open-page.mjs';

const describeInChromium = findChromium() === undefined ? describe.skip : describe;

/** All that a visitor does here is about this garment, if not said otherwise. */
const id = 'g03';

describeInChromium('a visitor (skipped without Chromium: apt-get install chromium)', () => {
  let opened: OpenedPage;
  let items: readonly Item[];
  let item: Item;
  let known: Known;
  const locate = (selector: string): Locator => opened.page.locator(selector);
  const button = (name: string): Locator => opened.page.getByRole('button', { name, exact: true });
  const text = async (locator: Locator): Promise<string> => (await locator.first().textContent())?.trim() ?? '';
  /** Until the text is another one, and is there at all. */
  const another = (locator: Locator, before: string): Promise<string> =>
    eventually(
      () => text(locator),
      (now) => now !== '' && now !== before,
    );

  beforeAll(async () => {
    items = await readGallery();
    item = items.find((one) => one.id === id) as Item;
    known = await readKnown(id);
    opened = await openPage({ hash: `#/way-in?product=${id}` });
    await opened.ready();
  });
  afterAll(async () => {
    await opened?.close();
  });

  it('opens the box of the way in, drags it by keyboard and rewrites the caption: the match follows', async () => {
    await opened.go(`way-in?product=${id}`);
    await locate('.way-in-part[data-flow=box]').click();
    await opened.page.getByRole('heading', { name: 'The box' }).waitFor();
    const match = locate('.way-in-facts div').filter({ hasText: 'Match with the caption' }).locator('dd');
    const first = await another(match, '');
    const corner = opened.page.getByRole('button', { name: /^Lower right corner/ });
    await corner.focus();
    for (let press = 0; press < 4; press++) await opened.page.keyboard.press('Shift+ArrowUp');
    await opened.page.waitForURL(/box=/);
    const boxed = await another(match, first);
    await locate('#way-in-caption').fill(item.caption.replace(item.colour, item.colour === 'red' ? 'navy' : 'red'));
    await another(match, boxed);
    // The picture itself shows the same match.
    await eventually(
      async () => [await text(match), await text(locate('.way-in-match strong'))],
      ([detail = '', whole = '']) => Math.abs(Number.parseFloat(detail) - Number.parseFloat(whole)) < 1,
    );
  });

  it('points at a word and a patch, changes the way, and follows guided masking', async () => {
    await opened.go(`words-and-patches?product=${id}`);
    const word = locate('.words-word').filter({ hasText: new RegExp(`^${item.colour}`) });
    await word.hover();
    const chosen = locate('.words-ranking h3');
    await eventually(
      () => text(chosen),
      (title) => title === `“${item.colour}”`,
    );
    await locate('.words-outline-strong').first().waitFor();
    // By keyboard: the next word.
    await word.focus();
    await opened.page.keyboard.press('ArrowRight');
    const next = await another(chosen, `“${item.colour}”`);
    expect(next).toMatch(/^“.+”$/);
    await button('Words look').click();
    await opened.page.getByText('of its attention goes to the patches').waitFor();
    await locate('.words-patch').nth(2).hover();
    await locate('.words-word.is-strong').first().waitFor();
    await button('Naming').click();
    await opened.page.getByText(/Masked, it is named with a probability of|masked already/).waitFor();
    const place = locate('.words-slider span');
    await button('Step').click();
    await eventually(
      () => text(place),
      (now) => now.startsWith('Pair 1 of '),
    );
    await button('Next change').click();
    const figure = locate('.words-guided-pieces');
    await eventually(
      async () =>
        (await locate('.words-guided-word.is-hidden').count()) + (await locate('.words-outline-hidden').count()),
      (hidden) => hidden > 0,
    );
    expect(await text(figure)).toMatch(/hidden\. Wanted: \d/);
  });

  it('solves a turn and a shuffle, and has the model paint blank patches', async () => {
    const seed = 7;
    await opened.go(`puzzles?product=${id}&puzzle=turn&seed=${seed}`);
    const verdict = locate('.puzzles-verdict');
    const modelSpeaks = (): Promise<string> =>
      eventually(
        () => text(verdict),
        (said) => said.includes('it gave the right answer'),
      );
    const choices = locate('.puzzles-choice[aria-disabled=false]');
    await eventually(
      () => choices.count(),
      (count) => count === 4,
    );
    await choices.nth(drawTurns(seed, id)).click();
    expect(await modelSpeaks()).toContain('You right');
    const score = locate('.puzzles-score p');
    await eventually(
      () => text(score),
      (said) => said.startsWith('After one puzzle: you have 1 right'),
    );

    await opened.go(`puzzles?product=${id}&puzzle=shuffle&seed=${seed}`);
    const cells = locate('.puzzles-figure .puzzles-cell[aria-disabled=false]');
    await eventually(
      () => cells.count(),
      (count) => count === 4,
    );
    const wanted = arrangedBy(drawOrder(seed, id));
    const arranged = [0, 1, 2, 3];
    for (const [place, piece] of wanted.entries()) {
      const from = arranged.indexOf(piece);
      if (from === place) continue;
      await cells.nth(place).click();
      await cells.nth(from).click();
      [arranged[place], arranged[from]] = [arranged[from] as number, arranged[place] as number];
    }
    await button('This is the order').click();
    expect(await modelSpeaks()).toContain('You right');
    await eventually(
      () => text(score),
      (said) => said.startsWith('After 2 puzzles: you have 2 right'),
    );

    await opened.go(`puzzles?product=${id}&puzzle=blank&seed=${seed}`);
    const divergences = locate('.puzzles-closeness .small').filter({ hasText: /Divergence \d+\.\d\d/ });
    await eventually(
      () => divergences.count(),
      (count) => count === 3,
    );
    const pictures = (name: string): Promise<string[]> =>
      opened.page
        .getByRole('img', { name: `The patch, ${name}` })
        .evaluateAll((all) => all.map((one) => (one as unknown as { toDataURL(): string }).toDataURL()));
    await eventually(
      async () => ({ painted: await pictures('painted'), seen: await pictures('seen') }),
      ({ painted, seen }) => painted.length === 3 && painted.every((picture, at) => picture !== seen[at]),
    );
  });

  it('searches by words, and looks at what was found', async () => {
    await opened.go(`match?product=${id}`);
    const results = locate('.match-result');
    const titles = (): Promise<(string | null)[]> =>
      results.evaluateAll((all) => all.map((one) => one.getAttribute('title')));
    const before = await eventually(titles, (all) => all.length === 12);
    const other = items.find(({ colour, subcategory }) => colour !== item.colour && subcategory !== item.subcategory);
    await opened.page.getByRole('searchbox').fill(`${other?.colour} ${other?.subcategory}`);
    // In between there may be the second stage of what was searched before.
    const itemOf = (title: string | null | undefined) => items.find(({ caption }) => caption === title);
    const after = await eventually(
      titles,
      (all) => all.join() !== before.join() && itemOf(all[0])?.subcategory === other?.subcategory,
    );
    await opened.page.getByText('Reading them').waitFor();
    const found = itemOf(after[0]);
    await eventually(titles, (all) => all[0] === found?.caption);
    await results.first().click();
    await opened.page.waitForURL(new RegExp(`product=${found?.id}`));
    await locate(`.picker-choice[aria-pressed=true][title="${found?.caption}"]`).waitFor();
  });

  it('reads the tags and the caption that the model writes, and fills a hidden word in', async () => {
    await opened.go(`read?product=${id}`);
    const first = known.tags[0]?.classes[0]?.name ?? '';
    await locate('.read-row-first .read-name').filter({ hasText: first }).waitFor();
    const words = locate('.read-written .read-word:enabled');
    await eventually(
      async () => (await locate('.read-written').allTextContents()).join('').replaceAll(/\s+/g, ' ').trim(),
      (written) => written === known.written,
    );
    // Only the model's own answer says what each word looked at.
    await words.first().hover({ timeout: 60_000 });
    await opened.page.getByText(/of its attention went to the patches/).waitFor();
    // One word is hidden already; a click hides another one.
    const masks = locate('.read-parts .read-mask');
    const masked = await masks.count();
    await locate('.read-parts .read-word').nth(1).click();
    await eventually(
      () => masks.count(),
      (count) => count === masked + 1,
    );
    await locate('.read-filled:not(.read-filled-old)').nth(masked).waitFor();
    const put = locate('.read-put').first();
    const piece = await another(put, '');
    await put.click();
    await eventually(
      async () => [await masks.count(), await locate('#read-fill-text').inputValue()] as const,
      ([count, filled]) => count === masked && filled.includes(piece),
    );
  });

  it('trains a model from nothing, and takes it home', async () => {
    await opened.go('train');
    const play = button('Play');
    await eventually(() => play.isEnabled(), Boolean, 120_000);
    await play.click();
    const step = async (): Promise<number> => Number(await locate('.train-figures').getAttribute('data-step'));
    await eventually(step, (now) => now >= 12, 120_000);
    await button('Pause').click();
    // When it rests, the last exam is about the last step.
    await eventually(
      async () => [await step(), Number.parseInt((await text(locate('.train-score dt').nth(1))).slice(11), 10)],
      ([last, examined]) => last === examined,
    );
    const losses = (await locate('[data-on=true] .train-now').allTextContents()).map(Number);
    expect(losses.length).toBeGreaterThan(0);
    for (const loss of losses) expect(loss).toBeGreaterThan(0);
    expect(losses.every(Number.isFinite)).toBe(true);
    const points = (await locate('.train-line').first().getAttribute('points')) ?? '';
    expect(points.split(' ').length).toBeGreaterThan(3);
    expect(points).not.toContain('NaN');
    const [download] = await Promise.all([opened.page.waitForEvent('download'), button('Download as .zip').click()]);
    expect(download.suggestedFilename()).toBe('tiny-model.zip');
    const archive = await readFile(await download.path());
    expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    for (const name of ['config.json', 'model.safetensors', 'vocab.txt'])
      expect(archive.includes(`tiny-model/${name}`)).toBe(true);
  });

  it('teaches the model two classes of drawn garments, and asks it', async () => {
    await opened.go(`train?way=classes&product=${id}`);
    await opened.page.getByRole('button', { name: /^No photographs/ }).click();
    await eventually(() => button('Teach').isEnabled(), Boolean);
    await button('Teach').click();
    await opened.page.getByRole('heading', { name: 'Try it' }).waitFor({ timeout: 180_000 });
    expect(await text(locate('.train-result'))).toMatch(/\d+ % right: \d+ of 16 photographs that were held out/);
    const bars = locate('.train-bars li');
    await eventually(
      () => bars.count(),
      (count) => count === 2,
    );
    const dress = items.find(({ subcategory }) => subcategory.includes('dress'));
    await opened.go(`train?way=classes&product=${dress?.id}`);
    await eventually(
      () => text(bars),
      (first) => /^dresses(> )?(9\d|100) %$/.test(first),
    );
  });

  it('gives its programs for this learning rate, seed and part', async () => {
    const program = async (): Promise<string> => {
      await locate('.copy-code summary').click();
      const code = locate('.copy-code pre');
      return eventually(
        () => text(code),
        (now) => now.includes('import '),
      );
    };
    await opened.go('train?seed=1');
    await opened.page.getByLabel('Learning rate').selectOption('0.001');
    const pretrain = await program();
    expect(pretrain).toContain('\nconst seed = 1;\nconst learningRate = 0.001;\n');
    await opened.go('train?way=classes&part=all');
    await locate('.copy-code[open]').waitFor({ state: 'detached' });
    expect(await program()).toContain("\nconst trained = 'all';\n");
  });

  it('measures, and comes back from a folder that is no model', async () => {
    await opened.go(`about?product=${id}`);
    await button('Measure').click();
    await button('Measure again').waitFor({ timeout: 120_000 });
    const report = await text(locate('.about-report pre'));
    expect(report).toMatch(/One pass, median of 10 +[\d.]+ ms/);
    expect(report).toMatch(/Pairs a second, 32 at a time +[\d,]+/);
    expect(report).toMatch(/Tensors in memory now +\d+/);
    const folder = await mkdtemp(join(tmpdir(), 'no-model-'));
    try {
      const input = opened.page.getByLabel('A model folder of your own');
      await writeFile(join(folder, 'notes.txt'), 'nothing');
      await input.setInputFiles(folder);
      await opened.page.getByRole('alert').filter({ hasText: 'This is no model folder' }).waitFor();
      // The model goes on as before.
      await opened.ready();
      await writeFile(join(folder, 'config.json'), '{"colour": "red"}');
      await input.setInputFiles(folder);
      await opened.page.getByRole('alert').filter({ hasText: 'Your model does not open.' }).waitFor();
      await button('Use the bundled model').click();
      await opened.ready();
      expect(await locate('[role=alert]').count()).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('leaves nothing in the console', () => {
    expect(opened.problems).toEqual([]);
  });
});
