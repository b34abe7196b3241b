import {
  chooseTwoStageWeight,
  crossFittedWeight,
  type FullRetrievalFigures,
  type SecondStageWeight,
  twoStageFigures,
} from '@kaleido/eval';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import { lookalikes, type ScoredFullSet, scoreFullSet, worstOfFullSet, worstQueryIds } from '@kaleido/scoring';
import { readSmallPictures, retrievalFailures } from '@kaleido/scoring/node';
import {
  type PreparedProduct,
  type PreparedSplit,
  type SourceSplit,
  withoutPackage,
  withoutProducts,
} from '@kaleido/splits';
import { withScorer } from './evaluate-run.ts';
import { chooseSplit, type EvaluateRunOptions, type OpenRun, openRun, prepareChosen } from './evaluate-run-folder.ts';
import { weightListSeed } from './list-seeds.ts';
import { incomparable, type MeasuredSet, measuredSet, type PageOfEvaluation, pageFrame } from './measured-set.ts';
import { openSplits } from './open-source.ts';

export interface EvaluateFullRetrievalOptions extends EvaluateRunOptions {
  /**
   * Candidates of each query that the matching head reads. Default: 100, as many as the papers' lists have beside the
   * right one, so that the head is asked what it is asked there.
   */
  readonly best?: number | undefined;
  readonly page?: PageOfEvaluation | undefined;
}

/** Retrieval figures of the full set, and a page if one was asked for. */
interface MeasuredFullRetrieval {
  readonly measured: MeasuredSet;
  readonly fullRetrieval: FullRetrievalFigures;
  /** HTML. */
  readonly page?: string;
}

const usualBest = 100;
/** Queries each way for choosing the weight: a step of it changes SumR by less than 200 queries can tell. */
const weightQueries = 200;
/** Candidates among which they are ranked, at most: as many as are measured, as long as embedding them takes a minute. */
const mostWeightCandidates = 5000;
/** With fewer queries in a half, its weight is a matter of chance. */
const leastOfHalf = 50;

/**
 * Every photograph of a split against every caption and back, in two stages: embeddings rank all, the matching head reads
 * the best. The weight of its score is chosen on products that training has not seen and that are not measured, those on
 * which the run chose the one of its lists (`retrievalChoice`). Where these are the measured ones, each half of the
 * products has the weight that works best for the other half; fewer than 100 products have the weight of the run's lists.
 * Training products would not do: the embeddings know their pairs, and the weight would be 0.
 * @throws KaleidoError for a model without a joint space, and as `evaluateRunRetrieval`
 */
export async function evaluateRunFullRetrieval(options: EvaluateFullRetrievalOptions): Promise<MeasuredFullRetrieval> {
  const { best = usualBest, onMessage } = options;
  const run = await openRun(options);
  const from = await chooseSplit(run.recipe, options, 'retrieval');
  const split = await prepareChosen(run, from);
  const before = await weightBefore(run, from, split, best, options);
  options.onPart?.('full set');
  const start = performance.now();
  const { scored, embeddings } = await withScorer(run.context, split, run.weights, async (scorer) => ({
    embeddings: (performance.now() - start) / 1000,
    scored: await scoreFullSet(split.products, scorer, { best, onProgress: options.onProgress }),
  }));
  const chosen = before ?? weightOfHalves(run, split, scored);
  onMessage?.(`weight of the match score: ${chosen.said}, chosen on ${chosen.on}`);
  const fullRetrieval: FullRetrievalFigures = {
    ...twoStageFigures(scored.directions, chosen.weight),
    weightChosenOn: chosen.on,
    pairs: scored.pairs,
    pairsPerSecond: scored.pairs / scored.seconds.secondStage,
    seconds: { embeddings, ...scored.seconds },
  };
  const measured = measuredSet(run, from, split);
  const { page } = options;
  if (page === undefined) return { measured, fullRetrieval };
  const what = { run, from, split, scored, measured, chosen };
  return { measured, fullRetrieval, page: await pageOf(what, fullRetrieval, page) };
}

interface ChosenWeight {
  readonly weight: SecondStageWeight;
  /** The weight in words. */
  readonly said: string;
  /** What it was chosen on, in words. */
  readonly on: string;
}

/** The weight by products that are not measured; undefined where there are none that training has not seen. */
async function weightBefore(
  run: OpenRun,
  from: SourceSplit,
  measured: PreparedSplit,
  best: number,
  { seed, onPart, onProgress, onMessage }: EvaluateRunOptions,
): Promise<ChosenWeight | undefined> {
  const products = await productsToChooseOn(run, from, measured, seed).catch((error: unknown) => {
    if (!KaleidoError.isInstance(error)) throw error;
    onMessage?.(`no other products to choose the weight on: ${withoutPackage(error.message)}`);
    return undefined;
  });
  if (products === undefined) return undefined;
  onPart?.('choosing the weight of the match score');
  const scored = await withScorer(run.context, products, run.weights, (scorer) =>
    scoreFullSet(products.products, scorer, { best, queries: weightQueries, onProgress }),
  );
  const { weight } = chooseTwoStageWeight(scored.directions);
  const queries = scored.imageQueries.length + scored.textQueries.length;
  const on = `${queries} queries among ${products.products.length} products that training has not seen`;
  return { weight, said: String(weight), on };
}

/** The weight for each half of the measured products by the other half; of few products, that of the run's lists. */
function weightOfHalves(
  run: OpenRun,
  { products }: PreparedSplit,
  { directions, texts, imageQueries, textQueries }: ScoredFullSet,
): ChosenWeight {
  const productOf = (row: number): string => (products[row] as PreparedProduct).productId;
  const ids = randomStream(weightListSeed, 'halves of products').shuffle([
    ...new Set(products.map((one) => one.productId)),
  ]);
  if (ids.length < 2 * leastOfHalf)
    return {
      weight: run.weight,
      said: String(run.weight),
      on: 'lists that the run drew from its validation products, which may be the measured ones',
    };
  const first = new Set(ids.slice(0, ids.length / 2));
  const { weight, weights } = crossFittedWeight(directions, {
    imageToText: (query) => first.has(productOf(imageQueries[query] as number)),
    textToImage: (query) => first.has(productOf(texts[textQueries[query] as number] as number)),
  });
  return {
    weight,
    said: `${weights[0]} for one half of the products and ${weights[1]} for the other`,
    on: 'the measured products, for each half of them on the other half',
  };
}

/** Products that training has not seen, none of which is measured under any id; undefined if there are none. */
async function productsToChooseOn(
  run: OpenRun,
  from: SourceSplit,
  measured: PreparedSplit,
  seed: number | undefined,
): Promise<PreparedSplit | undefined> {
  const { recipe, context } = run;
  const given = recipe.data.kind === 'folder' ? await context.folder.data() : undefined;
  const own = await openSplits(seed === undefined ? recipe : { ...recipe, seed }, given?.path, given?.reading);
  const kept = own.retrievalChoice;
  const isSameSource = kept.source.fingerprint === from.source.fingerprint;
  // Drawn products are kept for choices in few sub-categories, those of the split `retrieval`.
  const isLikeMeasured = recipe.data.kind === 'folder' || isSameSource;
  if (!isLikeMeasured || (isSameSource && kept.split === from.split)) return undefined;
  const split = unmeasured(await prepareChosen(run, kept), kept, from, measured);
  return split.products.length > 1 ? split : undefined;
}

/** At most as many products as are measured, drawn from those that are not. */
function unmeasured(
  prepared: PreparedSplit,
  chosen: SourceSplit,
  from: SourceSplit,
  measured: PreparedSplit,
): PreparedSplit {
  const pictures = new Set(measured.products.map(({ imageHash }) => imageHash));
  // Ids of two sources need not mean the same product.
  const ids = new Set(
    chosen.source.fingerprint === from.source.fingerprint ? measured.products.map(({ productId }) => productId) : [],
  );
  const others = withoutProducts(prepared, ({ imageHash, productId }) => pictures.has(imageHash) || ids.has(productId));
  const drawn = new Set(
    randomStream(weightListSeed, 'products to choose a weight on')
      .shuffle(others.products.map(({ id }) => id))
      .slice(0, Math.min(measured.products.length, mostWeightCandidates)),
  );
  return withoutProducts(others, ({ id }) => !drawn.has(id));
}

interface Scored {
  readonly chosen: ChosenWeight;
  readonly run: OpenRun;
  readonly from: SourceSplit;
  readonly split: PreparedSplit;
  readonly scored: ScoredFullSet;
  readonly measured: MeasuredSet;
}

async function pageOf(
  { run, from, split, scored, measured, chosen }: Scored,
  fullRetrieval: FullRetrievalFigures,
  page: PageOfEvaluation,
): Promise<string> {
  run.context.options.onPart?.('page');
  const { images, texts, best } = fullRetrieval;
  const worst = worstOfFullSet(scored, split.products, chosen.weight, page.worst);
  const pictures = await readSmallPictures(from, worstQueryIds(worst));
  const { facts, ...frame } = pageFrame(run, measured, page);
  const { renderRetrieval } = await import('@kaleido/eval/node');
  return renderRetrieval({
    ...frame,
    heading: 'Retrieval over the full set',
    description: `Every photograph against every caption and back, in two stages, by ${measured.recipe} on ${measured.data}, ${measured.split}.`,
    facts: [
      ...facts,
      ['Queries', `${images} photographs and ${texts} captions, all of them`],
      ['Candidates', `all ${texts} captions, all ${images} photographs`],
      ['Right', 'every caption or photograph of the query’s own product; the best rank counts'],
      ['Equal scores', 'the right candidate ranks last among them'],
      ['First stage', 'dot product in the joint space, exact'],
      [
        'Second stage',
        `the best ${best} by matching head and embeddings, each standardised over these ${best}; the rest keep their order behind them`,
      ],
      ['Weight of the match score', `${chosen.said}, chosen on ${chosen.on}`],
      ['Failures', `up to ${page.worst} queries in each direction, those whose right answer ranks furthest down`],
    ],
    notes: [incomparable, ...lookalikeNotes(split)],
    dataSet: `${measured.data}, ${measured.split}`,
    measured: { kind: 'full', fullRetrieval },
    failures: retrievalFailures(worst, split.products, pictures),
  });
}

function lookalikeNotes({ products }: PreparedSplit): string[] {
  const { captions, pictures } = lookalikes(products);
  if (captions + pictures === 0) return [];
  return [
    `Of ${products.length} photographs, ${captions} have a caption that another product has too, and ${pictures} a picture that another product has too. They count as wrong answers all the same: no model reaches 600.`,
  ];
}
