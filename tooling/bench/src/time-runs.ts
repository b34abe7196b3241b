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
  /** Groups to measure at least, however long they take. Default: 1. */
  readonly leastGroups?: number;
}

/** A wait costs a little: below this much work, runs are put together before one. */
const shortestGroup = 20;

/** Waits until the device has computed the tensor, by reading one number of it. */
export async function waitFor(tensor: Tensor): Promise<void> {
  const one = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), [0], [1]));
  await one.data();
  one.dispose();
}

/**
 * Milliseconds of one run in each group of them, for as long as asked.
 * @param before samples there are already, which count
 */
export async function sampleRuns(
  work: Work,
  { seconds, runsAtOnce = 1, leastGroups = 1 }: TimingOptions,
  before: readonly number[] = [],
): Promise<number[]> {
  const samples = [...before];
  const end = performance.now() + seconds * 1000;
  while (samples.length < leastGroups || performance.now() < end) {
    const start = performance.now();
    await runGroup(work, runsAtOnce);
    samples.push((performance.now() - start) / runsAtOnce);
  }
  return samples;
}

/** Warms up (shapes are compiled, buffers made), then takes the median over a span of time. */
export async function timeRuns(
  work: Work,
  { seconds, runsAtOnce = 1, leastGroups = 1 }: TimingOptions,
): Promise<Timing> {
  await runGroup(work, 1);
  const [once] = (await sampleRuns(work, { seconds: 0 })) as [number];
  // Beside what takes longer than all the time there is, a wait costs nothing.
  const together = once > seconds * 1000 ? 1 : Math.max(runsAtOnce, Math.ceil(shortestGroup / Math.max(once, 1e-3)));
  const left = { seconds: seconds - once / 1000, runsAtOnce: together, leastGroups };
  const samples = await sampleRuns(work, left, together === 1 ? [once] : []);
  return { milliseconds: median(samples), bestMilliseconds: Math.min(...samples), runs: samples.length * together };
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
