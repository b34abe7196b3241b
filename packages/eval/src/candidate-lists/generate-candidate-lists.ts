import { KaleidoError, randomStream } from '@kaleido/foundation';
import type { CandidateList, CatalogueEntry, RetrievalDirection } from './candidate-list.ts';
import { falseNegatives } from './false-negatives.ts';

export interface CandidateListOptions {
  readonly seed: number;
  /** The number of queries, drawn without replacement and the same in both directions; all if there are fewer. */
  readonly queries: number;
  /** Candidates per list, including the right one. Default 101, as in the papers. */
  readonly candidates?: number;
  /**
   * What queries and candidates are: products, each with its first view (default: a second view of a negative adds
   * nothing), or all views.
   */
  readonly unit?: 'product' | 'image';
  /** The class that negatives share with their query. Default `subcategory`, as in the papers. */
  readonly level?: 'subcategory' | 'category';
  /**
   * What happens if a class is too small: fill up from the other classes (`other`, default: all lists have the same
   * length, so that recalls are comparable), or leave the list short (`shrink`).
   */
  readonly shortage?: 'other' | 'shrink';
}

/**
 * Draws candidate lists for both directions, image-to-text first. A negative is never another view of the query's
 * product, a product with the same caption, or one with the same picture (see `falseNegatives`). Negatives are drawn
 * without replacement and separately for each direction, then all candidates are shuffled. A query without a
 * sub-category takes its negatives from its category, one without either from all products. The same catalogue and
 * options give the same lists.
 * @throws KaleidoError if an id is duplicate, or the catalogue cannot fill a list
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
  const items = readItems(catalogue, unit);
  const excludedBy = falseNegatives(catalogue);
  const classOf = classes(items, level);
  const asked = drawQueries(items, options);
  const lists: CandidateList[] = [];
  for (const direction of ['image-to-text', 'text-to-image'] satisfies RetrievalDirection[])
    for (const query of asked) {
      const stream = randomStream(seed, 'candidate-lists', direction, query.id);
      const excluded = excludedBy(query);
      const allowed = ({ id }: CatalogueEntry): boolean => !excluded.has(id);
      const { name, members } = classOf(query);
      const wanted = candidates - 1;
      const negatives = stream.shuffle(members.filter(allowed)).slice(0, wanted);
      const sameSubcategoryNegatives = name === '' ? 0 : negatives.length;
      if (negatives.length < wanted && shortage === 'other') {
        const taken = new Set(members);
        const others = items.filter((item) => !taken.has(item) && allowed(item));
        negatives.push(...stream.shuffle(others).slice(0, wanted - negatives.length));
        if (negatives.length < wanted) throw tooFew(query, candidates, items.length, negatives.length + 1);
      }
      if (negatives.length === 0) throw tooFew(query, candidates, items.length, 1, shortage);
      lists.push({
        direction,
        query: query.id,
        positive: query.id,
        subcategory: name,
        sameSubcategoryNegatives,
        candidates: stream.shuffle([query.id, ...negatives.map(({ id }) => id)]),
      });
    }
  return lists;
}

/**
 * The largest list length, including the right candidate, that is possible for every query of these options. With
 * shortage `other`, `candidates` of `candidateLists` must not exceed it. 1 if a query has no negative.
 * @throws KaleidoError if an id is duplicate
 */
export function longestCandidateLists(
  catalogue: readonly CatalogueEntry[],
  options: Pick<CandidateListOptions, 'seed' | 'queries' | 'unit'>,
): number {
  const items = readItems(catalogue, options.unit ?? 'product');
  const ids = new Set(items.map(({ id }) => id));
  const excludedBy = falseNegatives(catalogue);
  let longest = items.length;
  for (const query of drawQueries(items, options)) {
    let excluded = 0;
    for (const id of excludedBy(query).keys()) if (ids.has(id)) excluded++;
    longest = Math.min(longest, items.length - excluded + 1);
  }
  return longest;
}

function drawQueries(
  items: readonly CatalogueEntry[],
  { seed, queries }: Pick<CandidateListOptions, 'seed' | 'queries'>,
): CatalogueEntry[] {
  return randomStream(seed, 'candidate-lists', 'queries').shuffle(items).slice(0, queries);
}

/** The possible queries and candidates: the first view of each product, or all views. */
function readItems(catalogue: readonly CatalogueEntry[], unit: 'product' | 'image'): CatalogueEntry[] {
  const ids = new Set<string>();
  const products = new Set<string>();
  const items: CatalogueEntry[] = [];
  for (const entry of catalogue) {
    if (ids.has(entry.id))
      throw new KaleidoError({ source: 'eval', problem: 'an id is in the catalogue twice', found: entry.id });
    ids.add(entry.id);
    if (unit === 'product' && products.has(entry.productId)) continue;
    products.add(entry.productId);
    items.push(entry);
  }
  return items;
}

interface NegativeClass {
  /** Empty if the query has no class. */
  readonly name: string;
  readonly members: readonly CatalogueEntry[];
}

/** The class that an item's negatives come from. */
function classes(
  items: readonly CatalogueEntry[],
  level: 'subcategory' | 'category',
): (query: CatalogueEntry) => NegativeClass {
  const [ofLevel, ofCategory] = [groupBy(items, level), groupBy(items, 'category')];
  return (query) => {
    const own = query[level];
    if (own) return { name: own, members: ofLevel.get(own) ?? [] };
    const { category } = query;
    return category ? { name: category, members: ofCategory.get(category) ?? [] } : { name: '', members: items };
  };
}

function groupBy(
  items: readonly CatalogueEntry[],
  level: 'subcategory' | 'category',
): ReadonlyMap<string, CatalogueEntry[]> {
  const groups = new Map<string, CatalogueEntry[]>();
  for (const item of items) {
    const name = item[level];
    if (!name) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function tooFew(
  { id }: CatalogueEntry,
  wanted: number,
  catalogue: number,
  possible: number,
  shortage: 'other' | 'shrink' = 'other',
): KaleidoError {
  return new KaleidoError({
    source: 'eval',
    problem: `a catalogue of ${catalogue} items cannot fill a list of ${wanted} candidates for ${id}`,
    found: possible,
    advice:
      shortage === 'shrink'
        ? 'use shortage "other", or a catalogue with more products in this class'
        : 'use fewer candidates, or a catalogue with more products of other pictures and captions',
  });
}
