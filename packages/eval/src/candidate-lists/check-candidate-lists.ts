import { KaleidoError } from '@kaleido/foundation';
import { type CandidateListFile, type CatalogueEntry, captionKey } from './candidate-list.ts';
import { falseNegatives } from './false-negatives.ts';

export interface CandidateListCheck {
  /**
   * Number of lists with a picture of the query's product among the negatives, under the id of another product. Some
   * published lists have such negatives, which lower their figures.
   */
  readonly samePicture: number;
}

/**
 * Checks lists against the data set they will be scored on, before scoring starts.
 * @throws KaleidoError naming the line: an id that is missing in the data set, a positive of another product than the
 * query's, a negative that is another view of the query's product or has the same caption
 */
export function checkCandidateLists(
  { name, lists }: CandidateListFile,
  catalogue: Iterable<CatalogueEntry>,
): CandidateListCheck {
  const entries = new Map<string, CatalogueEntry>();
  for (const entry of catalogue) entries.set(entry.id, entry);
  const excludedBy = falseNegatives(entries.values());
  let samePicture = 0;
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
    const key = captionKey(asked.caption);
    const excluded = excludedBy(asked);
    let pictures = 0;
    for (const candidate of candidates) {
      const entry = entries.get(candidate);
      if (entry === undefined) throw refuse('the data set has no such candidate', candidate);
      const sameProduct = entry.productId === asked.productId;
      if (candidate === positive) {
        if (!sameProduct) throw refuse(`the positive is of another product than query ${query}`, candidate);
      } else if (sameProduct) {
        throw refuse(`a negative is another view of the product of query ${query}`, candidate);
      } else if (captionKey(entry.caption) === key) {
        throw refuse(`a negative has the caption of query ${query}`, candidate);
      } else if (excluded.get(candidate) === 'picture') {
        pictures++;
      }
    }
    if (pictures > 0) samePicture++;
  }
  return { samePicture };
}
