import { ByteReader, fromFloat16Bits, KaleidoError, protocolFields, type Refuse } from '@kaleido/foundation';

// ModelProto and its parts: onnx/onnx.proto, IR version 6, with its field numbers.

/** Numbers stored in an ONNX file. Integers beyond 2^53 are refused. */
export interface OnnxConstant {
  readonly shape: readonly number[];
  readonly values: Float32Array | readonly number[];
}

type OnnxAttribute = number | string | readonly number[] | OnnxConstant;

export interface OnnxNode {
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** The computation of an ONNX file: nodes in an order in which each one's inputs are computed before it. */
export interface OnnxGraph {
  /** Version of the operator set. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  /** Names of the inputs and outputs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Values of TensorProto.DataType. */
const dataTypes = { float: 1, int32: 6, int64: 7, float16: 10 } as const;

const utf8 = new TextDecoder();

/**
 * Reads the graph of an ONNX file with its weights.
 * @param file its name in errors
 * @throws KaleidoError for a file that is truncated or not ONNX, and for weights in another file or of another type
 *   than float32, float16, int32 and int64
 */
export function readOnnxGraph(bytes: Uint8Array, file: string): OnnxGraph {
  const refuse: Refuse = (problem, found) =>
    new KaleidoError({
      source: 'kaleido-patches',
      problem: `${file} is no ONNX file that can be read: ${problem}`,
      ...(found === undefined ? {} : { found }),
      advice: 'copy or export the file again',
    });
  let graph: Uint8Array | undefined;
  let opset = 0;
  for (const [field, value] of protocolFields(bytes, refuse)) {
    if (field === 7) graph = asBytes(value, refuse);
    if (field !== 8) continue;
    let domain = '';
    let version = 0;
    for (const [part, content] of protocolFields(asBytes(value, refuse), refuse)) {
      if (part === 1) domain = asText(content, refuse);
      if (part === 2) version = asNumber(content, refuse);
    }
    if (domain === '' || domain === 'ai.onnx') opset = version;
  }
  if (graph === undefined) throw refuse('it holds no graph');

  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const inputs: string[] = [];
  const outputs: string[] = [];
  for (const [field, value] of protocolFields(graph, refuse)) {
    if (field === 1) nodes.push(readNode(asBytes(value, refuse), refuse));
    else if (field === 5) {
      const { name, constant } = readTensor(asBytes(value, refuse), refuse);
      constants.set(name, constant);
    } else if (field === 11) inputs.push(readName(asBytes(value, refuse), refuse));
    else if (field === 12) outputs.push(readName(asBytes(value, refuse), refuse));
  }
  if (nodes.length === 0 || outputs.length === 0) throw refuse('its graph computes nothing');
  // Older files also list their weights as inputs.
  return { opset, nodes, constants, inputs: inputs.filter((name) => !constants.has(name)), outputs };
}

function readNode(bytes: Uint8Array, refuse: Refuse): OnnxNode {
  let operation = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  for (const [field, value] of protocolFields(bytes, refuse)) {
    if (field === 1) inputs.push(asText(value, refuse));
    else if (field === 2) outputs.push(asText(value, refuse));
    else if (field === 4) operation = asText(value, refuse);
    else if (field === 5) {
      const [name, attribute] = readAttribute(asBytes(value, refuse), refuse);
      if (attribute !== undefined) attributes.set(name, attribute);
    }
  }
  return { operation, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array, refuse: Refuse): readonly [string, OnnxAttribute | undefined] {
  let name = '';
  let attribute: OnnxAttribute | undefined;
  const integers: number[] = [];
  for (const [field, value] of protocolFields(bytes, refuse)) {
    if (field === 1) name = asText(value, refuse);
    else if (field === 2) attribute = asFloat(value, refuse);
    else if (field === 3) attribute = asNumber(value, refuse);
    else if (field === 4) attribute = asText(value, refuse);
    else if (field === 5) attribute = readTensor(asBytes(value, refuse), refuse).constant;
    else if (field === 8) integers.push(...asNumbers(value, refuse));
  }
  return [name, integers.length > 0 ? integers : attribute];
}

function readTensor(bytes: Uint8Array, refuse: Refuse): { readonly name: string; readonly constant: OnnxConstant } {
  const shape: number[] = [];
  const floats: number[] = [];
  const integers: number[] = [];
  let type = 0;
  let name = '';
  let raw: Uint8Array | undefined;
  for (const [field, value] of protocolFields(bytes, refuse)) {
    if (field === 1) shape.push(...asNumbers(value, refuse));
    else if (field === 2) type = asNumber(value, refuse);
    else if (field === 4) {
      if (typeof value === 'bigint') floats.push(asFloat(value, refuse));
      else for (const float of floatsIn(value)) floats.push(float);
    } else if (field === 5 || field === 7) for (const integer of asNumbers(value, refuse)) integers.push(integer);
    else if (field === 8) name = asText(value, refuse);
    else if (field === 9) raw = asBytes(value, refuse);
    else if (field === 14 && value === 1n) throw refuse(`the weights "${name}" lie in another file`);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  const values =
    raw === undefined
      ? type === dataTypes.float
        ? Float32Array.from(floats)
        : integers
      : rawValues(raw, type, name, refuse);
  if (shape.some((length) => length < 0) || values.length !== size)
    throw refuse(`"${name}" of shape [${shape.join(', ')}] needs ${size} values`, values.length);
  return { name, constant: { shape, values } };
}

function rawValues(raw: Uint8Array, type: number, name: string, refuse: Refuse): Float32Array | number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const every = <Value>(bytes: number, read: (at: number) => Value): Value[] => {
    if (raw.length % bytes !== 0) throw refuse(`"${name}" ends in the middle of a number`, raw.length);
    return Array.from({ length: raw.length / bytes }, (_, i) => read(i * bytes));
  };
  switch (type) {
    case dataTypes.float:
      if (raw.length % 4 !== 0) throw refuse(`"${name}" ends in the middle of a number`, raw.length);
      return floatsIn(raw);
    case dataTypes.float16:
      return Float32Array.from(every(2, (at) => fromFloat16Bits(view.getUint16(at, true))));
    case dataTypes.int32:
      return every(4, (at) => view.getInt32(at, true));
    case dataTypes.int64:
      return every(8, (at) => asNumber(view.getBigInt64(at, true), refuse));
    default:
      throw refuse(`"${name}" has numbers of a type that is not read`, type);
  }
}

function readName(bytes: Uint8Array, refuse: Refuse): string {
  for (const [field, value] of protocolFields(bytes, refuse)) if (field === 1) return asText(value, refuse);
  return '';
}

function floatsIn(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(Math.floor(bytes.length / 4));
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

function asBytes(value: bigint | Uint8Array, refuse: Refuse): Uint8Array {
  if (typeof value !== 'bigint') return value;
  throw refuse('a number stands where a part was expected', `${value}`);
}

function asText(value: bigint | Uint8Array, refuse: Refuse): string {
  return utf8.decode(asBytes(value, refuse));
}

function asFloat(value: bigint | Uint8Array, refuse: Refuse): number {
  if (typeof value !== 'bigint') throw refuse('a part stands where a number was expected');
  const bits = new DataView(new ArrayBuffer(4));
  bits.setUint32(0, Number(BigInt.asUintN(32, value)));
  return bits.getFloat32(0);
}

function asNumber(value: bigint | Uint8Array, refuse: Refuse): number {
  if (typeof value !== 'bigint') throw refuse('a part stands where a number was expected');
  const number = Number(BigInt.asIntN(64, value));
  // 2^63 - 1 stands for "to the end" in slices.
  return Number.isSafeInteger(number) ? number : Math.sign(number) * Number.MAX_SAFE_INTEGER;
}

/** One number, or a packed list. */
function asNumbers(value: bigint | Uint8Array, refuse: Refuse): number[] {
  if (typeof value === 'bigint') return [asNumber(value, refuse)];
  const reader = new ByteReader(value, refuse);
  const numbers: number[] = [];
  while (reader.left > 0) numbers.push(asNumber(reader.varint64(), refuse));
  return numbers;
}
