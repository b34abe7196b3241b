import type { RecognitionDetails } from '@kaleido/eval';
import type { Picture, RecognitionFailure, RetrievalExample } from '@kaleido/eval/node';
import type { PreparedProduct } from '@kaleido/splits';
import type { WorstQuery } from './worst-queries.ts';

/** Wrong answers with their photographs, as far as there are pictures. */
export function recognitionFailures(
  wrong: RecognitionDetails['wrong'],
  products: readonly PreparedProduct[],
  pictures: ReadonlyMap<string, Picture>,
): RecognitionFailure[] {
  return wrong.map(({ item, ...answer }) => {
    const { id, caption } = products[item] as PreparedProduct;
    return { id, picture: pictures.get(id), caption, ...answer };
  });
}

/** Queries with what ranks above the right answer. */
export function retrievalFailures(
  worst: readonly WorstQuery[],
  products: readonly PreparedProduct[],
  pictures: ReadonlyMap<string, Picture>,
): RetrievalExample[] {
  const captions = new Map(products.map(({ id, caption }) => [id, caption]));
  const captionOf = (id: string) => ({ caption: captions.get(id) ?? '' });
  const pictureOf = (id: string) => {
    const picture = pictures.get(id);
    return { ...captionOf(id), ...(picture === undefined ? {} : { picture }) };
  };
  return worst.map(({ direction, query, positive, rank, candidates, ranked }): RetrievalExample => {
    const fromImage = direction === 'image-to-text';
    const found = fromImage ? captionOf : pictureOf;
    const { picture } = pictureOf(query);
    return {
      direction,
      query: fromImage ? (picture === undefined ? {} : { picture }) : captionOf(query),
      ranked: ranked.map(({ id, score, right }) => ({ ...found(id), score, right })),
      rank,
      positive: found(positive),
      candidates,
    };
  });
}
