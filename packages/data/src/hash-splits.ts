import { createHash } from 'node:crypto';
import { randomStream, Uint64List } from '@kaleido/foundation';
import type { Product, ProductSource, ReadProductsOptions } from './product.ts';
import type { RowSource } from './row-source.ts';
import { shortHash } from './short-hash.ts';
import type { SplitRule } from './split-rule.ts';
import { unknownSplit } from './unknown-split.ts';
import { productHash } from './with-picture-files.ts';

/**
 * Shares the products of a source out to `train`, `validation` and `test` by a seeded hash of the product. All views
 * of a product are in one split, and so are products that share a photograph with the same bytes.
 *
 * Everything is read once for it. Memory holds three numbers of 8 bytes a row and one of 4 while products are
 * grouped (28 bytes; up to twice as much, as lists double when they are full), and the products that share photographs.
 * @throws KaleidoError if there is no product
 */
export async function splitByHash(
  source: RowSource,
  rule: Extract<SplitRule, { kind: 'hash' }>,
  onWarning?: (message: string) => void,
): Promise<ProductSource> {
  const hash = createHash('sha256').update(`${source.fingerprint}\0${JSON.stringify(rule)}`);
  const keys = new Uint64List();
  const products = new Uint64List();
  const pictures = new Uint64List();
  const wants = (product: string): boolean => {
    keys.add(shortHash(product));
    return true;
  };
  for await (const product of source.read(undefined, { wants })) {
    if (source.hasPictureFiles) hash.update(productHash(product));
    products.add(shortHash(product.productId));
    pictures.add(shortHash(product.image.bytes));
  }
  const groups = groupByPicture(products.values(), pictures.values());
  const splitOf = (product: bigint): string => {
    const draw = randomStream(rule.seed, 'split', String(groups.get(product) ?? product)).uniform();
    if (draw < rule.validation) return 'validation';
    return draw < rule.validation + rule.test ? 'test' : 'train';
  };
  const rows = new Map<string, number>([['train', 0]]);
  if (rule.validation > 0) rows.set('validation', 0);
  if (rule.test > 0) rows.set('test', 0);
  for (const key of keys.values()) {
    const split = splitOf(key);
    rows.set(split, (rows.get(split) ?? 0) + 1);
  }
  for (const [split, count] of rows)
    if (count === 0) onWarning?.(`@kaleido/data: split "${split}" of ${source.name} has no rows`);
  return {
    name: source.name,
    fingerprint: hash.digest('hex'),
    splits: [...rows.keys()],
    rows: (split) => rows.get(split),
    products(split: string, reading: ReadProductsOptions = {}): AsyncIterable<Product> {
      if (!rows.has(split)) throw unknownSplit(source.name, split, [...rows.keys()]);
      const options = { ...reading, wants: (product: string) => splitOf(shortHash(product)) === split };
      return source.read(undefined, onWarning === undefined ? options : { onWarning, ...options });
    },
  };
}

/** For each product that shares a photograph with others: the smallest number of those it hangs together with. */
function groupByPicture(products: BigUint64Array, pictures: BigUint64Array): ReadonlyMap<bigint, bigint> {
  const order = Uint32Array.from(products.keys()).sort((a, b) => compare(pictures[a] as bigint, pictures[b] as bigint));
  const parents = new Map<bigint, bigint>();
  const rootOf = (product: bigint): bigint => {
    let root = product;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    return root;
  };
  for (let at = 1; at < order.length; at++) {
    const [one, other] = [order[at - 1] as number, order[at] as number];
    if (pictures[one] !== pictures[other]) continue;
    const [a, b] = [rootOf(products[one] as bigint), rootOf(products[other] as bigint)];
    if (a === b) continue;
    const [least, most] = a < b ? [a, b] : [b, a];
    parents.set(most, least);
    parents.set(least, least);
  }
  return new Map([...parents.keys()].map((product) => [product, rootOf(product)]));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
