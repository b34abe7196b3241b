import { chooseTwoStageWeight, type FullRetrievalFigures, twoStageFigures } from '@kaleido/eval';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import { lookalikes, type ScoredFullSet, scoreFullSet, worstOfFullSet, worstQueryIds } from '@kaleido/scoring';
import { readSmallPictures, retrievalFailures } from '@kaleido/scoring/node';
import { type PreparedSplit, type SourceSplit, withoutPackage, withoutProducts } from '@kaleido/splits';
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

/**
 * Every photograph of a split against every caption and back, in two stages: embeddings rank all, the matching head reads
 * the best. The weight of its score is chosen on products that are not measured: those on which the run chose the one of
 * its lists (`retrievalChoice`), or training products where these are measured or of other sub-categories.
 * @throws KaleidoError for a model without a joint space, and as `evaluateRunRetrieval`
 */
export async function evaluateRunFullRetrieval(options: EvaluateFullRetrievalOptions): Promise<MeasuredFullRetrieval> {
  const { best = usualBest } = options;
  const run = await openRun(options);
  const from = await chooseSplit(run.recipe, options, 'retrieval');
  const split = await prepareChosen(run, from);
  const { weight, chosenOn } = await chosenWeight(run, from, split, best, options);
  options.onMessage?.(`weight of the match score ${weight}, chosen on ${chosenOn}`);
  options.onPart?.('full set');
  const start = performance.now();
  const { scored, embeddings } = await withScorer(run.context, split, run.weights, async (scorer) => ({
    embeddings: (performance.now() - start) / 1000,
    scored: await scoreFullSet(split.products, scorer, { best, onProgress: options.onProgress }),
  }));
  const fullRetrieval: FullRetrievalFigures = {
    ...twoStageFigures(scored.directions, weight),
    weightChosenOn: chosenOn,
    pairs: scored.pairs,
    pairsPerSecond: scored.pairs / scored.seconds.secondStage,
    seconds: { embeddings, ...scored.seconds },
  };
  const measured = measuredSet(run, from, split);
  const { page } = options;
  if (page === undefined) return { measured, fullRetrieval };
  return { measured, fullRetrieval, page: await pageOf({ run, from, split, scored, measured }, fullRetrieval, page) };
}

interface ChosenWeight {
  readonly weight: number;
  /** In words. */
  readonly chosenOn: string;
}

async function chosenWeight(
  run: OpenRun,
  from: SourceSplit,
  measured: PreparedSplit,
  best: number,
  { seed, onPart, onProgress, onMessage }: EvaluateRunOptions,
): Promise<ChosenWeight> {
  const sample = await productsToChooseOn(run, from, measured, seed).catch((error: unknown) => {
    if (!KaleidoError.isInstance(error)) throw error;
    onMessage?.(`the weight is not chosen anew: ${withoutPackage(error.message)}`);
    return undefined;
  });
  if (sample === undefined) return { weight: run.weight, chosenOn: 'the lists of the run’s own evaluation' };
  onPart?.('choosing the weight of the match score');
  const scored = await withScorer(run.context, sample.split, run.weights, (scorer) =>
    scoreFullSet(sample.split.products, scorer, { best, queries: weightQueries, onProgress }),
  );
  const { weight } = chooseTwoStageWeight(scored.directions);
  const queries = scored.imageQueries.length + scored.textQueries.length;
  return { weight, chosenOn: `${queries} queries among ${sample.split.products.length} ${sample.whose}` };
}

interface ProductsToChooseOn {
  readonly split: PreparedSplit;
  readonly whose: string;
}

/** Products to choose on, none of which is measured under any id. */
async function productsToChooseOn(
  run: OpenRun,
  from: SourceSplit,
  measured: PreparedSplit,
  seed: number | undefined,
): Promise<ProductsToChooseOn | undefined> {
  const { recipe, context } = run;
  const given = recipe.data.kind === 'folder' ? await context.folder.data() : undefined;
  const own = await openSplits(seed === undefined ? recipe : { ...recipe, seed }, given?.path, given?.reading);
  const kept = own.retrievalChoice;
  const isSameSource = kept.source.fingerprint === from.source.fingerprint;
  const isMeasured = isSameSource && kept.split === from.split;
  // Drawn products are kept for choices in few sub-categories, those of the split `retrieval`.
  const isLikeMeasured = recipe.data.kind === 'folder' || isSameSource;
  const training = seed === undefined ? 'training products' : `products of the training split of seed ${seed}`;
  const chances = [
    ...(isLikeMeasured && !isMeasured ? [[kept, 'products that training has not seen'] as const] : []),
    [own.train, training] as const,
  ];
  for (const [chosen, whose] of chances) {
    const split = unmeasured(await prepareChosen(run, chosen), chosen, from, measured);
    if (split.products.length > 1) return { split, whose };
  }
  return undefined;
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
  readonly run: OpenRun;
  readonly from: SourceSplit;
  readonly split: PreparedSplit;
  readonly scored: ScoredFullSet;
  readonly measured: MeasuredSet;
}

async function pageOf(
  { run, from, split, scored, measured }: Scored,
  fullRetrieval: FullRetrievalFigures,
  page: PageOfEvaluation,
): Promise<string> {
  run.context.options.onPart?.('page');
  const { matchingWeight, images, texts, best } = fullRetrieval;
  const worst = worstOfFullSet(scored, split.products, matchingWeight, page.worst);
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
      ['Weight of the match score', `${matchingWeight}, chosen on ${fullRetrieval.weightChosenOn}`],
      ['Failures', `the ${page.worst} queries with the lowest rank in each direction`],
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
