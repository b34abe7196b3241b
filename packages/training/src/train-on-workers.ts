import { openModuleWorkers } from '@kaleido/foundation/node';
import { batchService } from './batch-worker.ts';
import type { MetricsFile } from './metrics-file.ts';
import type { ReplicaService } from './replica-service.ts';
import { type RunStageOptions, runStage, type StageResult } from './stage.ts';
import type { BatchSource } from './training-task.ts';

export interface TrainOnWorkersOptions<Batch extends object> extends Omit<RunStageOptions, 'workers'> {
  /** Makes the batches on this thread, which is otherwise idle. Closed at the end. */
  readonly batches: BatchSource<Batch>;
  /** The module of the training threads: `open(data, owner)` gives a `ReplicaService` over `ownerBatchSource(owner)`. */
  readonly module: URL;
  readonly data: unknown;
  /** Most threads; a stage never uses more than it has micro-batches. */
  readonly threads: number;
  /** File for the lines of metrics. Lines of steps that are repeated are removed from it. */
  readonly metrics: MetricsFile;
}

/** Trains a stage on worker threads, and writes its metrics to a file. Options and errors are those of `runStage`. */
export async function trainOnWorkers<Batch extends object>({
  batches,
  module,
  data,
  threads,
  metrics,
  ...options
}: TrainOnWorkersOptions<Batch>): Promise<StageResult> {
  const { stage, resume, onMetrics } = options;
  try {
    await metrics.forgetAfter(stage.name, resume?.step ?? 0);
    const workers = openModuleWorkers<ReplicaService>({
      module,
      count: Math.min(threads, stage.microBatches),
      data,
      owner: batchService(batches),
    });
    try {
      return await runStage({
        ...options,
        workers,
        onMetrics: async (line) => {
          await metrics.append(line);
          await onMetrics?.(line);
        },
      });
    } finally {
      await workers.close();
    }
  } finally {
    await batches.close?.();
  }
}
