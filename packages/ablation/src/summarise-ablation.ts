import type { AblationRow, AblationTable, AblationValue, Evaluation } from '@kaleido/eval';
import { type ComparedFigure, comparedFigures } from './figures.ts';
import type { AblationPlan, PlannedVariant } from './plan-ablation.ts';

/** Evaluations of finished runs, by folder and seed. */
export type FinishedRuns = ReadonlyMap<string, ReadonlyMap<number, Evaluation>>;

/**
 * Mean and deviation of every figure over the seeds of every variant. A figure that no run has is left out; one that a
 * run lacks is left out of its mean, and counted.
 */
export function summariseAblation(plan: AblationPlan, finished: FinishedRuns): AblationTable {
  const { name, description, command, seeds, reference, variants } = plan;
  const known = [...plan.recipes.keys()].flatMap((runs) => evaluationsOf(finished, runs, seeds));
  const figures = comparedFigures(plan.recognition).filter((figure) =>
    known.some(({ evaluation }) => knownValue(figure, evaluation) !== undefined),
  );
  const referenceRuns = variants.find((one) => one.name === reference)?.runs as string;
  const references = valuesOf(figures, evaluationsOf(finished, referenceRuns, seeds));
  const rowOf = ({ name, title, runs, paper }: PlannedVariant): AblationRow => {
    const own = evaluationsOf(finished, runs, seeds);
    const values = valuesOf(figures, own);
    return {
      name,
      title,
      runs,
      ...(paper === undefined ? {} : { paper }),
      seeds: own.map(({ seed }) => seed),
      values: runs === referenceRuns ? values : compared(values, references),
    };
  };
  const groups = [...new Set(variants.map(({ group }) => group))];
  return {
    name,
    description,
    command,
    seeds,
    reference,
    figures: figures.map(({ key, title }) => ({ key, title })),
    groups: groups.map((group) => ({
      name: group,
      variants: variants.filter((one) => one.group === group).map(rowOf),
    })),
    runs: { finished: known.length, planned: plan.recipes.size * seeds.length },
    unknown: known.reduce(
      (sum, { evaluation }) => sum + figures.filter((figure) => knownValue(figure, evaluation) === undefined).length,
      0,
    ),
  };
}

interface SeedEvaluation {
  readonly seed: number;
  readonly evaluation: Evaluation;
}

function evaluationsOf(finished: FinishedRuns, runs: string, seeds: readonly number[]): SeedEvaluation[] {
  return seeds.flatMap((seed) => {
    const evaluation = finished.get(runs)?.get(seed);
    return evaluation === undefined ? [] : [{ seed, evaluation }];
  });
}

/** Undefined also for NaN, which JSON has as null. */
function knownValue(figure: ComparedFigure, evaluation: Evaluation): number | undefined {
  const value = figure.read(evaluation);
  return Number.isFinite(value) ? value : undefined;
}

type Values = Readonly<Record<string, AblationValue>>;

function valuesOf(figures: readonly ComparedFigure[], evaluations: readonly SeedEvaluation[]): Values {
  return Object.fromEntries(
    figures.flatMap((figure) => {
      const bySeed = evaluations.flatMap(({ seed, evaluation }) => {
        const value = knownValue(figure, evaluation);
        return value === undefined ? [] : [[seed, value] as const];
      });
      return bySeed.length === 0 ? [] : [[figure.key, describe(bySeed)] as const];
    }),
  );
}

function describe(bySeed: readonly (readonly [seed: number, value: number])[]): AblationValue {
  const n = bySeed.length;
  const mean = bySeed.reduce((sum, [, value]) => sum + value, 0) / n;
  const squares = bySeed.reduce((sum, [, value]) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    ...(n < 2 ? {} : { standardDeviation: Math.sqrt(squares / (n - 1)) }),
    bySeed: Object.fromEntries(bySeed),
  };
}

/**
 * With the difference from the reference, seed by seed: what a seed does to all variants, such as which products are drawn,
 * is no part of it. With three seeds, a difference above its deviation is a hint, not a proof.
 */
function compared(values: Values, references: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const theirs = references[key]?.bySeed ?? {};
      const differences = Object.entries(value.bySeed).flatMap(([seed, own]) => {
        const other = theirs[seed];
        return other === undefined ? [] : [[Number(seed), own - other] as const];
      });
      if (differences.length === 0) return [key, value];
      const { mean: difference, standardDeviation: deviation } = describe(differences);
      if (deviation === undefined) return [key, { ...value, difference }];
      const withinSpread = Math.abs(difference) <= deviation;
      return [key, { ...value, difference, differenceDeviation: deviation, withinSpread }];
    }),
  );
}
