import type { TensorInfo } from '@tensorflow/tfjs-core';
import { precision } from '../precision.ts';
import { flag, float, text, type } from './attributes.ts';
import type { GraphOutput } from './c-library.ts';
import { defineFunction, type GraphBuilder } from './graph-function.ts';
import { KeptTensors } from './kept-tensors.ts';
import { type Each, mapTuple } from './map-tuple.ts';
import { type Attribute, attributeKinds, dataTypes, typeNumbers } from './native-types.ts';
import type { NodeBackend } from './node-backend.ts';

/** The shape and type of an operation's output; float32 if omitted. */
export interface OutputForm {
  readonly shape: readonly number[];
  readonly dtype?: TensorInfo['dtype'];
}

export interface FunctionCall<Inputs extends readonly TensorInfo[], Outputs extends readonly OutputForm[]> {
  /** Names everything that the function depends on, except the types of its inputs: one name, one function. */
  readonly name: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly write: (graph: GraphBuilder, inputs: Each<Inputs, GraphOutput>) => Each<Outputs, GraphOutput>;
  /** Compile the function by XLA, once for each shape, instead of running it operation by operation. */
  readonly compiled?: boolean;
}

const variableType = type('dtype', dataTypes.TF_FLOAT);
const compile = flag('_XlaMustCompile', true);

/** tfjs-node's id of a tensor that TensorFlow does not have. */
const noTensor = -1;

/** Runs TensorFlow's operations and functions on TensorFlow.js' tensors; the caller knows the outputs' shapes. */
export class NativeKernels {
  readonly backend: NodeBackend;
  readonly #defined = new Set<string>();
  readonly #late = new LateReads();
  readonly #kept: KeptTensors;
  /** TensorFlow's variables, by the data ids of the tensors whose memory they share. */
  readonly #variables = new WeakMap<object, number>();
  #variableCount = 0;
  readonly #abandoned = new FinalizationRegistry<number>((variable) => {
    const { binding } = this.backend;
    binding.execute('DestroyResourceOp', [], [variable], 0);
    binding.deleteTensor(variable);
  });

  constructor(backend: NodeBackend) {
    this.backend = backend;
    this.#kept = new KeptTensors((id) => backend.binding.deleteTensor(id));
    leaveUnread(backend, this.#late);
    backend.binding.afterFailure = () => this.#late.forget((id) => backend.binding.deleteTensor(id));
  }

  get gpu(): boolean {
    return this.backend.binding.isUsingGpuDevice();
  }

  /** TensorFlow's id of a tensor. */
  id(tensor: TensorInfo): number {
    return this.backend.getInputTensorIds([tensor])[0] as number;
  }

  /** The id of a constant int32 tensor: axes, a shape, a permutation. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): number {
    return this.#kept.get(`int32 ${shape}: ${values}`, () =>
      this.backend.binding.createTensor(shape, dataTypes.TF_INT32, Int32Array.from(values)),
    );
  }

  /** The id of a constant scalar. It is cached, since a copy to a GPU waits for all operations before it. */
  number(value: number, dtype: 'float32' | 'int32' | 'bool' = 'float32'): number {
    const values = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype].of(value);
    return this.#kept.get(`${dtype} ${value}`, () => this.backend.binding.createTensor([], typeNumbers[dtype], values));
  }

  /**
   * Matrix products of the last two dimensions, either factor transposed first; the dimensions before them broadcast.
   * In mixed precision the factors are rounded to bfloat16.
   */
  products(a: TensorInfo, b: TensorInfo, transposeA = false, transposeB = false): TensorInfo {
    const shape = [
      ...(a.shape.length < b.shape.length ? b : a).shape.slice(0, -2),
      a.shape.at(transposeA ? -1 : -2) as number,
      b.shape.at(transposeB ? -2 : -1) as number,
    ];
    const [operation, first, second] =
      shape.length === 2 ? ['MatMul', 'transpose_a', 'transpose_b'] : ['BatchMatMulV2', 'adj_x', 'adj_y'];
    const flags = [flag(first as string, transposeA), flag(second as string, transposeB)];
    const ids = [this.id(a), this.id(b)];
    if (precision() === 'float32') return this.run(operation as string, [float, ...flags], ids, { shape });
    const { TF_FLOAT, TF_BFLOAT16 } = dataTypes;
    const { binding } = this.backend;
    const made = ids.map((id) => this.#cast(id, TF_FLOAT, TF_BFLOAT16));
    try {
      made.push(binding.execute(operation as string, [type('T', TF_BFLOAT16), ...flags], made, 1)[0] as number);
      return this.tensor(this.#cast(made[2] as number, TF_BFLOAT16, TF_FLOAT), { shape });
    } finally {
      for (const id of made) binding.deleteTensor(id);
    }
  }

  /** Runs a function, then frees the tensors that it passed to `own`. */
  scope<Result>(run: (own: (tensor: TensorInfo) => TensorInfo) => Result): Result {
    const owned: TensorInfo[] = [];
    try {
      return run((tensor) => {
        owned.push(tensor);
        return tensor;
      });
    } finally {
      for (const tensor of owned) this.discard(tensor);
    }
  }

  /** Runs one operation on TensorFlow's tensors. */
  run(name: string, attributes: readonly Attribute[], inputs: readonly number[], output: OutputForm): TensorInfo {
    return this.tensor(this.backend.binding.execute(name, attributes, inputs, 1)[0] as number, output);
  }

  /** Runs a function of operations, defined at its first call. */
  call<const Inputs extends readonly TensorInfo[], const Outputs extends readonly OutputForm[]>({
    name,
    inputs,
    outputs,
    write,
    compiled = false,
  }: FunctionCall<Inputs, Outputs>): Each<Outputs, TensorInfo> {
    this.#define(
      name,
      inputs.map(({ dtype }) => typeNumbers[dtype]),
      (graph, all) =>
        write(
          graph,
          mapTuple(inputs, (_, index) => all[index] as GraphOutput),
        ),
    );
    const ids = this.backend.getInputTensorIds(inputs);
    const made = this.backend.binding.execute(name, compiled ? [compile] : [], ids, outputs.length);
    return mapTuple(outputs, (form, index) => this.tensor(made[index] as number, form));
  }

  /**
   * Runs a compiled function that reads and assigns variables, for `update`: in place if nothing else holds their
   * values.
   */
  callOnVariables<const Variables extends readonly number[], const Inputs extends readonly number[]>(
    name: string,
    variables: Variables,
    inputs: Inputs,
    write: (graph: GraphBuilder, variables: Each<Variables, GraphOutput>, inputs: Each<Inputs, GraphOutput>) => void,
  ): void {
    const types = [...variables.map(() => dataTypes.TF_RESOURCE), ...inputs.map(() => dataTypes.TF_FLOAT)];
    this.#define(name, types, (graph, all) => {
      write(
        graph,
        mapTuple(variables, (_, index) => all[index] as GraphOutput),
        mapTuple(inputs, (_, index) => all[variables.length + index] as GraphOutput),
      );
      return [];
    });
    this.backend.binding.execute(name, [compile], [...variables, ...inputs], 0);
  }

  /** Frees a tensor made by `tensor` that TensorFlow.js does not know of. */
  discard({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }

  /**
   * Updates tensors in place, through TensorFlow variables that share their memory. A tensor that something else still
   * holds is left unchanged; a new tensor is returned instead.
   *
   * @returns the tensors with their new values
   */
  update<const Tensors extends readonly TensorInfo[]>(
    tensors: Tensors,
    change: (variables: Each<Tensors, number>) => void,
  ): Each<Tensors, TensorInfo> {
    const entries = tensors.map((tensor) => ({ tensor, entry: this.backend.tensorMap.get(tensor.dataId) }));
    const places = entries.map(({ tensor, entry }) => {
      const inPlace = entry.refCount === 1;
      const known = inPlace ? this.#variables.get(tensor.dataId) : undefined;
      const variable = known ?? this.#variable(this.id(tensor));
      // If anything but the variable held the values, TensorFlow would copy them before it writes.
      if (inPlace && !isUnread(entry)) this.backend.binding.deleteTensor(entry.id);
      return { inPlace, variable };
    });
    const read = (variable: number): number =>
      this.backend.binding.execute('ReadVariableOp', [variableType], [variable], 1)[0] as number;
    try {
      change(mapTuple(tensors, (_, index) => (places[index] as (typeof places)[number]).variable));
    } finally {
      // Also if TensorFlow fails in between: the tensors' holders must still be able to read and save them.
      for (const [index, { inPlace, variable }] of places.entries()) {
        const { tensor, entry } = entries[index] as (typeof entries)[number];
        if (!inPlace) continue;
        this.#late.readLater(entry, () => read(variable));
        this.#remember(tensor.dataId, variable);
      }
    }
    return mapTuple(tensors, ({ dataId, shape, dtype }, index) => {
      const { inPlace, variable } = places[index] as (typeof places)[number];
      if (inPlace) {
        this.backend.incRef(dataId);
        return { dataId, shape, dtype };
      }
      const made = this.tensor(read(variable), { shape });
      this.#remember(made.dataId, variable);
      return made;
    });
  }

  #define(
    name: string,
    types: readonly number[],
    write: (graph: GraphBuilder, inputs: readonly GraphOutput[]) => readonly GraphOutput[],
  ): void {
    if (this.#defined.has(name)) return;
    defineFunction(this.backend.binding, name, types, write);
    this.#defined.add(name);
  }

  #cast(id: number, from: number, to: number): number {
    return this.backend.binding.execute('Cast', [type('SrcT', from), type('DstT', to)], [id], 1)[0] as number;
  }

  /** A TensorFlow variable initialised with a tensor's values, whose memory it shares. */
  #variable(id: number): number {
    const { binding } = this.backend;
    const { shape } = binding.metadata(id);
    const [variable] = binding.execute(
      'VarHandleOp',
      [
        variableType,
        { name: 'shape', type: attributeKinds.TF_ATTR_SHAPE, value: shape },
        text('shared_name', `kaleido/${this.#variableCount++}`),
      ],
      [],
      1,
    ) as [number];
    binding.execute('AssignVariableOp', [variableType], [variable, id], 0);
    return variable;
  }

  #remember(dataId: object, variable: number): void {
    if (this.#variables.has(dataId)) return;
    this.#variables.set(dataId, variable);
    this.#abandoned.register(dataId, variable);
  }

  /** Wraps TensorFlow's tensor as one of TensorFlow.js. */
  tensor(id: number, { shape, dtype = 'float32' }: OutputForm): TensorInfo {
    const dataId = {};
    const entry = { shape: [...shape], dtype: typeNumbers[dtype], values: null, id, refCount: 1 };
    this.backend.tensorMap.set(dataId, entry);
    return { dataId, shape: [...shape], dtype };
  }
}

/**
 * Reads a variable into a tensor only when its id is asked for: an optimiser's moments are rarely read between updates.
 */
class LateReads {
  /** Tensors that were read asynchronously, and may still turn out to have failed. */
  readonly #made = new Map<{ id: number }, { readonly id: number; readonly read: () => number }>();

  readLater(entry: { id: number }, read: () => number): void {
    this.#made.delete(entry);
    const settle = (id: number): void => {
      Object.defineProperty(entry, 'id', { value: id, writable: true, enumerable: true, configurable: true });
    };
    Object.defineProperty(entry, 'id', {
      get: () => {
        const id = read();
        settle(id);
        this.#made.set(entry, { id, read });
        return id;
      },
      set: settle,
      enumerable: true,
      configurable: true,
    });
  }

  /** Makes all of them be read again after a failure: one that was queued behind the failed operation stays invalid. */
  forget(free: (id: number) => void): void {
    for (const [entry, { id, read }] of [...this.#made]) {
      if (isUnread(entry) || entry.id !== id) continue;
      free(id);
      this.readLater(entry, read);
    }
    this.#made.clear();
  }

  /** Forgets a disposed tensor. */
  dispose(entry: { id: number }): void {
    this.#made.delete(entry);
  }
}

function isUnread(entry: object): boolean {
  return Object.getOwnPropertyDescriptor(entry, 'id')?.get !== undefined;
}

/** TensorFlow.js asks for a tensor's id whenever it drops a reference; that must not read the variable. */
function leaveUnread(backend: NodeBackend, late: LateReads): void {
  const dispose = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force = false) => {
    const entry = backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId) : undefined;
    if (entry !== undefined && isUnread(entry)) {
      if (!force && entry.refCount > 1) {
        entry.refCount--;
        return false;
      }
      entry.id = noTensor;
    }
    if (entry !== undefined && (force || entry.refCount <= 1)) late.dispose(entry);
    return dispose(dataId, force);
  };
}
