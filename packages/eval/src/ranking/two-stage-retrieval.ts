import { KaleidoError } from '@kaleido/foundation';
import { bestWeight, combineScores, type WeightChoice } from '../combine-scores.ts';
import type { FirstStage } from './first-stage.ts';
import { rankOfPositive } from './rank-of-positive.ts';
import { type RankSummary, retrievalRecalls, sumOfRecalls } from './retrieval-recalls.ts';

/** A first stage with the scores of a second scorer for the candidates that it kept. */
export interface TwoStages {
  readonly first: FirstStage;
  /** [queries, K] scores of the second scorer, in the order of `first.kept`. */
  readonly second: Float32Array;
}

/** Both directions over one set of photographs and captions. */
export interface TwoStageDirections {
  readonly imageToText: TwoStages;
  readonly textToImage: TwoStages;
}

/** One value for each query of both directions. */
export interface OfQueries<Value> {
  imageToText(query: number): Value;
  textToImage(query: number): Value;
}

/** Weight of the second scorer, 0..1: the same for all queries, or one for each. */
export type SecondStageWeight = number | OfQueries<number>;

/** The weight of each query of a direction. */
export function weightOf(weight: SecondStageWeight, direction: keyof TwoStageDirections): (query: number) => number {
  return typeof weight === 'number' ? () => weight : (query) => weight[direction](query);
}

/** Ranks of both directions in figures: recalls in per cent. */
export interface FullSetFigures {
  readonly imageToText: RankSummary;
  readonly textToImage: RankSummary;
  readonly sumR: number;
}

/** Queries whose right candidate the first stage hands on, in per cent: no second stage can find more. */
export interface RecallCeiling {
  readonly imageToText: number;
  readonly textToImage: number;
}

/** Figures where only so many candidates are put into a new order; 0: the first stage alone. */
export interface TwoStageAt extends FullSetFigures {
  readonly best: number;
  /** SumR where the matching head alone orders them. */
  readonly matchingAlone: number;
  readonly ceiling: RecallCeiling;
}

export interface TwoStageFigures extends FullSetFigures {
  /** K, candidates of each query that the second stage reads. */
  readonly best: number;
  /** Photographs and captions that are candidates. */
  readonly images: number;
  readonly texts: number;
  /** Weight of the match score beside the embeddings' in the second stage, 0..1; the mean where queries have their own. */
  readonly matchingWeight: number;
  readonly firstStage: FullSetFigures;
  /** The second stage by the matching head alone, weight 1. */
  readonly matchingAlone: FullSetFigures;
  readonly ceiling: RecallCeiling;
  /** The two stages with fewer candidates, from 0 to K. */
  readonly curve: readonly TwoStageAt[];
}

/**
 * Ranks after the second stage, from 1: the best K of a query are sorted by `combineScores`, standardised over these K,
 * all others stay behind them in the order of the first stage.
 * @param weight of the second scorer, 0..1, or that of each query
 * @param best K, at most as many as were kept
 */
export function twoStageRanks(
  { first, second }: TwoStages,
  weight: number | ((query: number) => number),
  best: number = first.best,
): number[] {
  const { best: kept } = first;
  if (second.length !== first.kept.length || !(Number.isInteger(best) && best >= 0 && best <= kept))
    throw new KaleidoError({
      source: 'eval',
      problem: `a second stage needs a score for each of the ${first.kept.length} candidates kept, and reads at most ${kept} of a query`,
      found: { scores: second.length, best },
    });
  return Array.from({ length: first.queries }, (_, query) => {
    const rank = first.ranks[query] as number;
    if (rank > best) return rank;
    const from = query * kept;
    const right = new Set(first.rightOf(query));
    const positions: number[] = [];
    for (let place = 0; place < best; place++) if (right.has(first.kept[from + place] as number)) positions.push(place);
    const combined = combineScores(
      first.scores.subarray(from, from + best),
      second.subarray(from, from + best),
      typeof weight === 'number' ? weight : weight(query),
    );
    return rankOfPositive(combined, positions);
  });
}

/**
 * The weight of the second scorer that works best, by the rule of `chooseWeight`; never on queries that it is measured on.
 * @param counts which queries it is chosen on. Default: all
 */
export function chooseTwoStageWeight(directions: TwoStageDirections, counts?: OfQueries<boolean>): WeightChoice {
  return bestWeight((weight) => {
    const { imageToText, textToImage, sumR } = figuresAt(directions, weight, Infinity, counts);
    const [a, b] = [imageToText, textToImage];
    const reciprocal = a.meanReciprocalRank * a.queries + b.meanReciprocalRank * b.queries;
    return { sumR, meanReciprocalRank: reciprocal / (a.queries + b.queries) };
  });
}

/** K of the curve, as far as they are below the K measured, which ends it. */
const curvePlaces = [0, 5, 10, 20, 50, 100, 200, 500];

/** Figures of both stages and the curve over K. @param weight of the match score in the second stage */
export function twoStageFigures(directions: TwoStageDirections, weight: SecondStageWeight): TwoStageFigures {
  const { imageToText, textToImage } = directions;
  const best = Math.max(imageToText.first.best, textToImage.first.best);
  const at = (K: number): TwoStageAt => ({
    best: K,
    ...figuresAt(directions, weight, K),
    matchingAlone: figuresAt(directions, 1, K).sumR,
    ceiling: { imageToText: ceilingOf(imageToText.first, K), textToImage: ceilingOf(textToImage.first, K) },
  });
  const curve = [...curvePlaces.filter((K) => K < best), best].map(at);
  const { best: _best, matchingAlone: _alone, ...twoStages } = curve.at(-1) as TwoStageAt;
  return {
    best,
    images: textToImage.first.candidates,
    texts: imageToText.first.candidates,
    matchingWeight: meanWeight(directions, weight),
    ...twoStages,
    firstStage: figuresAt(directions, 0, 0),
    matchingAlone: figuresAt(directions, 1),
    curve,
  };
}

function figuresAt(
  directions: TwoStageDirections,
  weight: SecondStageWeight,
  best = Infinity,
  counts?: OfQueries<boolean>,
): FullSetFigures {
  const summary = (direction: keyof TwoStageDirections): RankSummary => {
    const stages = directions[direction];
    const ranks = twoStageRanks(stages, weightOf(weight, direction), Math.min(best, stages.first.best));
    return retrievalRecalls(counts === undefined ? ranks : ranks.filter((_, query) => counts[direction](query)));
  };
  const [forth, back] = [summary('imageToText'), summary('textToImage')];
  return { imageToText: forth, textToImage: back, sumR: sumOfRecalls(forth.recalls, back.recalls) };
}

function meanWeight(directions: TwoStageDirections, weight: SecondStageWeight): number {
  if (typeof weight === 'number') return weight;
  const all = (['imageToText', 'textToImage'] as const).flatMap((direction) =>
    Array.from({ length: directions[direction].first.queries }, (_, query) => weightOf(weight, direction)(query)),
  );
  // Without the digits of a sum of thousands.
  return Number((all.reduce((sum, one) => sum + one, 0) / all.length).toFixed(6));
}

function ceilingOf({ ranks, queries }: FirstStage, K: number): number {
  return (100 * ranks.reduce((sum, rank) => sum + (rank <= K ? 1 : 0), 0)) / queries;
}
