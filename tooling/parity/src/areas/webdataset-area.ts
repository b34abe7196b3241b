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

/** Samples that are left out; of `duplicate-key.tar` the second one with a key, whose image is another product's. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  'missing-json.tar': ['028677'],
  'duplicate-key.tar': ['008954'],
  'path-traversal.tar': ['../escape', '/tmp/absolute', 'a/../../b'],
  'zero-length-jpg.tar': ['000777'],
  'bad-json.tar': ['000888', '000889'],
  'links.tar': ['000999'],
};

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
  for (const [file, keys] of Object.entries(leftOut)) {
    const { skipped } = await readProducts(join(folder, file));
    const found = skipped.map(({ reason }) => /^sample (\S+) of/.exec(reason)?.[1]);
    comparisons.push(compareItems(`${file} left out`, found, keys));
  }
  comparisons.push(await compareRefusal('bad-checksum.tar', join(folder, 'bad-checksum.tar'), ['bad-checksum.tar']));
  return comparisons;
}
