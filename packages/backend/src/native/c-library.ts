import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { keepFreedMemory } from './keep-freed-memory.ts';
import { requirePeer } from './peers.ts';

/** The address of a TensorFlow object. */
export type Pointer = bigint;

/**
 * TensorFlow's C interface (tensorflow/c/c_api.h, tensorflow/c/eager/c_api.h), as far as it is used here. It does not
 * check its arguments: a wrong length crashes the process, so the caller must check.
 */
export interface CLibrary {
  TF_Version(): string;
  TF_NewStatus(): Pointer;
  TF_GetCode(status: Pointer): number;
  TF_Message(status: Pointer): string;
  TF_AllocateTensor(dtype: number, shape: BigInt64Array, rank: number, bytes: number): Pointer;
  TF_DeleteTensor(tensor: Pointer): void;
  TF_TensorData(tensor: Pointer): Pointer;
  TF_TensorByteSize(tensor: Pointer): number;
  TF_TensorElementCount(tensor: Pointer): number;
  TF_DataTypeSize(dtype: number): number;
  TF_StringInit(string: Pointer): void;
  TF_StringDealloc(string: Pointer): void;
  TF_StringCopy(string: Pointer, bytes: Uint8Array, length: number): void;
  TF_StringGetDataPointer(string: Pointer): Pointer;
  TF_StringGetSize(string: Pointer): number;
  TF_DeviceListCount(devices: Pointer): number;
  TF_DeviceListType(devices: Pointer, index: number, status: Pointer): string;
  TF_DeviceListName(devices: Pointer, index: number, status: Pointer): string;
  TF_DeleteDeviceList(devices: Pointer): void;
  TFE_NewContextOptions(): Pointer;
  TFE_ContextOptionsSetConfig(options: Pointer, config: Uint8Array, length: number, status: Pointer): void;
  TFE_ContextOptionsSetAsync(options: Pointer, asynchronous: number): void;
  TFE_DeleteContextOptions(options: Pointer): void;
  TFE_NewContext(options: Pointer, status: Pointer): Pointer;
  TFE_ContextListDevices(context: Pointer, status: Pointer): Pointer;
  TFE_ContextGetExecutorForThread(context: Pointer): Pointer;
  TFE_ExecutorClearError(executor: Pointer): void;
  TFE_ExecutorWaitForAllPendingNodes(executor: Pointer, status: Pointer): void;
  TFE_ContextAddFunction(context: Pointer, definition: Pointer, status: Pointer): void;
  TFE_NewOp(context: Pointer, name: string, status: Pointer): Pointer;
  TFE_DeleteOp(operation: Pointer): void;
  TFE_OpAddInput(operation: Pointer, handle: Pointer, status: Pointer): void;
  TFE_OpSetAttrString(operation: Pointer, name: string, value: string, length: number): void;
  TFE_OpSetAttrInt(operation: Pointer, name: string, value: number): void;
  TFE_OpSetAttrFloat(operation: Pointer, name: string, value: number): void;
  TFE_OpSetAttrBool(operation: Pointer, name: string, value: number): void;
  TFE_OpSetAttrType(operation: Pointer, name: string, value: number): void;
  TFE_OpSetAttrShape(operation: Pointer, name: string, shape: BigInt64Array, rank: number, status: Pointer): void;
  TFE_OpSetAttrStringList(operation: Pointer, name: string, values: string[], lengths: number[], count: number): void;
  TFE_OpSetAttrIntList(operation: Pointer, name: string, values: BigInt64Array, count: number): void;
  TFE_OpSetAttrFloatList(operation: Pointer, name: string, values: Float32Array, count: number): void;
  TFE_OpSetAttrBoolList(operation: Pointer, name: string, values: Uint8Array, count: number): void;
  TFE_OpSetAttrTypeList(operation: Pointer, name: string, values: Int32Array, count: number): void;
  TFE_Execute(operation: Pointer, outputs: BigUint64Array, count: Int32Array, status: Pointer): void;
  TFE_NewTensorHandle(tensor: Pointer, status: Pointer): Pointer;
  TFE_DeleteTensorHandle(handle: Pointer): void;
  TFE_TensorHandleDataType(handle: Pointer): number;
  TFE_TensorHandleNumDims(handle: Pointer, status: Pointer): number;
  TFE_TensorHandleDim(handle: Pointer, index: number, status: Pointer): number;
  TFE_TensorHandleResolve(handle: Pointer, status: Pointer): Pointer;
  TFE_TensorHandleCopyToDevice(handle: Pointer, context: Pointer, device: string, status: Pointer): Pointer;
  TF_NewGraph(): Pointer;
  TF_DeleteGraph(graph: Pointer): void;
  TF_NewOperation(graph: Pointer, type: string, name: string): Pointer;
  TF_AddInput(description: Pointer, input: GraphOutput): void;
  TF_AddInputList(description: Pointer, inputs: readonly GraphOutput[], count: number): void;
  TF_SetAttrType(description: Pointer, name: string, value: number): void;
  TF_SetAttrBool(description: Pointer, name: string, value: number): void;
  TF_SetAttrInt(description: Pointer, name: string, value: number): void;
  TF_SetAttrTensor(description: Pointer, name: string, tensor: Pointer, status: Pointer): void;
  TF_FinishOperation(description: Pointer, status: Pointer): Pointer;
  TF_GraphToFunction(
    graph: Pointer,
    name: string,
    appendHash: number,
    operationCount: number,
    operations: null,
    inputCount: number,
    inputs: readonly GraphOutput[],
    outputCount: number,
    outputs: readonly GraphOutput[],
    outputNames: null,
    options: null,
    description: null,
    status: Pointer,
  ): Pointer;
  TF_DeleteFunction(definition: Pointer): void;
  /** libc: copies bytes into foreign memory. */
  copyIn(target: Pointer, bytes: ArrayBufferView, length: number): void;
  /** libc: copies bytes out of foreign memory. */
  copyOut(bytes: ArrayBufferView, source: Pointer, length: number): void;
}

/** An output of an operation in a graph under construction. */
export interface GraphOutput {
  readonly oper: Pointer;
  readonly index: number;
}

const prototypes: readonly string[] = [
  'str TF_Version()',
  'void *TF_NewStatus()',
  'int TF_GetCode(void *status)',
  'str TF_Message(void *status)',
  'void *TF_AllocateTensor(int dtype, const int64_t *shape, int rank, size_t bytes)',
  'void TF_DeleteTensor(void *tensor)',
  'void *TF_TensorData(void *tensor)',
  'size_t TF_TensorByteSize(void *tensor)',
  'int64_t TF_TensorElementCount(void *tensor)',
  'size_t TF_DataTypeSize(int dtype)',
  'void TF_StringInit(void *string)',
  'void TF_StringDealloc(void *string)',
  'void TF_StringCopy(void *string, const void *bytes, size_t length)',
  'void *TF_StringGetDataPointer(void *string)',
  'size_t TF_StringGetSize(void *string)',
  'int TF_DeviceListCount(void *devices)',
  'str TF_DeviceListType(void *devices, int index, void *status)',
  'str TF_DeviceListName(void *devices, int index, void *status)',
  'void TF_DeleteDeviceList(void *devices)',
  'void *TFE_NewContextOptions()',
  'void TFE_ContextOptionsSetConfig(void *options, const void *config, size_t length, void *status)',
  'void TFE_ContextOptionsSetAsync(void *options, uint8_t asynchronous)',
  'void TFE_DeleteContextOptions(void *options)',
  'void *TFE_NewContext(void *options, void *status)',
  'void *TFE_ContextListDevices(void *context, void *status)',
  'void *TFE_ContextGetExecutorForThread(void *context)',
  'void TFE_ExecutorClearError(void *executor)',
  'void TFE_ExecutorWaitForAllPendingNodes(void *executor, void *status)',
  'void TFE_ContextAddFunction(void *context, void *definition, void *status)',
  'void *TFE_NewOp(void *context, str name, void *status)',
  'void TFE_DeleteOp(void *operation)',
  'void TFE_OpAddInput(void *operation, void *handle, void *status)',
  'void TFE_OpSetAttrString(void *operation, str name, str value, size_t length)',
  'void TFE_OpSetAttrInt(void *operation, str name, int64_t value)',
  'void TFE_OpSetAttrFloat(void *operation, str name, float value)',
  'void TFE_OpSetAttrBool(void *operation, str name, uint8_t value)',
  'void TFE_OpSetAttrType(void *operation, str name, int value)',
  'void TFE_OpSetAttrShape(void *operation, str name, const int64_t *shape, int rank, void *status)',
  'void TFE_OpSetAttrStringList(void *operation, str name, const char **values, const size_t *lengths, int count)',
  'void TFE_OpSetAttrIntList(void *operation, str name, const int64_t *values, int count)',
  'void TFE_OpSetAttrFloatList(void *operation, str name, const float *values, int count)',
  'void TFE_OpSetAttrBoolList(void *operation, str name, const uint8_t *values, int count)',
  'void TFE_OpSetAttrTypeList(void *operation, str name, const int *values, int count)',
  'void TFE_Execute(void *operation, void *outputs, void *count, void *status)',
  'void *TFE_NewTensorHandle(void *tensor, void *status)',
  'void TFE_DeleteTensorHandle(void *handle)',
  'int TFE_TensorHandleDataType(void *handle)',
  'int TFE_TensorHandleNumDims(void *handle, void *status)',
  'int64_t TFE_TensorHandleDim(void *handle, int index, void *status)',
  'void *TFE_TensorHandleResolve(void *handle, void *status)',
  'void *TFE_TensorHandleCopyToDevice(void *handle, void *context, str device, void *status)',
  'void *TF_NewGraph()',
  'void TF_DeleteGraph(void *graph)',
  'void *TF_NewOperation(void *graph, str type, str name)',
  'void TF_AddInput(void *description, TF_Output input)',
  'void TF_AddInputList(void *description, const TF_Output *inputs, int count)',
  'void TF_SetAttrType(void *description, str name, int value)',
  'void TF_SetAttrBool(void *description, str name, uint8_t value)',
  'void TF_SetAttrInt(void *description, str name, int64_t value)',
  'void TF_SetAttrTensor(void *description, str name, void *tensor, void *status)',
  'void *TF_FinishOperation(void *description, void *status)',
  'void *TF_GraphToFunction(void *graph, str name, uint8_t appendHash, int operationCount, void *operations, int inputCount, const TF_Output *inputs, int outputCount, const TF_Output *outputs, void *outputNames, void *options, str description, void *status)',
  'void TF_DeleteFunction(void *definition)',
];

/** In loading order; from 2.21 on, a part of the interface is only in the first. */
export const libraryFiles = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'] as const;

// RTLD_NOW, RTLD_GLOBAL and RTLD_NODELETE of Linux.
const loadForever = 0x2 | 0x100 | 0x1000;

const errorOutput = 2;
/** O_WRONLY */
const writeOnly = 1;

const environment = [
  // Warnings and errors only.
  ['TF_CPP_MIN_LOG_LEVEL', '1'],
  // oneDNN's products, which TensorFlow uses by default only with AVX-512. Without AVX-512 they are up to twice as fast
  // too, and the default products crash when a signal (a profiler's) interrupts them.
  ['TF_ENABLE_ONEDNN_OPTS', '1'],
] as const;

let loaded: { readonly folder: string; readonly library: CLibrary } | undefined;

/**
 * Loads TensorFlow's libraries from a folder (`site-packages/tensorflow` of a wheel), once per process: two would
 * conflict over global names.
 *
 * @throws KaleidoError where koffi is absent, a library does not load or lacks a function, or another folder is loaded
 */
export function loadCLibrary(folder: string): CLibrary {
  if (loaded?.folder === folder) return loaded.library;
  if (loaded !== undefined) throw otherFolder(loaded.folder, folder);
  const koffi = requirePeer('koffi') as Koffi;
  const files = libraryFiles.map((name) => join(folder, name));
  const libc = koffi.load(null);
  const dlopen = libc.func('void *dlopen(str path, int flags)');
  const dlerror = libc.func('str dlerror()');
  // In a worker, process.env is not the environment that TensorFlow reads. Variables that the user has set stay.
  const setenv = libc.func('int setenv(str name, str value, int overwrite)');
  for (const [name, value] of environment) setenv(name, value, 0);
  // koffi unloads a library when the process ends, while TensorFlow's threads still run: a segmentation fault.
  for (const file of files)
    if (withoutErrorOutput(libc, () => dlopen(file, loadForever)) == null)
      throw new KaleidoError({
        source: 'backend',
        problem: `TensorFlow's library ${file} does not load`,
        found: dlerror(),
        advice: 'use a folder with a TensorFlow for this machine, 2.15 or later',
      });
  keepFreedMemory(libc);
  const libraries = files.map((file) => koffi.load(file, { global: true })).reverse();
  // A struct type belongs to the process: later worker threads find it registered.
  if (!structIsKnown(koffi)) koffi.struct('TF_Output', { oper: 'void *', index: 'int' });
  const functions = prototypes.map((prototype) => {
    const name = /(\w+)\(/.exec(prototype)?.[1] as string;
    for (const library of libraries) {
      try {
        return [name, library.func(prototype)] as const;
      } catch {
        // Not in this library.
      }
    }
    throw new KaleidoError({
      source: 'backend',
      problem: `the TensorFlow in ${folder} has no function ${name}`,
      advice: 'use a folder with TensorFlow 2.15 or later',
    });
  });
  const library = {
    ...Object.fromEntries(functions),
    copyIn: libc.func('void *memcpy(void *target, const void *bytes, size_t length)'),
    copyOut: libc.func('memcpy', 'void *', [koffi.out('void *'), 'void *', 'size_t']),
  } as unknown as CLibrary;
  loaded = { folder, library };
  return library;
}

/** Silences the message that oneDNN is on, which TensorFlow prints on loading at every log level. */
function withoutErrorOutput<Result>(libc: ReturnType<Koffi['load']>, run: () => Result): Result {
  const dup2 = libc.func('int dup2(int from, int to)');
  const close = libc.func('int close(int file)');
  const kept: number = libc.func('int dup(int file)')(errorOutput);
  const nowhere: number = libc.func('int open(str path, int flags)')('/dev/null', writeOnly);
  dup2(nowhere, errorOutput);
  try {
    return run();
  } finally {
    dup2(kept, errorOutput);
    close(kept);
    close(nowhere);
  }
}

/** The error where a process that has loaded one TensorFlow is asked for another. */
export function otherFolder(loadedFolder: string, wanted: string): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: `this process has already loaded the TensorFlow in ${loadedFolder}`,
    found: wanted,
    advice: 'use another process for another TensorFlow',
  });
}

type Koffi = typeof import('koffi');

function structIsKnown(koffi: Koffi): boolean {
  try {
    koffi.type('TF_Output');
    return true;
  } catch {
    return false;
  }
}
