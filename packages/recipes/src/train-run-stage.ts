import { usesAllCores } from '@kaleido/backend';
import type { StageResult } from '@kaleido/training';
import { type TrainOnWorkersOptions, trainOnWorkers } from '@kaleido/training/node';
import type { RunContext } from './run-context.ts';

/** Trains a stage of a run on its threads, with its metrics in the run's folder. */
export async function trainRunStage<Batch extends object>(
  { options: run, folder }: Pick<RunContext, 'options' | 'folder'>,
  options: Omit<TrainOnWorkersOptions<Batch>, 'threads' | 'metrics' | 'onMetrics' | 'signal' | 'stateEverySeconds'>,
): Promise<StageResult> {
  return trainOnWorkers({
    ...options,
    threads: usesAllCores(run.backend) ? 1 : run.threads,
    metrics: folder.metrics,
    ...(run.saveEverySeconds === undefined ? {} : { stateEverySeconds: run.saveEverySeconds }),
    ...(run.signal === undefined ? {} : { signal: run.signal }),
    onMetrics: (line) => run.onMetrics?.(line, options.stage.schedule.steps),
  });
}
