import { format } from 'node:util';
import { expect, it } from '@jest/globals';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { printByItself, runExample } from './run-example.ts';

it('several-attributes measures on its way and knows most categories', async () => {
  const lines = await runExample(() => import('../several-attributes.ts'));
  const measured = lines.filter(([step]) => typeof step === 'number');
  expect(measured.length).toBeGreaterThan(1);
  expect(lines).toContainEqual([expect.objectContaining({ category: 0 }), expect.any(Array)]);
  const answers = new Map(lines.map(([id, category]) => [id, category]));
  const shop = openRasterisedAtelier({ seed: 1, products: 120, subcategories: ['t-shirt', 'tote'], imageSize: 64 });
  const categories: (string | undefined)[] = [];
  let right = 0;
  for await (const { id, category } of shop.products('test')) {
    categories.push(category);
    if (answers.get(id) === category) right++;
  }
  // The best guess is the most frequent category.
  const most = Math.max(...categories.map((one) => categories.filter((other) => other === one).length));
  expect(categories.length).toBeGreaterThan(5);
  expect(right).toBeGreaterThan(most);
});

it('tag-a-catalogue opens again, and knows most categories', async () => {
  const lines = await runExample(() => import('../tag-a-catalogue.ts'));
  expect(lines[0]).toEqual([expect.objectContaining({ meanAveragePrecision: expect.any(Number) })]);
  const tags = new Map(lines.slice(1).map(([id, found]) => [id, String(found).split(', ')]));
  const subcategories = ['t-shirt', 'sneakers', 'tote', 'shift dress'] as const;
  const shop = openRasterisedAtelier({ seed: 1, products: 150, subcategories, imageSize: 64 });
  let right = 0;
  let all = 0;
  for await (const { id, category } of shop.products('test')) {
    all++;
    if (tags.get(id)?.includes(category as string) === true) right++;
  }
  expect(tags.size).toBe(all);
  expect(right / all).toBeGreaterThan(0.5);
});

it('caption-products writes captions of the words that it was given', async () => {
  const lines = await runExample(() => import('../caption-products.ts'));
  const captions = lines.slice(1).map(([, caption]) => String(caption));
  expect(captions.length).toBeGreaterThan(5);
  expect(captions.filter((caption) => /(t ?- ?shirt|tote)$/.test(caption)).length).toBeGreaterThan(captions.length / 2);
});

it('own-task predicts a number for each photograph, the same where there is no TensorFlow', async () => {
  const lines = await runExample(() => import('../own-task.ts'));
  expect(Number(lines[0]?.[0])).toBeGreaterThan(-8);
  for (const [, words] of lines.slice(1)) expect(Number(words)).toBeGreaterThan(0);
  const printed = await printByItself('own-task', { KALEIDO_TENSORFLOW: '/absent' });
  expect(printed).toBe(lines.map((values) => `${format(...values)}\n`).join(''));
});
