import { readAll, tf } from '@kaleido/backend';
import { singleCollective } from './collective/single-collective.ts';
import { type ThreadCollectiveMemory, threadCollective } from './collective/thread-collective.ts';
import type { OptimizerState } from './optimizer.ts';
import { Replica, type StepsResult } from './replica.ts';
import type { StageOptions } from './stage-options.ts';
import type { BatchSource, TrainingTask } from './training-task.ts';

/** Weights and moments after some steps of a stage. */
export interface StageState {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly optimizer: OptimizerState;
}

export interface JoinOptions {
  /** For communication with the other replicas; left out for a single one. */
  readonly threads?: { readonly memory: ThreadCollectiveMemory; readonly rank: number };
  readonly state?: StageState;
}

/** Calls of a replica in a worker; the module's `open` makes task and source and returns `replicaService`. */
export type ReplicaService = {
  /** Count of numbers exchanged for the gradients of a micro-batch. */
  parameters(_: undefined): number;
  join(options: JoinOptions): void;
  run(steps: { readonly from: number; readonly to: number }): Promise<StepsResult>;
  state(_: undefined): Promise<StageState>;
  /** After a failure: the steps done and the state after them, if this replica still has it complete. */
  remains(_: undefined): Promise<{ readonly step: number; readonly state: StageState } | undefined>;
  /** Frees the optimiser and closes the source; the task's variables stay. Not needed for a thread that ends. */
  close(_: undefined): Promise<void>;
};

/** @param seed of dropout */
export function replicaService<Batch>(
  task: TrainingTask<Batch>,
  source: BatchSource<Batch>,
  stage: Pick<StageOptions, 'schedule' | 'optimizer' | 'microBatches' | 'ahead'>,
  seed: number,
): ReplicaService {
  let replica: Replica<Batch> | undefined;
  const joined = (): Replica<Batch> => {
    if (replica === undefined) throw new Error('join comes first');
    return replica;
  };
  const state = async (): Promise<StageState> => {
    const names = [...task.variables.keys()];
    const values = await readAll([...task.variables.values()]);
    return {
      weights: new Map(names.map((name, index) => [name, values[index] as Float32Array])),
      optimizer: await joined().state(),
    };
  };
  return {
    parameters: () => [...task.variables.values()].reduce((sum, { size }) => sum + size, 0),
    join: ({ threads, state }) => {
      const { schedule, optimizer, microBatches, ahead } = stage;
      replica?.dispose();
      replica = new Replica(task, source, {
        schedule,
        microBatches,
        seed,
        collective: threads === undefined ? singleCollective() : threadCollective(threads.memory, threads.rank),
        ...(optimizer === undefined ? {} : { optimizer }),
        ...(ahead === undefined ? {} : { ahead }),
      });
      if (state === undefined) return;
      replica.restore(state.optimizer);
      for (const [name, variable] of task.variables) {
        const values = state.weights.get(name);
        if (values !== undefined) tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
      }
    },
    run: ({ from, to }) => joined().run(from, to),
    state,
    remains: async () => {
      const step = joined().wholeStep;
      return step === undefined ? undefined : { step, state: await state() };
    },
    close: async () => {
      replica?.dispose();
      replica = undefined;
      await source.close?.();
    },
  };
}
