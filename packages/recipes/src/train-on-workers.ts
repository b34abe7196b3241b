import { usesAllCores } from '@kaleido/backend';
import { openModuleWorkers } from '@kaleido/foundation/node';
import {
  type ReplicaService,
  type RunStageOptions,
  runStage,
  type StageOptions,
  type StageResult,
} from '@kaleido/training';
import type { RunContext } from './run-context.ts';
import type { WorkerData } from './worker-data.ts';

/** Trains a stage on worker threads, and writes its metrics into the run's folder. */
export async function trainOnWorkers(
  { options, folder }: Pick<RunContext, 'options' | 'folder'>,
  stage: StageOptions,
  module: URL,
  data: WorkerData,
  { resume, onState }: { resume?: RunStageOptions['resume'] | undefined; onState?: RunStageOptions['onState'] },
): Promise<StageResult> {
  options.onPart?.(stage.name);
  await folder.metrics.forgetAfter(stage.name, resume?.step ?? 0);
  const workers = openModuleWorkers<ReplicaService>({
    module,
    count: usesAllCores(options.backend) ? 1 : Math.min(options.threads, stage.microBatches),
    data,
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
  }
}
