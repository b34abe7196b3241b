import { memory, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { AdamW, type OptimizerOptions, type OptimizerState } from './optimizer.ts';
import { learningRateAt, type Schedule } from './schedule.ts';
import type { TrainingProgram } from './training-program.ts';

export interface ReplicaOptions {
  readonly schedule: Schedule;
  readonly optimizer?: Partial<OptimizerOptions>;
  /** Parts of a step whose gradients are averaged. */
  readonly shards: number;
  /** Which of them this replica computes; all of them where it is alone. */
  readonly ownShards: readonly number[];
  /** Where several replicas meet; absent where this one is alone. */
  readonly exchange?: GradientExchange;
}

/** Where replicas leave the gradients of their shards and find those of the others. */
export interface GradientExchange {
  /** Two buffers in turn, [shards, parameters] each: the fastest replica may be one step ahead of the slowest. */
  readonly gradients: readonly [SharedArrayBuffer, SharedArrayBuffer];
  /** Two Int32: how many have arrived, and whether one of them never will. */
  readonly arrived: SharedArrayBuffer;
  readonly replicas: number;
}

/** What a few steps gave. */
export interface StepsResult {
  /** Mean of each figure over the steps and this replica's shards. */
  readonly figures: Readonly<Record<string, number>>;
  readonly shards: number;
  /** After the last step. */
  readonly liveTensors: number;
}

/** A copy of the program that takes its share of every step; all copies hold the same weights after each. */
export class Replica {
  readonly program: TrainingProgram;
  readonly #options: ReplicaOptions;
  readonly #optimizer: AdamW;
  readonly #names: readonly string[];
  readonly #offsets: ReadonlyMap<string, number>;
  readonly #parameters: number;
  /** Where the shards' gradients are added up, step after step: fresh memory would cost more than the sums. */
  #sums: Float32Array | undefined;
  #step = 0;
  /** Whether the weights are those after `#step` steps, as far as anybody can know. */
  #isWhole = true;

  constructor(program: TrainingProgram, options: ReplicaOptions) {
    this.program = program;
    this.#options = options;
    this.#optimizer = new AdamW(program.variables, options.optimizer);
    this.#names = [...program.variables.keys()];
    let offset = 0;
    const offsets = new Map<string, number>();
    for (const [name, { size }] of program.variables) {
      offsets.set(name, offset);
      offset += size;
    }
    this.#offsets = offsets;
    this.#parameters = offset;
  }

  /**
   * Takes the steps `from` (counted from 0) to `to` - 1.
   *
   * @throws KaleidoError for a loss that is no number, and what a step throws; `wholeStep` says whether the weights
   *   were left in order
   */
  async run(from: number, to: number): Promise<StepsResult> {
    this.#step = from;
    try {
      return await this.#run(from, to);
    } catch (error) {
      // What a device throws comes out where it is noticed: that may be steps after those it has spoilt.
      if (KaleidoError.isInstance(error) && error.source === 'backend' && !computesAtOnce()) this.#isWhole = false;
      throw error;
    }
  }

  /** Steps behind the weights and moments that this replica holds; nothing where they are of no step. */
  get wholeStep(): number | undefined {
    return this.#isWhole ? this.#step : undefined;
  }

  async #run(from: number, to: number): Promise<StepsResult> {
    const { ownShards, schedule } = this.#options;
    let figureNames: readonly string[] = [];
    let sums: Tensor | undefined;
    for (let step = from; step < to; step++) {
      const gradientsOfShards: Map<string, Tensor>[] = [];
      for (const shard of ownShards) {
        const { gradients, names, figures } = this.#computeShard(step, shard);
        gradientsOfShards.push(gradients);
        figureNames = names;
        const previous: Tensor | undefined = sums;
        sums = previous === undefined ? figures : tf.add(previous, figures);
        if (previous !== undefined) tf.dispose([previous, figures]);
      }
      const gradients = await this.#exchanged(step, gradientsOfShards);
      this.#isWhole = false;
      this.#optimizer.apply(gradients, learningRateAt(step, schedule), 1 / this.#options.shards);
      this.#isWhole = true;
      this.#step = step + 1;
      tf.dispose([...gradients.values()]);
    }
    const values = sums === undefined ? [] : await sums.data();
    sums?.dispose();
    const count = (to - from) * ownShards.length;
    const figures = Object.fromEntries(figureNames.map((name, index) => [name, (values[index] as number) / count]));
    if (figures.loss !== undefined && !Number.isFinite(figures.loss)) {
      // Gradients of it have moved the weights.
      this.#isWhole = false;
      throw new KaleidoError({
        source: 'training',
        problem: `the loss is no number after step ${to}`,
        found: String(figures.loss),
        advice: 'lower the learning rate, or look for unsound features',
      });
    }
    return { figures, shards: ownShards.length, liveTensors: memory().numTensors };
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

  #computeShard(step: number, shard: number): { gradients: Map<string, Tensor>; names: string[]; figures: Tensor } {
    let names: string[] = [];
    let gradientNames: string[] = [];
    const [figures, ...gradients] = tf.tidy(() => {
      const { outputs, gradients } = valueAndGradients(
        () => this.program.computeLoss(step, shard),
        [...this.program.variables.values()],
      );
      const named = { loss: outputs.loss, ...outputs.figures };
      names = Object.keys(named);
      const reached = [...this.program.variables].flatMap(([name, variable]) => {
        const gradient = gradients.get(variable.name);
        return gradient == null ? [] : [[name, gradient] as const];
      });
      gradientNames = reached.map(([name]) => name);
      const stacked = tf.stack(Object.values(named).map((value) => tf.reshape(value, [])));
      return [stacked, ...reached.map(([, gradient]) => gradient)];
    }) as [Tensor, ...Tensor[]];
    return {
      gradients: new Map(gradientNames.map((name, index) => [name, gradients[index] as Tensor])),
      names,
      figures,
    };
  }

  /** The sums of all shards' gradients, added in the order of the shards. */
  async #exchanged(step: number, own: readonly Map<string, Tensor>[]): Promise<ReadonlyMap<string, Tensor>> {
    const { exchange, ownShards, shards } = this.#options;
    const [first] = own;
    if (first === undefined) throw new RangeError('a replica without shards');
    if (shards === 1) return first;
    const names = [...first.keys()];
    if (exchange === undefined) {
      const sums = names.map((name) =>
        tf.tidy(() => own.map((gradients) => gradients.get(name) as Tensor).reduce((sum, part) => tf.add(sum, part))),
      );
      for (const gradients of own) tf.dispose([...gradients.values()]);
      return new Map(names.map((name, index) => [name, sums[index] as Tensor]));
    }

    const buffer = new Float32Array(exchange.gradients[(step % 2) as 0 | 1]);
    for (const [index, shard] of ownShards.entries())
      for (const [name, gradient] of own[index] as Map<string, Tensor>) {
        // On the backends that replicas run on a read is a copy from memory that is there already.
        buffer.set(await gradient.data<'float32'>(), shard * this.#parameters + (this.#offsets.get(name) as number));
        gradient.dispose();
      }
    meet(exchange);
    this.#sums ??= new Float32Array(this.#parameters);
    const sums = this.#sums;
    return new Map(
      names.map((name) => {
        const variable = this.program.variables.get(name);
        const { size, shape } = variable as NonNullable<typeof variable>;
        const offset = this.#offsets.get(name) as number;
        const sum = sums.subarray(offset, offset + size);
        sum.set(buffer.subarray(offset, offset + size));
        for (let shard = 1; shard < shards; shard++) {
          const start = shard * this.#parameters + offset;
          for (let i = 0; i < size; i++) sum[i] = (sum[i] as number) + (buffer[start + i] as number);
        }
        return [name, tf.tensor(sum, shape)];
      }),
    );
  }

  /** Numbers of one shard's gradients; what an exchange must have room for. */
  get parameters(): number {
    return this.#parameters;
  }

  get variableNames(): readonly string[] {
    return this.#names;
  }
}

/** Milliseconds between two looks at whether the others still come. */
const lookEvery = 1000;

/**
 * Waits until every replica has come here as often as this one.
 *
 * @throws KaleidoError where one of them has failed
 */
function meet({ arrived, replicas }: GradientExchange): void {
  const counter = new Int32Array(arrived);
  const turn = Atomics.add(counter, 0, 1);
  const goal = (Math.floor(turn / replicas) + 1) * replicas;
  for (let count = turn + 1; count - goal < 0; count = Atomics.load(counter, 0)) {
    if (Atomics.load(counter, 1) !== 0)
      throw new KaleidoError({ source: 'training', problem: 'another replica of this step has failed' });
    Atomics.wait(counter, 0, count, lookEvery);
  }
  Atomics.notify(counter, 0);
}

/** An exchange for so many replicas and numbers in the gradients of a shard. */
export function gradientExchange(replicas: number, shards: number, parameters: number): GradientExchange {
  const bytes = parameters * shards * Float32Array.BYTES_PER_ELEMENT;
  return {
    gradients: [new SharedArrayBuffer(bytes), new SharedArrayBuffer(bytes)],
    arrived: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
    replicas,
  };
}

/** Replicas that wait for one that has failed go no further. */
export function endExchange({ arrived }: GradientExchange): void {
  const counter = new Int32Array(arrived);
  Atomics.store(counter, 1, 1);
  Atomics.notify(counter, 0);
}

/** Whether an operation that returned has been computed. */
function computesAtOnce(): boolean {
  return ['wasm', 'cpu'].includes(tf.getBackend());
}
