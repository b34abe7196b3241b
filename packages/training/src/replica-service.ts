import { readAll, tf } from '@kaleido/backend';
import type { OptimizerState } from './optimizer.ts';
import { type GradientExchange, Replica, type StepsResult } from './replica.ts';
import type { StageOptions } from './stage-options.ts';
import type { TrainingProgram } from './training-program.ts';

/** Weights and moments after some steps of a stage. */
export interface StageState {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly optimizer: OptimizerState;
}

export interface JoinOptions {
  readonly ownShards: readonly number[];
  readonly exchange?: GradientExchange;
  readonly state?: StageState;
}

/** A replica as a worker's module offers it; its `open` makes the program and returns `replicaService(program, stage)`. */
export type ReplicaService = {
  /** How many numbers a shard's gradients are. */
  parameters(_: undefined): number;
  join(options: JoinOptions): void;
  run(steps: { readonly from: number; readonly to: number }): Promise<StepsResult>;
  state(_: undefined): Promise<StageState>;
  /** After a failure: the steps done and the state after them, where this replica still holds it whole. */
  remains(_: undefined): Promise<{ readonly step: number; readonly state: StageState } | undefined>;
};

export function replicaService(program: TrainingProgram, stage: StageOptions): ReplicaService {
  let replica: Replica | undefined;
  const joined = (): Replica => {
    if (replica === undefined) throw new Error('join comes first');
    return replica;
  };
  const state = async (): Promise<StageState> => {
    const names = [...program.variables.keys()];
    const values = await readAll([...program.variables.values()]);
    return {
      weights: new Map(names.map((name, index) => [name, values[index] as Float32Array])),
      optimizer: await joined().state(),
    };
  };
  return {
    parameters: () => [...program.variables.values()].reduce((sum, { size }) => sum + size, 0),
    join: ({ ownShards, exchange, state }) => {
      const { schedule, optimizer, shards } = stage;
      replica?.dispose();
      replica = new Replica(program, {
        schedule,
        shards,
        ownShards,
        ...(optimizer === undefined ? {} : { optimizer }),
        ...(exchange === undefined ? {} : { exchange }),
      });
      if (state === undefined) return;
      replica.restore(state.optimizer);
      for (const [name, variable] of program.variables) {
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
  };
}
