import { type Tensor, tf } from '@kaleido/backend';

/** Work to time: runs once and returns a tensor that is ready when all of it is. The timer disposes the tensor. */
export type Work = () => Tensor;

export interface Timing {
  /** Median of one run. */
  readonly milliseconds: number;
  readonly bestMilliseconds: number;
  readonly runs: number;
}

export interface TimingOptions {
  /** How long to measure. */
  readonly seconds: number;
  /** Runs between two waits for the device; more than one for a device that works asynchronously. Default: 1. */
  readonly runsAtOnce?: number;
  /** Minimum number of groups, regardless of their time. Default: 1. */
  readonly leastGroups?: number;
}

/** A wait has a small cost: shorter runs are grouped to this many milliseconds before a wait. */
const shortestGroup = 20;

/** Waits until the device has computed the tensor, by reading one number of it. */
export async function waitFor(tensor: Tensor): Promise<void> {
  const one = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), [0], [1]));
  await one.data();
  one.dispose();
}

/**
 * Milliseconds per run, one sample for each group of runs, for the given time.
 * @param before earlier samples, which count too
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

/** Warms up (compiles shapes, allocates buffers), then takes the median over the given time. */
export async function timeRuns(
  work: Work,
  { seconds, runsAtOnce = 1, leastGroups = 1 }: TimingOptions,
): Promise<Timing> {
  await runGroup(work, 1);
  const [once] = (await sampleRuns(work, { seconds: 0 })) as [number];
  // If one run takes longer than the given time, the cost of a wait is negligible.
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

/** The middle value, or the mean of the two middle values. @throws RangeError for no values */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
