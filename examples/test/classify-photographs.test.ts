import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { openRasterisedAtelier } from '@kaleido/data/node';

it('classify-photographs is better than guessing, with a model that was saved and opened', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'classify-photographs-'));
  const home = process.cwd();
  process.chdir(folder);
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await import('../classify-photographs.ts');
    const answers = new Map(log.mock.calls.map(([id, category]) => [id, category]));
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
  } finally {
    log.mockRestore();
    process.chdir(home);
    await rm(folder, { recursive: true });
  }
});
