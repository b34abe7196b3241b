import { KaleidoError } from '@kaleido/foundation';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GraphOutput } from './c-library.ts';
import { defineFunction, type GraphBuilder } from './graph-function.ts';
import { type Attribute, attributeKinds, dataTypes } from './native-types.ts';
import type { NodeBackend } from './node-backend.ts';

/** TensorFlow's numbers of the types that kernels take and give. */
const typeNumbers: Readonly<Partial<Record<TensorInfo['dtype'], number>>> = {
  float32: dataTypes.TF_FLOAT,
  int32: dataTypes.TF_INT32,
};

/** @throws KaleidoError for a type that no kernel takes */
function typeNumber(dtype: TensorInfo['dtype']): number {
  const found = typeNumbers[dtype];
  if (found !== undefined) return found;
  throw new KaleidoError({
    source: 'backend',
    problem: 'a tensor of float32 or int32 was needed',
    found: dtype,
    advice: 'cast it with tf.cast',
  });
}

/** The shape and type of an operation's output; float32 where no type is named. */
export interface OutputForm {
  readonly shape: readonly number[];
  readonly dtype?: TensorInfo['dtype'];
}

export interface FunctionCall {
  /** Says all that the function depends on beside the types of its inputs: two of one name are one function. */
  readonly name: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly OutputForm[];
  readonly write: (graph: GraphBuilder, inputs: readonly GraphOutput[]) => readonly GraphOutput[];
  /** Compiled into loops of its own, once for each shape, instead of run operation by operation. */
  readonly compiled?: boolean;
}

const variableType: Attribute = {
  name: 'dtype',
  type: attributeKinds.TF_ATTR_TYPE,
  value: dataTypes.TF_FLOAT,
};
const compile: Attribute = { name: '_XlaMustCompile', type: attributeKinds.TF_ATTR_BOOL, value: true };

/** Runs operations and functions of TensorFlow over the tensors of TensorFlow.js, whose shapes are known beforehand. */
export class NativeKernels {
  readonly backend: NodeBackend;
  readonly #defined = new Set<string>();
  readonly #constants = new Map<string, number>();
  /** TensorFlow's variables, by the data of the tensors whose memory they share. */
  readonly #variables = new WeakMap<object, number>();
  #variableCount = 0;
  readonly #abandoned = new FinalizationRegistry<number>((variable) => {
    const { binding } = this.backend;
    binding.execute('DestroyResourceOp', [], [variable], 0);
    binding.deleteTensor(variable);
  });

  constructor(backend: NodeBackend) {
    this.backend = backend;
  }

  /** TensorFlow's number of a tensor. */
  id(tensor: TensorInfo): number {
    return this.backend.getInputTensorIds([tensor])[0] as number;
  }

  /** An int32 tensor that stays: axes, a permutation. */
  constant(values: readonly number[], shape: readonly number[] = [values.length]): number {
    const key = `${shape}: ${values}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const made = this.backend.binding.createTensor(shape, dataTypes.TF_INT32, Int32Array.from(values));
    this.#constants.set(key, made);
    return made;
  }

  /** One operation over TensorFlow's tensors. */
  run(name: string, attributes: readonly Attribute[], inputs: readonly number[], output: OutputForm): TensorInfo {
    return this.tensor(this.backend.binding.execute(name, attributes, inputs, 1)[0] as number, output);
  }

  /** A function of operations, defined when it is first called. */
  call({ name, inputs, outputs, write, compiled = false }: FunctionCall): TensorInfo[] {
    const types = inputs.map(({ dtype }) => typeNumber(dtype));
    if (!this.#defined.has(name)) {
      defineFunction(this.backend.binding, name, types, write);
      this.#defined.add(name);
    }
    const ids = this.backend.getInputTensorIds(inputs);
    const made = this.backend.binding.execute(name, compiled ? [compile] : [], ids, outputs.length);
    return outputs.map((form, index) => this.tensor(made[index] as number, form));
  }

  /** Frees a tensor that `tensor` made and that TensorFlow.js never saw. */
  discard({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }

  /**
   * Lets operations update tensors in place, through variables of TensorFlow's own that share their memory. A tensor
   * that something else still holds stays as it is: what comes back then is new.
   *
   * @returns the tensors with their new values
   */
  update(tensors: readonly TensorInfo[], change: (variables: readonly number[]) => void): TensorInfo[] {
    const entries = tensors.map((tensor) => {
      const id = this.id(tensor);
      return { tensor, id, entry: this.backend.tensorMap.get(tensor.dataId) };
    });
    const places = entries.map(({ tensor, id, entry }) => {
      const inPlace = entry.refCount === 1;
      const variable = (inPlace ? this.#variables.get(tensor.dataId) : undefined) ?? this.#variable(id);
      // TensorFlow copies the values before it writes if anything but the variable holds them.
      if (inPlace) this.backend.binding.deleteTensor(id);
      return { inPlace, variable };
    });
    const read = (variable: number): number =>
      this.backend.binding.execute('ReadVariableOp', [variableType], [variable], 1)[0] as number;
    try {
      change(places.map(({ variable }) => variable));
    } finally {
      // Also where TensorFlow refused in the middle: whoever holds the tensors must be able to read and save them.
      for (const [index, { inPlace, variable }] of places.entries()) {
        const { tensor, entry } = entries[index] as (typeof entries)[number];
        if (!inPlace) continue;
        entry.id = read(variable);
        this.#remember(tensor.dataId, variable);
      }
    }
    return entries.map(({ tensor: { dataId, shape, dtype } }, index) => {
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

  /** A variable of TensorFlow's that begins with a tensor's values and shares their memory. */
  #variable(id: number): number {
    const { binding } = this.backend;
    const { shape } = binding.metadata(id);
    const [variable] = binding.execute(
      'VarHandleOp',
      [
        variableType,
        { name: 'shape', type: attributeKinds.TF_ATTR_SHAPE, value: shape },
        { name: 'shared_name', type: attributeKinds.TF_ATTR_STRING, value: `kaleido/${this.#variableCount++}` },
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

  /** TensorFlow's tensor as one of TensorFlow.js. */
  tensor(id: number, { shape, dtype = 'float32' }: OutputForm): TensorInfo {
    const dataId = {};
    const entry = { shape: [...shape], dtype: typeNumber(dtype), values: null, id, refCount: 1 };
    this.backend.tensorMap.set(dataId, entry);
    return { dataId, shape: [...shape], dtype };
  }
}
