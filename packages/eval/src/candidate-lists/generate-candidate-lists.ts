import { KaleidoError, randomStream } from '@kaleido/foundation';
import { type CandidateList, type CatalogueEntry, captionKey, type RetrievalDirection } from './candidate-list.ts';

export interface CandidateListOptions {
  readonly seed: number;
  /** How many queries, drawn without replacement and the same both ways; where there are fewer, all of them. */
  readonly queries: number;
  /** Candidates of a list, the right one included. Default 101, as in the papers. */
  readonly candidates?: number;
  /**
   * What a query or a candidate is: a product, shown by its first view (default: another view of one negative adds
   * nothing), or any view.
   */
  readonly unit?: 'product' | 'image';
  /** The class that negatives share with the query. Default `subcategory`, as in the papers. */
  readonly level?: 'subcategory' | 'category';
  /**
   * What happens where a class is too small: fill up from the other classes (`other`, default: every list is as long, so
   * that recalls compare), or leave the list short (`shrink`).
   */
  readonly shortage?: 'other' | 'shrink';
}

interface Item {
  readonly id: string;
  readonly productId: string;
  readonly key: string;
  readonly group: string;
}

/**
 * Draws candidate lists for both directions, image-to-text first. A negative is never another view of the query's
 * product, nor a product whose caption says the same; negatives are drawn without replacement and apart for each
 * direction, then all candidates are shuffled. Same catalogue, same options, same lists.
 * @throws KaleidoError if an id is there twice, an entry lacks its class, or the catalogue cannot fill a list
 */
export function candidateLists(catalogue: readonly CatalogueEntry[], options: CandidateListOptions): CandidateList[] {
  const { seed, queries, candidates = 101, unit = 'product', level = 'subcategory', shortage = 'other' } = options;
  for (const [name, value, least] of [
    ['queries', queries, 1],
    ['candidates', candidates, 2],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new KaleidoError({
        source: 'eval',
        problem: `${name} of candidate lists must be a whole number from ${least} up`,
        found: value,
      });
  const items = readItems(catalogue, unit, level);
  const groups = groupItems(items);
  const asked = randomStream(seed, 'candidate-lists', 'queries').shuffle(items).slice(0, queries);
  const lists: CandidateList[] = [];
  for (const direction of ['image-to-text', 'text-to-image'] satisfies RetrievalDirection[])
    for (const query of asked) {
      const stream = randomStream(seed, 'candidate-lists', direction, query.id);
      const allowed = ({ productId, key }: Item): boolean => productId !== query.productId && key !== query.key;
      const wanted = candidates - 1;
      const negatives = stream.shuffle((groups.get(query.group) as Item[]).filter(allowed)).slice(0, wanted);
      const sameSubcategoryNegatives = negatives.length;
      if (negatives.length < wanted && shortage === 'other') {
        const others = items.filter((item) => item.group !== query.group && allowed(item));
        negatives.push(...stream.shuffle(others).slice(0, wanted - negatives.length));
        if (negatives.length < wanted) throw tooFew(candidates, items.length, negatives.length + 1);
      }
      if (negatives.length === 0) throw tooFew(candidates, items.length, 1);
      lists.push({
        direction,
        query: query.id,
        positive: query.id,
        subcategory: query.group,
        sameSubcategoryNegatives,
        candidates: stream.shuffle([query.id, ...negatives.map(({ id }) => id)]),
      });
    }
  return lists;
}

function readItems(
  catalogue: readonly CatalogueEntry[],
  unit: 'product' | 'image',
  level: 'subcategory' | 'category',
): Item[] {
  const ids = new Set<string>();
  const products = new Set<string>();
  const items: Item[] = [];
  for (const entry of catalogue) {
    if (ids.has(entry.id))
      throw new KaleidoError({ source: 'eval', problem: 'an id is in the catalogue twice', found: entry.id });
    ids.add(entry.id);
    if (unit === 'product' && products.has(entry.productId)) continue;
    products.add(entry.productId);
    const group = entry[level];
    if (group === undefined || group === '')
      throw new KaleidoError({
        source: 'eval',
        problem: `an entry of the catalogue has no ${level} to draw its negatives from`,
        found: entry.id,
        advice: `give it one, leave it out, or use level "${level === 'category' ? 'subcategory' : 'category'}"`,
      });
    items.push({ id: entry.id, productId: entry.productId, key: captionKey(entry.caption), group });
  }
  return items;
}

function groupItems(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.group);
    if (group === undefined) groups.set(item.group, [item]);
    else group.push(item);
  }
  return groups;
}

function tooFew(wanted: number, catalogue: number, possible: number): KaleidoError {
  return new KaleidoError({
    source: 'eval',
    problem: `a catalogue of ${catalogue} items cannot fill a list of ${wanted} candidates`,
    found: possible,
    advice: 'use fewer candidates, a larger catalogue, or shortage "other"',
  });
}
