import { VectorTable } from '@kaleido/backend';
import { type CatalogueEntry, captionKey, type FirstStage, firstStage, type TwoStageDirections } from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import type { SplitScorer } from './score-split.ts';

export interface FullSetOptions {
  /** Captions and photographs that the matching head reads of each query. */
  readonly best: number;
  /** Photographs, and captions, that are queries: evenly spread over all, which stay candidates. Default: all. */
  readonly queries?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Every photograph against every caption of a split and back. */
export interface ScoredFullSet {
  readonly directions: TwoStageDirections;
  /** Row of each caption: those of one product that are equal are one candidate. */
  readonly texts: Int32Array;
  /** Row of each photograph that is a query, and place in `texts` of each caption that is one. */
  readonly imageQueries: Int32Array;
  readonly textQueries: Int32Array;
  /** Pairs that the matching head read. */
  readonly pairs: number;
  /** Of both stages. */
  readonly seconds: { readonly firstStage: number; readonly secondStage: number };
}

/** Scores of one call of a vector table, at most. */
const scoresPerCall = 4096;

/**
 * Ranks all captions for each photograph and all photographs for each caption by embeddings, and scores the best with the
 * matching head. Right are all captions (photographs) of the query's own product. A pair that both directions ask for is
 * read once. Memory: 16 bytes for each query and candidate that is kept.
 * @throws KaleidoError for a model without a joint space, and for fewer than two captions
 */
export async function scoreFullSet(
  products: readonly CatalogueEntry[],
  scorer: Pick<SplitScorer, 'embeddings' | 'matchEach'>,
  { best, queries = Number.POSITIVE_INFINITY, onProgress }: FullSetOptions,
): Promise<ScoredFullSet> {
  const { width } = scorer.embeddings;
  if (width === 0)
    throw new KaleidoError({
      source: 'scoring',
      problem: 'the first of two stages ranks by embeddings, and the model has no joint space',
      found: 'joint_size 0',
      advice: 'measure lists, or a model whose recipe sets joint_size',
    });
  const texts = distinctTexts(products);
  if (texts.length < 2)
    throw new KaleidoError({
      source: 'scoring',
      problem: 'retrieval needs at least two captions to choose from',
      found: texts.length,
      advice: 'give more products',
    });
  const asked = {
    texts,
    imageQueries: spread(products.length, queries),
    textQueries: spread(texts.length, queries),
  };
  const start = performance.now();
  const { imageToText, textToImage } = await bothFirstStages(products, asked, scorer.embeddings, best);
  const between = performance.now();
  const { pairs, ...second } = await secondStage({ imageToText, textToImage, ...asked }, scorer, onProgress);
  return {
    directions: {
      imageToText: { first: imageToText, second: second.imageToText },
      textToImage: { first: textToImage, second: second.textToImage },
    },
    ...asked,
    pairs,
    seconds: { firstStage: (between - start) / 1000, secondStage: (performance.now() - between) / 1000 },
  };
}

/** At most so many of the first natural numbers, evenly spread. */
function spread(count: number, most: number): Int32Array {
  const length = Math.min(count, most);
  return Int32Array.from({ length }, (_, at) => Math.floor((at * count) / length));
}

type Asked = Pick<ScoredFullSet, 'texts' | 'imageQueries' | 'textQueries'>;

/** Rows whose caption no earlier row of the same product has. */
function distinctTexts(products: readonly CatalogueEntry[]): Int32Array {
  const seen = new Set<string>();
  const rows: number[] = [];
  for (const [row, { productId, caption }] of products.entries()) {
    const key = JSON.stringify([productId, captionKey(caption)]);
    if (!seen.has(key)) rows.push(row);
    seen.add(key);
  }
  return Int32Array.from(rows);
}

async function bothFirstStages(
  products: readonly CatalogueEntry[],
  { texts, imageQueries, textQueries }: Asked,
  { width, text, image }: SplitScorer['embeddings'],
  best: number,
): Promise<{ readonly imageToText: FirstStage; readonly textToImage: FirstStage }> {
  const vector = (of: Float32Array, row: number): Float32Array => of.subarray(row * width, (row + 1) * width);
  const textVectors = new Float32Array(texts.length * width);
  for (const [place, row] of texts.entries()) textVectors.set(vector(text, row), place * width);
  const productOf = (row: number): string => (products[row] as CatalogueEntry).productId;
  const imagesOf = groupedBy(products.length, productOf);
  const textsOf = groupedBy(texts.length, (place) => productOf(texts[place] as number));
  const ranked = async (
    queries: Int32Array,
    candidates: { readonly rows: number; readonly values: Float32Array },
    vectorOf: (query: number) => Float32Array,
    rightOf: (query: number) => readonly number[],
  ): Promise<FirstStage> => {
    const table = await VectorTable.open({ ...candidates, width });
    const scores = new Float32Array(candidates.rows);
    return firstStage({
      queries: queries.length,
      candidates: candidates.rows,
      best,
      rightOf: (query) => rightOf(queries[query] as number),
      scoresOf(query) {
        const of = vectorOf(queries[query] as number);
        for (let begin = 0; begin < candidates.rows; begin += scoresPerCall)
          scores.set(table.scores(of, begin, Math.min(candidates.rows, begin + scoresPerCall)), begin);
        return scores;
      },
    });
  };
  return {
    imageToText: await ranked(
      imageQueries,
      { rows: texts.length, values: textVectors },
      (row) => vector(image, row),
      (row) => textsOf.get(productOf(row)) as number[],
    ),
    textToImage: await ranked(
      textQueries,
      { rows: products.length, values: image },
      (place) => vector(textVectors, place),
      (place) => imagesOf.get(productOf(texts[place] as number)) as number[],
    ),
  };
}

function groupedBy(count: number, keyOf: (index: number) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    const key = keyOf(index);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [index]);
    else known.push(index);
  }
  return groups;
}

interface Kept extends Asked {
  readonly imageToText: FirstStage;
  readonly textToImage: FirstStage;
}

async function secondStage(
  { imageToText, textToImage, texts, imageQueries, textQueries }: Kept,
  { matchEach }: Pick<SplitScorer, 'matchEach'>,
  onProgress: FullSetOptions['onProgress'],
): Promise<{ readonly imageToText: Float32Array; readonly textToImage: Float32Array; readonly pairs: number }> {
  const [forth, back] = [new Float32Array(imageToText.kept.length), new Float32Array(textToImage.kept.length)];
  const asking = askingTexts(textToImage, textQueries);
  const queryOf = new Map(Array.from(imageQueries, (row, query) => [row, query]));
  const placeOf = new Map(Array.from(texts, (row, place) => [row, place]));
  /** Where in `kept` the captions of a photograph are, if it is a query. */
  const ownPlaces = (image: number): readonly [from: number, to: number] => {
    const query = queryOf.get(image);
    return query === undefined ? [0, 0] : [query * imageToText.best, (query + 1) * imageToText.best];
  };
  const textsOf = (image: number): number[] => {
    const own = imageToText.kept.subarray(...ownPlaces(image));
    const places = new Set([...own, ...asking(image).map(({ text }) => text)]);
    return Array.from(places, (place) => texts[place] as number);
  };
  const images: number[] = [];
  let total = 0;
  for (let image = 0; image < textToImage.candidates; image++) {
    const { length } = textsOf(image);
    if (length > 0) images.push(image);
    total += length;
  }
  let pairs = 0;
  await matchEach(images, textsOf, (image, rows, scores) => {
    const byPlace = new Map(rows.map((row, at) => [placeOf.get(row) as number, scores[at] as number]));
    const [from, to] = ownPlaces(image);
    for (let at = from; at < to; at++) forth[at] = byPlace.get(imageToText.kept[at] as number) as number;
    for (const { text, at } of asking(image)) back[at] = byPlace.get(text) as number;
    pairs += rows.length;
    onProgress?.(pairs, total);
  });
  return { imageToText: forth, textToImage: back, pairs };
}

/** Which captions keep a photograph, and where in `kept`, by photograph. */
function askingTexts(
  { kept, best, candidates }: FirstStage,
  textQueries: Int32Array,
): (image: number) => { text: number; at: number }[] {
  const starts = new Int32Array(candidates + 1);
  for (const image of kept) starts[image + 1] = (starts[image + 1] as number) + 1;
  for (let image = 0; image < candidates; image++)
    starts[image + 1] = (starts[image + 1] as number) + (starts[image] as number);
  const places = new Int32Array(kept.length);
  const next = starts.slice();
  for (const [at, image] of kept.entries()) {
    places[next[image] as number] = at;
    next[image] = (next[image] as number) + 1;
  }
  return (image) =>
    Array.from(places.subarray(starts[image], starts[image + 1]), (at) => ({
      text: textQueries[Math.floor(at / best)] as number,
      at,
    }));
}
