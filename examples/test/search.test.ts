import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { runExample } from './run-example.ts';

it('find-duplicates finds most photographs that the shop has, and no others', async () => {
  const lines = await runExample(() => import('../find-duplicates.ts'));
  for (const [id, , found] of lines) expect(found).toBe(id);
  // Of 64 products in `train`.
  expect(new Set(lines.map(([id]) => id)).size).toBeGreaterThan(50);
});

it('search-by-text finds what the words say more often than chance', async () => {
  const lines = await runExample(() => import('../search-by-text.ts'));
  const [figures] = lines[0] as [{ readonly meanReciprocalRank: number }];
  // Of 72 captions in any order it would be 0.07.
  expect(figures.meanReciprocalRank).toBeGreaterThan(0.25);
  expect(lines[1]).toEqual([expect.objectContaining({ added: 63, leftOut: [] })]);
  const captionsAfter = (text: string): string[] => {
    const at = lines.findIndex(([first]) => first === text);
    return lines.slice(at + 1, at + 4).map(([, , caption]) => String(caption));
  };
  const totes = captionsAfter('a striped tote').filter((caption) => /tote|shopper|bag/.test(caption));
  const sneakers = captionsAfter('black sneakers').filter((caption) => /sneaker|trainer|shoe/.test(caption));
  expect(totes.length + sneakers.length).toBeGreaterThanOrEqual(5);
  expect(lines.find(([first]) => first === 'a totte')?.[1]).toEqual([
    expect.stringMatching(/^"totte" is no word of the model's vocabulary: it reads t\w*( ##\w+)+, and may not know/),
  ]);
  const [bags] = lines.at(-1) as [readonly (readonly [category: string, pattern: string | undefined])[]];
  expect(bags.map(([category]) => category)).toEqual(Array.from({ length: 10 }, () => 'bags'));
});

it('csv-to-page reads the columns, and writes a page with pictures', async () => {
  let page = '';
  const lines = await runExample(async () => {
    await import('../csv-to-page.ts');
    page = await readFile('results.html', 'utf8');
  });
  expect(lines[0]).toEqual([
    expect.stringMatching(/^shop: CSV .*id from sku, image from photo, caption from title$/),
    expect.objectContaining({ id: 'sku', image: 'photo', caption: ['title'], attributes: ['kind'] }),
  ]);
  expect(lines[1]?.[2]).toBe(12);
  expect(page.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(12);
  expect(page).toContain('<title>a striped tote: search results</title>');
  expect(page).toMatch(/Search in index: \d+ products/);
  const hits = page.split('<li class="hit">').slice(1);
  expect(hits.filter((hit) => /tote|shopper|bag/.test(hit)).length).toBeGreaterThan(8);
});
