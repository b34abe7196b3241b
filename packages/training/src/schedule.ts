/** How the learning rate goes over a stage. */
export interface Schedule {
  /** All steps of the stage. */
  readonly steps: number;
  /** The highest rate. */
  readonly learningRate: number;
  /** Share of the steps in which the rate rises from 0, 0..1; a tenth in BERT. */
  readonly warmup: number;
}

/** The rate of a step, counted from 0: a linear rise, then a linear fall to 0 at the stage's end. */
export function learningRateAt(step: number, { steps, learningRate, warmup }: Schedule): number {
  const rising = Math.round(steps * warmup);
  if (step < rising) return (learningRate * (step + 1)) / rising;
  return (learningRate * (steps - step)) / Math.max(1, steps - rising);
}
