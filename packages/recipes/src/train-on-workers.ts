import { usesAllCores } from '@kaleido/backend';
import { openModuleWorkers } from '@kaleido/foundation/node';
import {
  type BatchSource,
  batchService,
  type ReplicaService,
  type RunStageOptions,
  runStage,
  type StageOptions,
  type StageResult,
} from '@kaleido/training';
import type { RunContext } from './run-context.ts';
import type { ModelData } from './worker-data.ts';

/** What a stage is trained with. */
export interface WorkerStage<Batch extends object, Data extends ModelData> {
  readonly options: StageOptions;
  /** Makes the batches on this thread, which has nothing else to do. Closed at the end. */
  readonly batches: BatchSource<Batch>;
  /** The module of the training threads, and what they are opened with. */
  readonly module: URL;
  readonly data: Data;
}

/** Trains a stage on worker threads, and writes its metrics into the run's folder. */
export async function trainOnWorkers<Batch extends object, Data extends ModelData>(
  { options, folder }: Pick<RunContext, 'options' | 'folder'>,
  { options: stage, batches, module, data }: WorkerStage<Batch, Data>,
  { resume, onState }: { resume?: RunStageOptions['resume'] | undefined; onState?: RunStageOptions['onState'] },
): Promise<StageResult> {
  options.onPart?.(stage.name);
  await folder.metrics.forgetAfter(stage.name, resume?.step ?? 0);
  const workers = openModuleWorkers<ReplicaService>({
    module,
    count: usesAllCores(options.backend) ? 1 : Math.min(options.threads, stage.microBatches),
    data,
    owner: batchService(batches),
  });
  try {
    return await runStage({
      stage,
      workers,
      ...(resume === undefined ? {} : { resume }),
      ...(onState === undefined ? {} : { onState }),
      ...(options.saveEverySeconds === undefined ? {} : { stateEverySeconds: options.saveEverySeconds }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onMetrics: async (metrics) => {
        await folder.metrics.append(metrics);
        options.onMetrics?.(metrics, stage.schedule.steps);
      },
    });
  } finally {
    await workers.close();
    await batches.close?.();
  }
}
