import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  classificationMetrics,
  fullSetRetrieval,
  predictedClass,
  rankOfPositive,
  retrievalRecalls,
  type TieRule,
} from './index.ts';

// Expected values: brute-force numpy 2.4.6 (ranking), scikit-learn 1.9.1 (classification).
const folder = fileURLToPath(new URL('../test/fixtures/metrics/', import.meta.url));
const ties: readonly TieRule[] = ['worst', 'best', 'mean'];

interface Summary {
  readonly ranks: number[];
  readonly 'R@1': number;
  readonly 'R@5': number;
  readonly 'R@10': number;
  readonly MRR: number;
  readonly medianRank: number;
  readonly meanRank: number;
}

interface Ranking {
  readonly cases: { name: string; scores: number[][]; positives: number[][]; expected: Record<TieRule, Summary> }[];
  readonly fullSet: {
    readonly imageProducts: number[];
    readonly textProducts: number[];
    readonly scores: number[][];
    readonly expected: Partial<Record<TieRule, { imageToText: Summary; textToImage: Summary; sumR: number }>>;
  };
  readonly refuse: { name: string; scores: (number | null)[][]; positives: number[][] }[];
}

function expectSummary(ranks: readonly number[], expected: Summary): void {
  expect(ranks).toEqual(expected.ranks);
  const summary = retrievalRecalls(ranks);
  expect(summary.recalls['1']).toBeCloseTo(100 * expected['R@1'], 9);
  expect(summary.recalls['5']).toBeCloseTo(100 * expected['R@5'], 9);
  expect(summary.recalls['10']).toBeCloseTo(100 * expected['R@10'], 9);
  expect(summary.meanReciprocalRank).toBeCloseTo(expected.MRR, 12);
  expect(summary.medianRank).toBe(expected.medianRank);
  expect(summary.meanRank).toBeCloseTo(expected.meanRank, 9);
}

describe('golden metrics', () => {
  const ranking = JSON.parse(readFileSync(`${folder}ranking.json`, 'utf8')) as Ranking;

  it('ranks under every tie rule', () => {
    expect(ranking.cases.length).toBeGreaterThan(0);
    for (const { scores, positives, expected } of ranking.cases)
      for (const tie of ties)
        expectSummary(
          scores.map((row, query) => rankOfPositive(row, positives[query] as number[], tie)),
          expected[tie],
        );
  });

  it('ranks the full set in both directions', () => {
    const { imageProducts, textProducts, scores, expected } = ranking.fullSet;
    for (const tie of ties) {
      const wanted = expected[tie];
      if (wanted === undefined) continue;
      const found = fullSetRetrieval({ scores: scores.flat(), imageProducts, textProducts, tie });
      expectSummary(found.ranks.imageToText, wanted.imageToText);
      expectSummary(found.ranks.textToImage, wanted.textToImage);
      expect(found.sumR).toBeCloseTo(wanted.sumR, 9);
    }
  });

  it('refuses scores without a rank', () => {
    expect(ranking.refuse.length).toBeGreaterThan(0);
    for (const { name, scores, positives } of ranking.refuse) {
      const row = (scores[0] ?? []).map((score) => score ?? Number.NaN);
      expect([name, () => rankOfPositive(row, positives[0] ?? [])]).toEqual([name, expect.any(Function)]);
      expect(() => rankOfPositive(row, positives[0] ?? [])).toThrow('@kaleido/eval: ');
    }
  });

  it('classifies', () => {
    const { cases } = JSON.parse(readFileSync(`${folder}classification.json`, 'utf8')) as {
      cases: {
        classes: number;
        yTrue: number[];
        yPred: number[];
        logits?: number[][];
        expected: Record<'accuracy' | 'macroF1Present' | 'macroF1All' | 'microF1' | 'weightedF1', number> &
          Record<'precision' | 'recall' | 'f1' | 'support', number[]> & { confusion: number[][] };
      }[];
    };
    for (const { classes, yTrue, yPred, logits, expected } of cases) {
      const found = classificationMetrics({ truth: yTrue, predicted: yPred, classes });
      expect(found.accuracy).toBeCloseTo(100 * expected.accuracy, 9);
      expect(found.macroF1).toBeCloseTo(100 * expected.macroF1Present, 9);
      expect(found.macroF1AllClasses).toBeCloseTo(100 * expected.macroF1All, 9);
      // By scikit-learn's precision and recall of each class; absent classes are in neither mean.
      const present = expected.support.flatMap((support, label) =>
        support > 0 || expected.confusion.some((row) => (row[label] as number) > 0) ? [label] : [],
      );
      const mean = (of: readonly number[]): number =>
        present.reduce((sum, label) => sum + (of[label] as number), 0) / present.length;
      const [precision, recall] = [mean(expected.precision), mean(expected.recall)];
      const f1OfMeans = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
      expect(found.f1OfMeans).toBeCloseTo(100 * f1OfMeans, 9);
      expect(found.microF1).toBeCloseTo(100 * expected.microF1, 9);
      expect(found.weightedF1).toBeCloseTo(100 * expected.weightedF1, 9);
      expect(found.confusion).toEqual(expected.confusion);
      for (const [label, { precision, recall, f1, support }] of found.perClass.entries()) {
        expect(precision).toBeCloseTo(100 * (expected.precision[label] as number), 9);
        expect(recall).toBeCloseTo(100 * (expected.recall[label] as number), 9);
        expect(f1).toBeCloseTo(100 * (expected.f1[label] as number), 9);
        expect(support).toBe(expected.support[label]);
      }
      if (logits) expect(logits.map(predictedClass)).toEqual(yPred);
    }
  });
});
