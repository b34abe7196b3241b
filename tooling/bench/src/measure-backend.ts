import { availableParallelism } from 'node:os';
import { type Backend, type Precision, selectBackend, tf, usesAllCores } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { benchSetting } from './bench-setting.ts';
import type { FiguresPart, TorchAttention } from './figures.ts';
import { measureMatmul } from './measure-matmul.ts';
import { measureOperations } from './measure-operations.ts';
import { measureMatching, measureStep, productsOf } from './measure-step.ts';
import { measureTorch } from './measure-torch.ts';
import { PretrainingStep } from './pretraining-step.ts';
import { floatingPointOperations, stepProducts } from './step-products.ts';

/** How to measure one backend; sent to the process that measures it. */
export interface BenchJob {
  readonly backend: Backend;
  readonly preset: string;
  readonly batchSize?: number;
  /** Time to measure each step; each product and operation takes a share of it. */
  readonly seconds: number;
  readonly threads?: number;
  readonly dropout: number;
  readonly precision: Precision;
  readonly composed: boolean;
  /** A step is not started if its matrix products alone would take more than these seconds. */
  readonly longestStep: number;
  /** A Python with PyTorch; without it, PyTorch is not measured. */
  readonly torch?: { readonly python: string; readonly attention: TorchAttention; readonly fusedOptimizer: boolean };
}

/** Predictions per caption, as in the paper's batches. */
const predictions = 10;

/** There are many products and operations, so each gets this share of a step's time. */
const shareOfOne = 1 / 20;

/**
 * Measures the backend of this process, part by part.
 * @param report called with each part as soon as it is available
 * @throws KaleidoError for a backend that is unavailable, or one too slow for the preset
 */
export async function measureBackend(
  { backend, preset, batchSize, seconds, threads, dropout, torch, ...job }: BenchJob,
  report: (part: FiguresPart) => void,
): Promise<void> {
  const setting = benchSetting(preset, backend, dropout, batchSize);
  const { precision } = job;
  const place = threads === undefined ? {} : { threads };
  const { description } = await selectBackend({ prefer: backend, precision, ...place });
  report({ description });
  const hasOwnKernels = tf
    .getKernelsForBackend(tf.getBackend())
    .some(({ kernelName }) => kernelName.startsWith('Kaleido'));
  const each = { seconds: seconds * shareOfOne, composed: hasOwnKernels };

  const matmul = await measureMatmul(setting, predictions, each);
  report({ matmul });
  const textLength = setting.config.text_seq_len;
  const flops = floatingPointOperations(
    stepProducts(setting.config, { batchSize: setting.batchSize, textLength, predictions }),
  );
  const leastSeconds = flops / (matmul.nn * 1e9);
  if (leastSeconds > job.longestStep)
    throw new KaleidoError({
      source: 'bench',
      problem: `a step of this size takes ${backend} more than the ${job.longestStep} s of --longest-step`,
      found: `${Math.round(leastSeconds)} s for its matrix products alone`,
      advice: 'take a smaller --preset or --batch, or a higher --longest-step',
    });
  report({ operations: await measureOperations(setting, predictions, each) });

  // A GPU still computes while the next step is queued; waiting after each step would also measure the waits.
  const runsAtOnce = backend === 'cuda' || backend === 'webgpu' ? 4 : 1;
  const step = await PretrainingStep.open(setting);
  const options = { seconds, runsAtOnce, bestRate: matmul.nn };
  if (floatingPointOperations(productsOf(step)) !== flops)
    throw new RangeError('the batch has other shapes than the preset says');
  report({ step: await measureStep(step, { ...options, composed: false }) });
  report({ matching: await measureMatching(step, options) });
  if (torch !== undefined) {
    // The same number of threads as ours.
    const ownThreads = threads ?? (usesAllCores(backend) ? availableParallelism() : 1);
    const device = backend === 'cuda' ? 'cuda' : backend === 'webgpu' ? 'gpu-or-cpu' : 'cpu';
    report({
      torch: await measureTorch(step, { ...torch, seconds, runsAtOnce, device, threads: ownThreads, precision }),
    });
  }
  if (job.composed && hasOwnKernels) report({ composedStep: await measureStep(step, { ...options, composed: true }) });
  step.dispose();
}
