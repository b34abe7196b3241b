import { ByteWriter } from '@kaleido/foundation';

// Writes small ONNX files, field by field as in onnx/onnx.proto.

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

type Numbers = readonly number[] | { readonly integers: readonly number[] };

/** A TensorProto of floats or of 64-bit integers. */
export function tensor(name: string, shape: readonly number[], numbers: Numbers): Uint8Array {
  const isFloat = Array.isArray(numbers);
  const values = isFloat ? (numbers as readonly number[]) : (numbers as { integers: readonly number[] }).integers;
  const raw = new DataView(new ArrayBuffer(values.length * (isFloat ? 4 : 8)));
  for (const [i, value] of values.entries())
    if (isFloat) raw.setFloat32(4 * i, value, true);
    else raw.setBigInt64(8 * i, BigInt(value), true);
  const writer = new ByteWriter();
  // Written directly: a length of 0 is not omitted.
  for (const length of shape) writer.varint(8).varint(length);
  return writer
    .field(2, isFloat ? 1 : 7)
    .field(8, text(name))
    .field(9, new Uint8Array(raw.buffer))
    .bytes();
}

type AttributeValue = number | string | readonly number[] | { readonly shape: number[]; readonly integers: number[] };

/** An AttributeProto: an integer, a text, a list of integers or a tensor. */
export function attribute(name: string, value: AttributeValue): Uint8Array {
  const writer = new ByteWriter().field(1, text(name));
  if (typeof value === 'number')
    return writer
      .varint(8 * 3)
      .varint(value)
      .bytes();
  if (typeof value === 'string') return writer.field(4, text(value)).bytes();
  if (!Array.isArray(value)) {
    const { shape, integers } = value as { shape: number[]; integers: number[] };
    return writer.field(5, tensor('', shape, { integers })).bytes();
  }
  for (const integer of value as readonly number[]) writer.varint(8 * 8).varint(integer);
  return writer.bytes();
}

export function node(
  operation: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Uint8Array[] = [],
): Uint8Array {
  const writer = new ByteWriter();
  for (const name of inputs) writer.field(1, text(name));
  for (const name of outputs) writer.field(2, text(name));
  writer.field(4, text(operation));
  for (const one of attributes) writer.field(5, one);
  return writer.bytes();
}

/** A ModelProto of opset 11. */
export function model(
  nodes: readonly Uint8Array[],
  constants: readonly Uint8Array[],
  inputs: readonly string[],
  outputs: readonly string[],
): Uint8Array {
  const named = (name: string): Uint8Array => new ByteWriter().field(1, text(name)).bytes();
  const graph = new ByteWriter();
  for (const one of nodes) graph.field(1, one);
  for (const one of constants) graph.field(5, one);
  for (const name of inputs) graph.field(11, named(name));
  for (const name of outputs) graph.field(12, named(name));
  return new ByteWriter().field(1, 6).field(7, graph.bytes()).field(8, new ByteWriter().field(2, 11).bytes()).bytes();
}
