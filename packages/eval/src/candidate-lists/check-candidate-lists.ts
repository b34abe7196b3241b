import { KaleidoError } from '@kaleido/foundation';
import { type CandidateListFile, type CatalogueEntry, captionKey } from './candidate-list.ts';

/**
 * Checks lists against the data set they will be scored on, before any time is spent on scoring.
 * @throws KaleidoError naming the line: an id that the data set lacks, a positive of another product than the query's, a
 * negative that is another view of the query's product or whose caption says the same
 */
export function checkCandidateLists({ name, lists }: CandidateListFile, catalogue: Iterable<CatalogueEntry>): void {
  const entries = new Map<string, { readonly productId: string; readonly key: string }>();
  for (const { id, productId, caption } of catalogue) entries.set(id, { productId, key: captionKey(caption) });
  for (const [index, { query, positive, candidates }] of lists.entries()) {
    const refuse = (problem: string, found: string): KaleidoError =>
      new KaleidoError({
        source: 'eval',
        problem: `${name}, line ${index + 1}: ${problem}`,
        found,
        advice: 'use the lists that were made for this data set and split',
      });
    const asked = entries.get(query);
    if (asked === undefined) throw refuse('the data set has no such query', query);
    for (const candidate of candidates) {
      const entry = entries.get(candidate);
      if (entry === undefined) throw refuse('the data set has no such candidate', candidate);
      const sameProduct = entry.productId === asked.productId;
      if (candidate === positive) {
        if (!sameProduct) throw refuse(`the positive is of another product than query ${query}`, candidate);
      } else if (sameProduct) {
        throw refuse(`a negative is another view of the product of query ${query}`, candidate);
      } else if (entry.key === asked.key) {
        throw refuse(`a negative has the caption of query ${query}`, candidate);
      }
    }
  }
}
