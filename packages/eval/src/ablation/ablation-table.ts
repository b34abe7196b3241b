/** What an ablation found: the contents of its `ablation.json`. */
export interface AblationTable {
  readonly name: string;
  readonly description: string;
  readonly command: string;
  readonly seeds: readonly number[];
  /** Name of the variant that the others are compared with. */
  readonly reference: string;
  /** Those that at least one run has. */
  readonly figures: readonly AblationFigure[];
  readonly groups: readonly AblationGroup[];
  /** Variants that share runs count once. */
  readonly runs: { readonly finished: number; readonly planned: number };
  /** Figures of the table that finished runs do not have. */
  readonly unknown: number;
}

export interface AblationFigure {
  readonly key: string;
  readonly title: string;
}

export interface AblationGroup {
  readonly name: string;
  readonly variants: readonly AblationRow[];
}

export interface AblationRow {
  readonly name: string;
  readonly title: string;
  /** The variant whose runs these are: its own name, or that of an equal one. */
  readonly runs: string;
  /** SumR of the paper's variant, on other data. */
  readonly paper?: number;
  /** Of the finished runs. */
  readonly seeds: readonly number[];
  /** By the key of the figure; unknown ones are absent. */
  readonly values: Readonly<Record<string, AblationValue>>;
}

export interface AblationValue {
  /** Over the runs that have it. */
  readonly mean: number;
  /** Sample deviation (n - 1); absent for one run. */
  readonly standardDeviation?: number;
  readonly bySeed: Readonly<Record<string, number>>;
  /**
   * From the reference, the mean over the seeds that both have: a seed gives all variants the same products and first
   * weights. Absent for the reference itself.
   */
  readonly difference?: number;
  /** Sample deviation of the seeds' differences; absent for one seed. */
  readonly differenceDeviation?: number;
  /** Whether the difference is no larger than its deviation; absent for one seed. */
  readonly withinSpread?: boolean;
}
