import { type Tensor, tf } from '@kaleido/backend';

/** Something to be timed: does it once, and gives a tensor that is ready when all of it is; the timer disposes that. */
export type Work = () => Tensor;

export interface Timing {
  /** Median of one run. */
  readonly milliseconds: number;
  readonly bestMilliseconds: number;
  readonly runs: number;
}

export interface TimingOptions {
  /** How long to go on measuring. */
  readonly seconds: number;
  /** Runs between two waits for the device: more than one where it works behind the program's back. Default: 1. */
  readonly runsAtOnce?: number;
}

/** A wait costs a little: below this much work, runs are put together before one. */
const shortestGroup = 20;

/** Waits until the device has computed the tensor, by reading one number of it. */
export async function waitFor(tensor: Tensor): Promise<void> {
  const one = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), [0], [1]));
  await one.data();
  one.dispose();
}

/** Milliseconds of one run in each group of them, for as long as asked, one group at least. */
export async function sampleRuns(work: Work, { seconds, runsAtOnce = 1 }: TimingOptions): Promise<number[]> {
  const samples: number[] = [];
  const end = performance.now() + seconds * 1000;
  do {
    const start = performance.now();
    await runGroup(work, runsAtOnce);
    samples.push((performance.now() - start) / runsAtOnce);
  } while (performance.now() < end);
  return samples;
}

/** Warms up (shapes are compiled, buffers made), then takes the median over a span of time. */
export async function timeRuns(work: Work, { seconds, runsAtOnce = 1 }: TimingOptions): Promise<Timing> {
  await runGroup(work, 1);
  const start = performance.now();
  await runGroup(work, 1);
  const once = performance.now() - start;
  // What takes longer than it may is measured by that one run.
  if (once > seconds * 1000) return { milliseconds: once, bestMilliseconds: once, runs: 1 };
  const together = Math.max(runsAtOnce, Math.ceil(shortestGroup / Math.max(once, 1e-3)));
  const samples = await sampleRuns(work, { seconds, runsAtOnce: together });
  return {
    milliseconds: median(samples),
    bestMilliseconds: Math.min(...samples),
    runs: samples.length * together,
  };
}

async function runGroup(work: Work, runs: number): Promise<void> {
  for (let run = 1; run < runs; run++) work().dispose();
  const last = work();
  await waitFor(last);
  last.dispose();
}

/** The middle of the values, or the mean of the two there. @throws RangeError for no values */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
