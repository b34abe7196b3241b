/** Learning rate schedule of a stage. */
export interface Schedule {
  /** All steps of the stage. */
  readonly steps: number;
  /** The highest rate. */
  readonly learningRate: number;
  /** Share of the steps in which the rate rises from 0, 0..1; a tenth in BERT. */
  readonly warmup: number;
  /**
   * `paper`: a linear rise to the highest rate, then a linear fall. `released`: as in the released code, where it also
   * falls during the rise, never reaches the highest rate, and is 0 in the first step. Default: `paper`.
   */
  readonly compat?: 'paper' | 'released';
}

/** The rate of a step, counted from 0: a linear rise, then a linear fall to 0 at the stage's end. */
export function learningRateAt(step: number, { steps, learningRate, warmup, compat = 'paper' }: Schedule): number {
  if (compat === 'released') {
    const rising = Math.floor(steps * warmup);
    return learningRate * (1 - step / steps) * (step < rising ? step / rising : 1);
  }
  const rising = Math.round(steps * warmup);
  if (step < rising) return (learningRate * (step + 1)) / rising;
  return (learningRate * (steps - step)) / Math.max(1, steps - rising);
}
