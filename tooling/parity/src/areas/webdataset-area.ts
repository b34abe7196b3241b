import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Comparison, compareItems } from '../comparison.ts';
import { readJson } from '../read-case.ts';
import { compareRefusal, readProducts } from './read-products.ts';

interface Sample {
  readonly key: string;
  readonly text: string;
  readonly imageSha256: string;
}

/** Compares the samples of tar shards: `expected.json` and the files beside it. */
export async function compareWebDataset(folder: string): Promise<Comparison[]> {
  const expected = (await readJson(join(folder, 'expected.json'))) as Readonly<Record<string, readonly Sample[]>>;
  const comparisons: Comparison[] = [];
  for (const [file, samples] of Object.entries(expected)) {
    const { products } = await readProducts(join(folder, file));
    const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    comparisons.push(
      compareItems(
        `${file} texts`,
        products.map(({ caption }) => caption),
        samples.map(({ text }) => text),
      ),
      compareItems(
        `${file} images`,
        products.map(({ image }) => hash(image.bytes)),
        samples.map(({ imageSha256 }) => imageSha256),
      ),
    );
  }
  const { skipped } = await readProducts(join(folder, 'path-traversal.tar'));
  const outside = skipped.filter(({ reason }) => reason.includes('leads outside')).length;
  comparisons.push(
    compareItems('path-traversal.tar left out', [outside], [3]),
    await compareRefusal('bad-checksum.tar', join(folder, 'bad-checksum.tar'), ['bad-checksum.tar']),
  );
  return comparisons;
}
