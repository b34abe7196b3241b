import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { smallModel, squares } from '../test/small-model.ts';
import { createIndex, renderResults } from './node.ts';

it('shows texts of products and users as text, never as markup, and loads nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'results-page-'));
  const model = await smallModel();
  try {
    const evil = `"'><img src=x onerror=alert(1)><script>alert(2)</script>`;
    const [square] = await squares(1);
    const index = await createIndex(join(folder, 'my <u>shop'), { model });
    await index.add([
      { ...square!, id: evil, caption: evil, category: evil, subcategory: evil, attributes: { [evil]: evil } },
    ]);
    const result = await index.search({ vector: new Float32Array(16).fill(1) });
    const page = await renderResults(index, {
      query: evil,
      queryPicture: Uint8Array.of(60, 115, 62),
      result: { ...result, notes: [evil] },
      where: [evil],
    });
    expect(page.match(/<(script|u|img src=x)\b/g)).toBeNull();
    // The query's picture and that of the product.
    expect(page.match(/<img src="data:image\/webp;base64,[\w+/=]+"/g)).toHaveLength(2);
    expect(page.match(/&lt;script&gt;alert\(2\)&lt;\/script&gt;/g)?.length).toBeGreaterThanOrEqual(9);
    expect(page).toContain('Search in my &lt;u&gt;shop: 1 product<');
    expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
  } finally {
    model.dispose();
    await rm(folder, { recursive: true });
  }
});
