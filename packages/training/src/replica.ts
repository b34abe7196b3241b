import {
  hostValues,
  memory,
  ops,
  type Recording,
  recordForward,
  type Tensor,
  tf,
  type Variable,
  valueAndGradients,
} from '@kaleido/backend';
import { type DropoutSeeds, dropoutSeeds, KaleidoError } from '@kaleido/foundation';
import { BatchQueue } from './batch-queue.ts';
import { type Collective, ownMicroBatches, type Part } from './collective/collective.ts';
import { AdamW, type OptimizerOptions, type OptimizerState } from './optimizer.ts';
import { learningRateAt, type Schedule } from './schedule.ts';
import type { BatchSource, Embeddings, GatheredEmbeddings, TrainingTask } from './training-task.ts';

export interface ReplicaOptions {
  readonly schedule: Schedule;
  readonly optimizer?: Partial<OptimizerOptions>;
  /** Parts of a step whose gradients are averaged. */
  readonly microBatches: number;
  /** Seed of dropout. */
  readonly seed: number;
  /** Communication between the replicas of a run. */
  readonly collective: Collective;
  /** Steps whose batches are made ahead; default: `defaultAhead`. */
  readonly ahead?: number;
}

/** Result of some steps. */
export interface StepsResult {
  /** Mean of each figure over the steps and this replica's micro-batches. */
  readonly figures: Readonly<Record<string, number>>;
  readonly microBatches: number;
  /** After the last step. */
  readonly liveTensors: number;
  /** Milliseconds spent waiting for batches. */
  readonly waited: number;
}

type Gradients = Map<string, Tensor>;

/** A copy of the task that computes its share of every step; after each step all copies have the same weights. */
export class Replica<Batch> {
  readonly #task: TrainingTask<Batch>;
  readonly #options: ReplicaOptions;
  readonly #optimizer: AdamW;
  readonly #own: readonly number[];
  readonly #queue: BatchQueue<Batch>;
  #step = 0;
  /** Whether the weights are those after `#step` steps, as far as is known. */
  #isWhole = true;

  constructor(task: TrainingTask<Batch>, source: BatchSource<Batch>, options: ReplicaOptions) {
    this.#task = task;
    this.#options = options;
    this.#own = ownMicroBatches(options.microBatches, options.collective);
    this.#optimizer = new AdamW(task.variables, options.optimizer);
    this.#queue = new BatchQueue(source, this.#own, options.schedule.steps, options.ahead);
  }

  /**
   * Takes the steps `from` (counted from 0) to `to` - 1.
   *
   * @throws KaleidoError if the loss is NaN or infinite, and what a step throws; `wholeStep` says whether the weights
   *   are still valid
   */
  async run(from: number, to: number): Promise<StepsResult> {
    this.#step = from;
    try {
      return await this.#run(from, to);
    } catch (error) {
      // A device reports an error when a result is read, which may be several steps after the faulty one.
      if (KaleidoError.isInstance(error) && error.source === 'backend' && !computesAtOnce()) this.#isWhole = false;
      throw error;
    }
  }

  /** Steps done for the weights and moments of this replica; undefined if an update was left incomplete. */
  get wholeStep(): number | undefined {
    return this.#isWhole ? this.#step : undefined;
  }

  state(): Promise<OptimizerState> {
    return this.#optimizer.state();
  }

  restore(state: OptimizerState): void {
    this.#optimizer.restore(state);
  }

  dispose(): void {
    this.#optimizer.dispose();
  }

  async #run(from: number, to: number): Promise<StepsResult> {
    const { schedule, microBatches } = this.#options;
    const waitedBefore = this.#queue.waited;
    let names: readonly string[] = [];
    let sums: Tensor | undefined;
    let values: ArrayLike<number> = [];
    try {
      for (let step = from; step < to; step++) {
        const batches = await this.#queue.take(step);
        const { gradients, figures } = await this.#gradientsOf(step, batches);
        names = figures.names;
        const previous: Tensor | undefined = sums;
        sums = previous === undefined ? figures.values : tf.add(previous, figures.values);
        if (previous !== undefined) tf.dispose([previous, figures.values]);
        const summed = await this.#summed(gradients);
        try {
          this.#isWhole = false;
          this.#optimizer.apply(summed, learningRateAt(step, schedule), 1 / microBatches);
          this.#isWhole = true;
        } finally {
          tf.dispose([...summed.values()]);
        }
        this.#step = step + 1;
      }
      values = (await sums?.data()) ?? [];
    } finally {
      sums?.dispose();
    }
    const count = (to - from) * this.#own.length;
    const figures = Object.fromEntries(names.map((name, index) => [name, (values[index] as number) / count]));
    if (figures.loss !== undefined && !Number.isFinite(figures.loss)) {
      // The weights were updated with its gradients.
      this.#isWhole = false;
      throw new KaleidoError({
        source: 'training',
        problem: `the loss is ${Number.isNaN(figures.loss) ? 'NaN' : 'infinite'} after step ${to}`,
        found: String(figures.loss),
        advice: 'lower the learning rate, or check the features for extreme values',
      });
    }
    return {
      figures,
      microBatches: this.#own.length,
      liveTensors: memory().numTensors,
      waited: this.#queue.waited - waitedBefore,
    };
  }

  /** The gradients of this replica's micro-batches, and the sum of their figures. */
  async #gradientsOf(
    step: number,
    batches: readonly Batch[],
  ): Promise<{ gradients: Gradients[]; figures: { names: readonly string[]; values: Tensor } }> {
    const seeds = this.#own.map((microBatch) => dropoutSeeds(this.#options.seed, step, microBatch));
    const embedded = await this.#embed(batches, seeds);
    let names: readonly string[] = [];
    let values: Tensor | undefined;
    const gradients: Gradients[] = [];
    try {
      for (const [index, batch] of batches.entries()) {
        const one = this.#computeMicroBatch(batch, seeds[index] as DropoutSeeds, embedded, index);
        gradients.push(one.gradients);
        names = one.names;
        const previous: Tensor | undefined = values;
        values = previous === undefined ? one.figures : tf.add(previous, one.figures);
        if (previous !== undefined) tf.dispose([previous, one.figures]);
      }
    } catch (error) {
      tf.dispose(gradients.flatMap((one) => [...one.values()]));
      values?.dispose();
      throw error;
    } finally {
      embedded?.dispose();
    }
    return { gradients, figures: { names, values: values as Tensor } };
  }

  /** Forward passes up to the embeddings, and the embeddings of all ranks. */
  async #embed(batches: readonly Batch[], seeds: readonly DropoutSeeds[]): Promise<Embedded | undefined> {
    if (this.#task.embed === undefined) return undefined;
    const recordings: Recording<Embeddings>[] = [];
    const others: Tensor[] = [];
    const dispose = (): void => {
      for (const { outputs, dispose } of recordings) {
        tf.dispose(Object.values(outputs));
        dispose();
      }
      tf.dispose(others);
    };
    try {
      for (const [index, batch] of batches.entries())
        recordings.push(recordForward(() => this.#task.embed?.(batch, seeds[index] as DropoutSeeds) as Embeddings));
      const all = new Map<string, readonly Tensor[]>();
      for (const name of Object.keys(recordings[0]?.outputs ?? {}))
        all.set(
          name,
          await this.#gather(
            recordings.map(({ outputs }) => outputs[name] as Tensor),
            others,
          ),
        );
      return { recordings, all, dispose };
    } catch (error) {
      dispose();
      throw error;
    }
  }

  /** The embeddings of one name in all micro-batches: its own tensors unchanged, and those of the other ranks. */
  async #gather(own: readonly Tensor[], others: Tensor[]): Promise<readonly Tensor[]> {
    const { collective } = this.#options;
    // A single rank has all embeddings on its device.
    if (collective.size === 1) return own;
    const parts = await Promise.all(
      own.map(
        async (tensor, index): Promise<Part> => ({
          number: this.#own[index] as number,
          values: [await tensor.data<'float32'>()],
        }),
      ),
    );
    const W = (own[0] as Tensor).shape[1] as number;
    return (await collective.allGather(parts)).map((values, number) => {
      const place = this.#own.indexOf(number);
      if (place >= 0) return own[place] as Tensor;
      const other = tf.tensor(values, [values.length / W, W]);
      others.push(other);
      return other;
    });
  }

  #computeMicroBatch(
    batch: Batch,
    seeds: DropoutSeeds,
    embedded: Embedded | undefined,
    index: number,
  ): { gradients: Gradients; names: string[]; figures: Tensor } {
    let names: string[] = [];
    let gradientNames: string[] = [];
    const { variables } = this.#task;
    const [figures, ...gradients] = tf.tidy(() => {
      const { outputs, gradients } = valueAndGradients(
        () => this.#task.loss(batch, seeds, gatheredFor(embedded, this.#own[index] as number)),
        [...variables.values()],
        embedded?.recordings[index],
      );
      const named = { loss: outputs.loss, ...outputs.figures };
      names = Object.keys(named);
      const reached = [...variables].flatMap(([name, variable]) => {
        const gradient = gradients.get(variable.name);
        return gradient == null ? [] : [[name, gradient] as const];
      });
      gradientNames = reached.map(([name]) => name);
      const stacked = tf.stack(Object.values(named).map((value) => tf.reshape(value, [])));
      return [stacked, ...reached.map(([, gradient]) => gradient)];
    }) as [Tensor, ...Tensor[]];
    return { gradients: new Map(gradientNames.map((name, at) => [name, gradients[at] as Tensor])), names, figures };
  }

  /** The sums of all micro-batches' gradients, added in order. */
  async #summed(own: readonly Gradients[]): Promise<ReadonlyMap<string, Tensor>> {
    const { collective } = this.#options;
    return collective.size === 1 ? sumOnDevice(own) : this.#sumOfRanks(own, collective);
  }

  async #sumOfRanks(own: readonly Gradients[], collective: Collective): Promise<ReadonlyMap<string, Tensor>> {
    try {
      // Heads of other objectives are reached in no micro-batch, and not sent.
      const reached = await this.#reachedAnywhere(own, collective);
      const parts = await Promise.all(
        own.map(async (gradients, index): Promise<Part> => {
          const names = reached.map(([name]) => name).filter((name) => gradients.has(name));
          const found = await hostValues(names.map((name) => gradients.get(name) as Tensor));
          const values = new Map(names.map((name, at) => [name, found[at] as Float32Array]));
          return {
            number: this.#own[index] as number,
            values: reached.map(([name, { size }]) => values.get(name) ?? zeros(size)),
          };
        }),
      );
      const sums = await collective.allReduce(parts);
      const summed = new Map<string, Tensor>();
      let offset = 0;
      for (const [name, { size, shape }] of reached) {
        // The sums stay valid until the next step, and these tensors are disposed by then.
        summed.set(name, tf.tensor(sums.subarray(offset, offset + size), shape));
        offset += size;
      }
      return summed;
    } finally {
      for (const gradients of own) tf.dispose([...gradients.values()]);
    }
  }

  /** The variables that a micro-batch of any rank has reached. */
  async #reachedAnywhere(own: readonly Gradients[], collective: Collective): Promise<[string, Variable][]> {
    const all = [...this.#task.variables];
    const flags = await collective.allGather(
      own.map((gradients, index) => ({
        number: this.#own[index] as number,
        values: [Float32Array.from(all, ([name]) => Number(gradients.has(name)))],
      })),
    );
    return all.filter((_, at) => flags.some((reached) => (reached[at] as number) > 0));
  }
}

interface Embedded {
  /** Of the replica's own micro-batches. */
  readonly recordings: readonly Recording<Embeddings>[];
  /** Of all micro-batches, [rows, W] each, by name. */
  readonly all: ReadonlyMap<string, readonly Tensor[]>;
  dispose(): void;
}

/** All embeddings, for the loss of one micro-batch. */
function gatheredFor(embedded: Embedded | undefined, microBatch: number): GatheredEmbeddings {
  const rowsOf = (tensor: Tensor): number => tensor.shape[0] as number;
  return Object.fromEntries(
    [...(embedded?.all ?? [])].map(([name, all]) => [
      name,
      {
        // Gradients are averaged over micro-batches, but each covers only its own rows: scaling compensates.
        all: all.length === 1 ? (all[0] as Tensor) : ops.scaleGradient(tf.concat([...all], 0), all.length), // [rows of the step, W]
        start: all.slice(0, microBatch).reduce((sum, tensor) => sum + rowsOf(tensor), 0),
        rows: rowsOf(all[microBatch] as Tensor),
      },
    ]),
  );
}

function sumOnDevice(own: readonly Gradients[]): Gradients {
  const [first, ...others] = own;
  if (first === undefined) throw new RangeError('a replica without micro-batches');
  let sums = first;
  for (const gradients of others) {
    const added: Gradients = new Map(sums);
    for (const [name, gradient] of gradients) {
      const before = sums.get(name);
      added.set(name, before === undefined ? gradient : tf.add(before, gradient));
      if (before !== undefined) tf.dispose([before, gradient]);
    }
    sums = added;
  }
  return sums;
}

const zeroArrays = new Map<number, Float32Array>();

/** Zeros for a variable that a micro-batch did not reach; shared, read-only. */
function zeros(size: number): Float32Array {
  const known = zeroArrays.get(size) ?? new Float32Array(size);
  zeroArrays.set(size, known);
  return known;
}

/** Whether operations are computed when they return. */
function computesAtOnce(): boolean {
  return ['wasm', 'cpu'].includes(tf.getBackend());
}
