import { expect, it } from '@jest/globals';
import { openRasterisedAtelier } from '@kaleido/data/node';
import { runExample } from './run-example.ts';

it('classify-photographs is better than guessing, with a model that was saved and opened', async () => {
  const answers = new Map(
    (await runExample(() => import('../classify-photographs.ts'))).map(([id, category]) => [id, category]),
  );
  const categories: (string | undefined)[] = [];
  let right = 0;
  const subcategories = ['t-shirt', 'straight jeans', 'sneakers', 'tote', 'shift dress'] as const;
  const shop = { seed: 1, products: 150, subcategories, imageSize: 64 };
  for await (const { id, category } of openRasterisedAtelier(shop).products('test')) {
    categories.push(category);
    if (answers.get(id) === category) right++;
  }
  // The best guess is the most frequent category.
  const most = Math.max(...categories.map((one) => categories.filter((other) => other === one).length));
  expect(categories.length).toBeGreaterThanOrEqual(10);
  expect(right).toBeGreaterThan(most);
});
