import { combineScoredLists, rankInList, type ScoredList } from '@kaleido/eval';
import type { RetrievalExample } from '@kaleido/eval/node';
import type { RgbImage } from '@kaleido/kaleido-patches';
import type { PreparedProduct } from '@kaleido/splits';
import type { ScoredLists } from './evaluate-split.ts';
import { pictureOf } from './report-pictures.ts';

/** Examples per direction: enough to see what is easy and what is not. */
const examplesPerDirection = 4;
const shown = 10;

/** The first queries of the first list file, in both directions, by the combined scorer. */
function exampleLists({ embeddings, matching }: ScoredLists, weight: number): ScoredList[] {
  const [file] = combineScoredLists(embeddings.slice(0, 1), matching.slice(0, 1), weight);
  const lists = file?.lists ?? [];
  return (['image-to-text', 'text-to-image'] as const).flatMap((direction) =>
    lists.filter(({ list }) => list.direction === direction).slice(0, examplesPerDirection),
  );
}

function bestOf({ list, scores }: ScoredList): { id: string; score: number }[] {
  return list.candidates
    .map((id, index) => ({ id, score: scores[index] as number }))
    .sort((a, b) => b.score - a.score)
    .slice(0, shown);
}

/** Ids of the pictures that the examples show. */
export function retrievalPictureIds(scored: ScoredLists, weight: number): Set<string> {
  return new Set(
    exampleLists(scored, weight).flatMap((one) =>
      one.list.direction === 'image-to-text' ? [one.list.query] : bestOf(one).map(({ id }) => id),
    ),
  );
}

export async function retrievalExamples(
  scored: ScoredLists,
  weight: number,
  products: readonly PreparedProduct[],
  pictures: ReadonlyMap<string, RgbImage>,
): Promise<RetrievalExample[]> {
  const captions = new Map(products.map(({ id, caption }) => [id, caption]));
  const captionOf = (id: string) => ({ caption: captions.get(id) ?? '' });
  const imageOf = async (id: string) => ({ picture: await pictureOf(pictures.get(id) as RgbImage) });
  return Promise.all(
    exampleLists(scored, weight).map(async (one): Promise<RetrievalExample> => {
      const { direction, query, positive, candidates } = one.list;
      const fromImage = direction === 'image-to-text';
      const ranked = bestOf(one).map(async ({ id, score }) => ({
        ...(fromImage ? captionOf(id) : await imageOf(id)),
        score,
        right: id === positive,
      }));
      return {
        direction,
        query: fromImage ? await imageOf(query) : captionOf(query),
        ranked: await Promise.all(ranked),
        rank: rankInList(one),
        candidates: candidates.length,
      };
    }),
  );
}
