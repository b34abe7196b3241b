import { KaleidoError } from '@kaleido/foundation';
import { outOfMemory } from '../out-of-memory.ts';
import { type CLibrary, loadCLibrary, type Pointer } from './c-library.ts';
import { configProto } from './config-proto.ts';
import { type Attribute, attributeKinds, type Device, dataTypes, type TensorMetadata } from './native-types.ts';
import { Status } from './status.ts';

export interface NativeBindingOptions {
  /** The folder with TensorFlow's libraries. */
  readonly folder: string;
  readonly device: 'cpu' | 'gpu';
  /** Threads of one operation; if omitted, TensorFlow uses all cores. */
  readonly threads?: number | undefined;
}

/** Bytes of a TF_TString. */
const stringBytes = 24;
const mostOutputs = 256;
/** The least number of operations between two waits: several steps of a large model. It bounds what is queued. */
const mostAhead = 16_384;

/**
 * The native half of tfjs-node, `TFJSBinding` in its source, over TensorFlow's C interface instead of a compiled addon;
 * it adds functions, half precision and lists of types.
 *
 * Every argument is checked first: one that would crash TensorFlow throws a `KaleidoError`.
 */
export class NativeBinding {
  readonly version: string;
  readonly devices: readonly Device[];
  /** The device names by kind; empty if there is none. */
  readonly cpu: string;
  readonly gpu: string;
  readonly library: CLibrary;
  readonly status: Status;
  readonly context: Pointer;
  readonly #handles = new Map<number, Pointer>();
  #nextId = 0;
  readonly #outputs = new BigUint64Array(mostOutputs);
  readonly #outputCount = new Int32Array(1);
  readonly #executor: Pointer;
  /** The status of the wait for running operations after a failure. */
  readonly #drained: Pointer;
  #asked = 0;

  /** @throws KaleidoError as `loadCLibrary` does, and where TensorFlow does not start */
  constructor({ folder, device, threads }: NativeBindingOptions) {
    const library = loadCLibrary(folder);
    this.library = library;
    this.status = new Status(library);
    this.#drained = library.TF_NewStatus();
    const options = library.TFE_NewContextOptions();
    const config = configProto({ gpus: device === 'gpu' ? 1 : 0, threads });
    library.TFE_ContextOptionsSetConfig(options, config, config.length, this.status.pointer);
    this.status.check();
    // Operations run asynchronously, in order, while the program queues the next ones.
    library.TFE_ContextOptionsSetAsync(options, 1);
    this.context = library.TFE_NewContext(options, this.status.pointer);
    this.status.check();
    library.TFE_DeleteContextOptions(options);
    this.#executor = library.TFE_ContextGetExecutorForThread(this.context);
    this.status.onFailure = () => {
      this.#forgetFailure();
      this.afterFailure();
    };
    this.version = library.TF_Version();
    this.devices = this.#listDevices();
    this.cpu = this.devices.find(({ type }) => type === 'CPU')?.name ?? '';
    this.gpu = this.devices.find(({ type }) => type === 'GPU')?.name ?? '';
  }

  /** Called after a failure, when no operation is running any more. */
  afterFailure: () => void = () => undefined;

  isUsingGpuDevice(): boolean {
    return this.gpu !== '';
  }

  getNumOfTensors(): number {
    return this.#handles.size;
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  /** @throws KaleidoError where the values do not fill the shape */
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView | readonly Uint8Array[]): number {
    const { library, status } = this;
    const size = sizeOf(shape);
    if (!ArrayBuffer.isView(values)) return this.#createStrings(shape, size, dtype, values);
    const bytes = size * Number(library.TF_DataTypeSize(dtype));
    if (bytes !== values.byteLength || dtype === dataTypes.TF_STRING || dtype === dataTypes.TF_RESOURCE)
      throw refusal(`a tensor of shape [${shape}] and type ${dtype} needs ${bytes} bytes`, values.byteLength);
    const tensor = library.TF_AllocateTensor(dtype, toInt64(shape), shape.length, bytes);
    if (bytes > 0 && !library.TF_TensorData(tensor)) {
      library.TF_DeleteTensor(tensor);
      throw outOfMemory('TensorFlow', `${bytes} bytes`);
    }
    if (bytes > 0) library.copyIn(library.TF_TensorData(tensor), values, bytes);
    const handle = library.TFE_NewTensorHandle(tensor, status.pointer);
    library.TF_DeleteTensor(tensor);
    status.check();
    return this.#keep(this.#onDevice(handle, dtype));
  }

  /** @throws KaleidoError for an id that is not alive */
  deleteTensor(id: number): void {
    this.library.TFE_DeleteTensorHandle(this.handle(id));
    this.#handles.delete(id);
  }

  /**
   * The values of a tensor, after waiting for them; half precision as its bits.
   * @throws KaleidoError for an id that is not alive, or a type that has no values here
   */
  tensorDataSync(id: number): ArrayBufferView | Uint8Array[] {
    const { library, status } = this;
    const handle = this.handle(id);
    const tensor = library.TFE_TensorHandleResolve(handle, status.pointer);
    status.check();
    try {
      return this.#read(tensor, library.TFE_TensorHandleDataType(handle));
    } finally {
      library.TF_DeleteTensor(tensor);
    }
  }

  /** @throws KaleidoError where an input is not alive, an attribute is of an unknown kind, or TensorFlow refuses */
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    const found = this.execute(name, attributes, inputs, outputs);
    return found.map((id) => this.metadata(id));
  }

  /**
   * `executeOp` for callers that know the outputs' shapes and types: returns their ids. An error while computing them
   * is thrown by a later call, at the latest by the one that reads them.
   */
  execute(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): number[] {
    const { library, status } = this;
    if (outputs > mostOutputs) throw refusal(`an operation has at most ${mostOutputs} outputs`, outputs);
    if (++this.#asked % mostAhead === 0) this.wait();
    const operation = library.TFE_NewOp(this.context, name, status.pointer);
    status.check();
    try {
      for (const input of inputs) library.TFE_OpAddInput(operation, this.handle(input), status.pointer);
      for (const attribute of attributes) this.#setAttribute(operation, attribute);
      this.#outputCount[0] = outputs;
      library.TFE_Execute(operation, this.#outputs, this.#outputCount, status.pointer);
      status.check();
      return Array.from({ length: this.#outputCount[0] as number }, (_, index) =>
        this.#keep(this.#outputs[index] as bigint),
      );
    } finally {
      library.TFE_DeleteOp(operation);
    }
  }

  /** Waits for all queued operations. @throws KaleidoError where one of them failed */
  wait(): void {
    this.library.TFE_ExecutorWaitForAllPendingNodes(this.#executor, this.status.pointer);
    this.status.check();
  }

  /**
   * A failure is reported once: a later operation does not depend on it, or fails itself. Operations queued before it
   * may still run, find their inputs invalid and report the same failure again, so they are waited for.
   */
  #forgetFailure(): void {
    const { library } = this;
    for (let turn = 0; turn < mostAhead; turn++) {
      library.TFE_ExecutorClearError(this.#executor);
      library.TFE_ExecutorWaitForAllPendingNodes(this.#executor, this.#drained);
      if (library.TF_GetCode(this.#drained) === 0) return;
    }
  }

  /** The shape and type of a tensor; waits for the operation that computes it. */
  metadata(id: number): TensorMetadata {
    const { library, status } = this;
    const handle = this.handle(id);
    const rank = library.TFE_TensorHandleNumDims(handle, status.pointer);
    status.check();
    const shape = Array.from({ length: rank }, (_, index) =>
      Number(library.TFE_TensorHandleDim(handle, index, status.pointer)),
    );
    return { id, shape, dtype: library.TFE_TensorHandleDataType(handle) };
  }

  /** @throws KaleidoError for an id that is not alive */
  handle(id: number): Pointer {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw refusal('TensorFlow holds no tensor of this number', id);
    return handle;
  }

  loadSavedModel(): never {
    throw refusal('SavedModels are not read here', undefined);
  }

  deleteSavedModel(): never {
    return this.loadSavedModel();
  }

  runSavedModel(): never {
    return this.loadSavedModel();
  }

  #keep(handle: Pointer): number {
    const id = this.#nextId++;
    this.#handles.set(id, handle);
    return id;
  }

  /** Copies to the GPU if there is one, except int32, which TensorFlow keeps in host memory. */
  #onDevice(handle: Pointer, dtype: number): Pointer {
    if (this.gpu === '' || dtype === dataTypes.TF_INT32) return handle;
    const { library, status } = this;
    const copy = library.TFE_TensorHandleCopyToDevice(handle, this.context, this.gpu, status.pointer);
    library.TFE_DeleteTensorHandle(handle);
    status.check();
    return copy;
  }

  #createStrings(shape: readonly number[], size: number, dtype: number, values: readonly Uint8Array[]): number {
    const { library, status } = this;
    if (size !== values.length || dtype !== dataTypes.TF_STRING)
      throw refusal(`a tensor of shape [${shape}] and type ${dtype} does not hold that many strings`, values.length);
    const tensor = library.TF_AllocateTensor(dtype, toInt64(shape), shape.length, size * stringBytes);
    const first = library.TF_TensorData(tensor);
    for (const [index, value] of values.entries()) {
      const string = first + BigInt(stringBytes * index);
      library.TF_StringInit(string);
      library.TF_StringCopy(string, value, value.byteLength);
    }
    const handle = library.TFE_NewTensorHandle(tensor, status.pointer);
    status.check();
    const own = this.#keep(handle);
    try {
      // TensorFlow never frees the strings of a tensor made here: it gets a copy, and ours are freed.
      const copied = this.execute(
        'DeepCopy',
        [{ name: 'T', type: attributeKinds.TF_ATTR_TYPE, value: dataTypes.TF_STRING }],
        [own],
        1,
      )[0] as number;
      this.wait();
      return copied;
    } finally {
      for (let index = 0; index < size; index++) library.TF_StringDealloc(first + BigInt(stringBytes * index));
      library.TF_DeleteTensor(tensor);
      this.deleteTensor(own);
    }
  }

  #read(tensor: Pointer, dtype: number): ArrayBufferView | Uint8Array[] {
    const { library } = this;
    const data = library.TF_TensorData(tensor);
    if (dtype === dataTypes.TF_STRING) {
      return Array.from({ length: Number(library.TF_TensorElementCount(tensor)) }, (_, index) => {
        const string = data + BigInt(stringBytes * index);
        const bytes = new Uint8Array(Number(library.TF_StringGetSize(string)));
        if (bytes.length > 0) library.copyOut(bytes, library.TF_StringGetDataPointer(string), bytes.length);
        return bytes;
      });
    }
    const make = arrays.get(dtype);
    if (make === undefined) throw refusal('tensors of this TensorFlow type cannot be read', dtype);
    const buffer = new ArrayBuffer(Number(library.TF_TensorByteSize(tensor)));
    if (buffer.byteLength > 0) library.copyOut(new Uint8Array(buffer), data, buffer.byteLength);
    return make(buffer);
  }

  #setAttribute(operation: Pointer, { name, type, value }: Attribute): void {
    const { library, status } = this;
    switch (type) {
      case attributeKinds.TF_ATTR_STRING:
        if (Array.isArray(value)) {
          const strings = value as string[];
          const lengths = strings.map((string) => Buffer.byteLength(string));
          library.TFE_OpSetAttrStringList(operation, name, strings, lengths, strings.length);
        } else library.TFE_OpSetAttrString(operation, name, value as string, Buffer.byteLength(value as string));
        return;
      case attributeKinds.TF_ATTR_INT:
        if (Array.isArray(value)) library.TFE_OpSetAttrIntList(operation, name, toInt64(value), value.length);
        else library.TFE_OpSetAttrInt(operation, name, value as number);
        return;
      case attributeKinds.TF_ATTR_FLOAT:
        if (Array.isArray(value))
          library.TFE_OpSetAttrFloatList(operation, name, Float32Array.from(value as number[]), value.length);
        else library.TFE_OpSetAttrFloat(operation, name, value as number);
        return;
      case attributeKinds.TF_ATTR_BOOL:
        if (Array.isArray(value))
          library.TFE_OpSetAttrBoolList(operation, name, Uint8Array.from(value as number[]), value.length);
        else library.TFE_OpSetAttrBool(operation, name, value ? 1 : 0);
        return;
      case attributeKinds.TF_ATTR_TYPE:
        if (Array.isArray(value))
          library.TFE_OpSetAttrTypeList(operation, name, Int32Array.from(value as number[]), value.length);
        else library.TFE_OpSetAttrType(operation, name, value as number);
        return;
      case attributeKinds.TF_ATTR_SHAPE: {
        const shape = value as readonly number[];
        library.TFE_OpSetAttrShape(operation, name, toInt64(shape), shape.length, status.pointer);
        status.check();
        return;
      }
      default:
        throw refusal(`the attribute ${name} is of an unknown kind`, type);
    }
  }

  #listDevices(): Device[] {
    const { library, status } = this;
    const list = library.TFE_ContextListDevices(this.context, status.pointer);
    status.check();
    const devices = Array.from({ length: library.TF_DeviceListCount(list) }, (_, index) => ({
      type: library.TF_DeviceListType(list, index, status.pointer),
      name: library.TF_DeviceListName(list, index, status.pointer),
    }));
    library.TF_DeleteDeviceList(list);
    return devices;
  }
}

const { TF_FLOAT, TF_COMPLEX64, TF_INT32, TF_INT64, TF_BOOL, TF_UINT8, TF_BFLOAT16, TF_HALF, TF_UINT32 } = dataTypes;
const arrays = new Map<number, (buffer: ArrayBuffer) => ArrayBufferView>([
  ...[TF_FLOAT, TF_COMPLEX64].map((dtype) => [dtype, (b: ArrayBuffer) => new Float32Array(b)] as const),
  [TF_INT32, (buffer) => new Int32Array(buffer)],
  [TF_UINT32, (buffer) => new Uint32Array(buffer)],
  [TF_INT64, (buffer) => new BigInt64Array(buffer)],
  ...[TF_BOOL, TF_UINT8].map((dtype) => [dtype, (b: ArrayBuffer) => new Uint8Array(b)] as const),
  ...[TF_BFLOAT16, TF_HALF].map((dtype) => [dtype, (b: ArrayBuffer) => new Uint16Array(b)] as const),
]);

/** @throws KaleidoError for a dimension that is not an integer from 0 */
function sizeOf(shape: readonly number[]): number {
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0))
    throw refusal('the dimensions of a shape must be integers from 0', shape);
  return shape.reduce((size, side) => size * side, 1);
}

function toInt64(values: ArrayLike<unknown>): BigInt64Array {
  return BigInt64Array.from({ length: values.length }, (_, index) => BigInt(values[index] as number));
}

function refusal(problem: string, found: unknown): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem,
    ...(found === undefined ? {} : { found }),
    advice: 'this is a bug in the calling kernel',
  });
}
