/**
 * TensorFlow's `ConfigProto` (tensorflow/core/protobuf/config.proto) in its binary form: how many GPUs it may see, and
 * the threads of one operation. A GPU's memory is allocated as needed, not all at once.
 */
export function configProto({ gpus, threads }: { gpus: number; threads?: number | undefined }): Uint8Array {
  const growAsNeeded = [0x20, 1]; // GPUOptions.allow_growth
  return Uint8Array.from([
    // device_count, a map entry: "GPU" to a number
    0x0a,
    7,
    0x0a,
    3,
    ...Buffer.from('GPU'),
    0x10,
    gpus,
    ...(threads === undefined ? [] : [0x10, ...varint(threads)]), // intra_op_parallelism_threads
    0x32,
    growAsNeeded.length,
    ...growAsNeeded, // gpu_options
  ]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
