import type { GraphOutput, Pointer } from './c-library.ts';
import type { NativeBinding } from './native-binding.ts';
import { dataTypes } from './native-types.ts';

/** Attributes of an operation in a graph, by name. */
export interface GraphAttributes {
  readonly types?: Readonly<Record<string, number>>;
  readonly flags?: Readonly<Record<string, boolean>>;
  readonly numbers?: Readonly<Record<string, number>>;
}

const { TF_FLOAT, TF_INT32 } = dataTypes;

/** Builds a function of TensorFlow operations; each method adds one and returns its first output. */
export class GraphBuilder {
  readonly #binding: NativeBinding;
  readonly #graph: Pointer;
  #count = 0;

  constructor(binding: NativeBinding, graph: Pointer) {
    this.#binding = binding;
    this.#graph = graph;
  }

  /** @throws KaleidoError where TensorFlow refuses the operation */
  operation(
    type: string,
    inputs: readonly (GraphOutput | readonly GraphOutput[])[],
    { types = {}, flags = {}, numbers = {} }: GraphAttributes = {},
  ): GraphOutput {
    return this.#add(type, (description) => {
      const { library } = this.#binding;
      for (const input of inputs) {
        if ('oper' in input) library.TF_AddInput(description, input);
        else library.TF_AddInputList(description, input, input.length);
      }
      for (const [name, value] of Object.entries(types)) library.TF_SetAttrType(description, name, value);
      for (const [name, value] of Object.entries(flags)) library.TF_SetAttrBool(description, name, value ? 1 : 0);
      for (const [name, value] of Object.entries(numbers)) library.TF_SetAttrInt(description, name, value);
    });
  }

  input(type: number): GraphOutput {
    return this.operation('Placeholder', [], { types: { dtype: type } });
  }

  /** A float32 number. */
  number(value: number): GraphOutput {
    return this.#constant(Float32Array.of(value), [], TF_FLOAT);
  }

  /** An int32 number. */
  integer(value: number): GraphOutput {
    return this.#constant(Int32Array.of(value), [], TF_INT32);
  }

  /** An int32 vector: axes, a shape, a permutation. */
  integers(...values: number[]): GraphOutput {
    return this.#constant(Int32Array.from(values), [values.length], TF_INT32);
  }

  add(a: GraphOutput, b: GraphOutput): GraphOutput {
    return this.operation('AddV2', [a, b]);
  }

  subtract(a: GraphOutput, b: GraphOutput): GraphOutput {
    return this.operation('Sub', [a, b]);
  }

  multiply(a: GraphOutput, b: GraphOutput): GraphOutput {
    return this.operation('Mul', [a, b]);
  }

  scale(a: GraphOutput, factor: number): GraphOutput {
    return this.multiply(a, this.number(factor));
  }

  cast(a: GraphOutput, from: number, to: number): GraphOutput {
    return this.operation('Cast', [a], { types: { SrcT: from, DstT: to } });
  }

  /** A float32 variable's values. */
  read(variable: GraphOutput): GraphOutput {
    return this.operation('ReadVariableOp', [variable], { types: { dtype: TF_FLOAT } });
  }

  /** Assigns new values to a float32 variable, after the operations that compute them. */
  assign(variable: GraphOutput, values: GraphOutput): void {
    this.operation('AssignVariableOp', [variable, values], { types: { dtype: TF_FLOAT } });
  }

  /** The sum along an axis, which stays with a length of 1 if `keep`. */
  sum(a: GraphOutput, axis: number, keep: boolean): GraphOutput {
    return this.operation('Sum', [a, this.integers(axis)], { flags: { keep_dims: keep } });
  }

  mean(a: GraphOutput, axis: number, keep: boolean): GraphOutput {
    return this.operation('Mean', [a, this.integers(axis)], { flags: { keep_dims: keep } });
  }

  reshape(a: GraphOutput, ...shape: number[]): GraphOutput {
    return this.operation('Reshape', [a, this.integers(...shape)]);
  }

  transpose(a: GraphOutput, ...permutation: number[]): GraphOutput {
    return this.operation('Transpose', [a, this.integers(...permutation)]);
  }

  #constant(values: Float32Array | Int32Array, shape: number[], type: number): GraphOutput {
    const { library, status } = this.#binding;
    const tensor = library.TF_AllocateTensor(type, BigInt64Array.from(shape, BigInt), shape.length, values.byteLength);
    if (values.byteLength > 0) library.copyIn(library.TF_TensorData(tensor), values, values.byteLength);
    try {
      return this.#add('Const', (description) => {
        library.TF_SetAttrTensor(description, 'value', tensor, status.pointer);
        status.check();
        library.TF_SetAttrType(description, 'dtype', type);
      });
    } finally {
      library.TF_DeleteTensor(tensor);
    }
  }

  #add(type: string, describe: (description: Pointer) => void): GraphOutput {
    const { library, status } = this.#binding;
    const description = library.TF_NewOperation(this.#graph, type, `operation${this.#count++}`);
    describe(description);
    const oper = library.TF_FinishOperation(description, status.pointer);
    status.check();
    return { oper, index: 0 };
  }
}

/**
 * Registers a function of operations with TensorFlow under a name; it is then executed like any operation. One call
 * runs all of them; compiled (`_XlaMustCompile`), one loop over the values does the work of many.
 */
export function defineFunction(
  binding: NativeBinding,
  name: string,
  inputTypes: readonly number[],
  write: (graph: GraphBuilder, inputs: readonly GraphOutput[]) => readonly GraphOutput[],
): void {
  const { library, status, context } = binding;
  const graph = library.TF_NewGraph();
  try {
    const builder = new GraphBuilder(binding, graph);
    const inputs = inputTypes.map((type) => builder.input(type));
    const outputs = write(builder, inputs);
    const definition = library.TF_GraphToFunction(
      graph,
      name,
      0,
      -1,
      null,
      inputs.length,
      inputs,
      outputs.length,
      outputs,
      null,
      null,
      null,
      status.pointer,
    );
    status.check();
    library.TFE_ContextAddFunction(context, definition, status.pointer);
    library.TF_DeleteFunction(definition);
    status.check();
  } finally {
    library.TF_DeleteGraph(graph);
  }
}
