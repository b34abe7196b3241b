import { KaleidoError } from '@kaleido/foundation';
import type { TorchFigures } from './figures.ts';
import { trainingWork } from './measure-step.ts';
import type { PretrainingStep } from './pretraining-step.ts';
import { median, sampleRuns, waitFor } from './time-runs.ts';
import { type TorchOptions, TorchTwin } from './torch-twin.ts';

/** Steps whose losses must agree before the timing. The second and third also depend on gradients and updates. */
const comparedSteps = 3;

/** Relative difference; float32 sums in another order, over three updates. */
const largestDifference = 1e-4;
/** The same for bfloat16, which keeps eight bits. */
const largestDifferenceOfHalves = 2e-2;

/** Number of turns. Each gives one ratio, so that noise of the machine affects both sides. */
const turns = 5;

export interface MeasureTorchOptions extends TorchOptions {
  readonly python: string;
  readonly seconds: number;
  readonly runsAtOnce: number;
}

/**
 * Times the same step in PyTorch alternately with ours.
 * @throws KaleidoError if the steps differ: other parameters, or other losses from equal weights
 */
export async function measureTorch(
  step: PretrainingStep,
  { python, seconds, runsAtOnce, ...options }: MeasureTorchOptions,
): Promise<TorchFigures> {
  step.restart();
  const twin = await TorchTwin.open(python, step, options);
  try {
    if (twin.parameters !== step.parameters)
      throw new KaleidoError({
        source: 'bench',
        problem: `the PyTorch twin must have ${step.parameters} parameters, as our model`,
        found: twin.parameters,
      });
    const losses = await comparedLosses(step, twin, options.precision === 'float32');
    const work = trainingWork(step);
    await sampleRuns(work, { seconds: 0, leastGroups: 2 });
    await twin.sampleRuns(0, 2);
    const own: number[] = [];
    const theirs: number[] = [];
    const ratios: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const ours = await sampleRuns(work, { seconds: seconds / turns, runsAtOnce });
      const torch = await twin.sampleRuns(seconds / turns, runsAtOnce);
      own.push(...ours);
      theirs.push(...torch);
      ratios.push(median(ours) / median(torch));
    }
    return {
      version: twin.version,
      device: twin.device,
      attention: options.attention,
      milliseconds: median(theirs),
      ownMilliseconds: median(own),
      bestMilliseconds: Math.min(...theirs),
      ownBestMilliseconds: Math.min(...own),
      ratio: median(own) / median(theirs),
      ratioOfBests: Math.min(...own) / Math.min(...theirs),
      ratios,
      losses,
    };
  } finally {
    twin.close();
  }
}

async function comparedLosses(step: PretrainingStep, twin: TorchTwin, exact: boolean): Promise<[number, number][]> {
  const theirs = await twin.losses(comparedSteps);
  const pairs: [number, number][] = [];
  for (const torch of theirs) {
    const loss = step.trainPlainly();
    const [ours] = await loss.data();
    loss.dispose();
    pairs.push([ours as number, torch]);
  }
  await waitFor(step.lastMoved);
  const allowed = exact ? largestDifference : largestDifferenceOfHalves;
  if (pairs.some(([ours, torch]) => !(Math.abs(ours - torch) <= allowed * Math.abs(torch))))
    throw new KaleidoError({
      source: 'bench',
      problem: `the PyTorch twin's losses from equal weights must be ours to ${allowed}`,
      found: pairs,
      advice: 'a ratio against another computation would say nothing',
    });
  return pairs;
}
