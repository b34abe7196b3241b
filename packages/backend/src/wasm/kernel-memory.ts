import { KaleidoError } from '@kaleido/foundation';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../size-of.ts';
import type { KernelExports } from './kernel-exports.ts';
import { openKernels } from './open-kernels.ts';

/** The part of TensorFlow.js' WebAssembly backend that is used. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  incRef(dataId: object): void;
  makeOutput(shape: readonly number[], dtype: TensorInfo['dtype']): TensorInfo;
}

/**
 * Our kernels on the linear memory of TensorFlow.js' WebAssembly backend: they read and write its tensors in place, and
 * that backend allocates every byte. Any allocation may grow the memory, which detaches views of it (addresses stay
 * valid): create views only after the last allocation.
 */
export class KernelMemory {
  readonly backend: WasmBackend;
  readonly run: KernelExports;
  #scratch = 0;
  #scratchBytes = 0;

  private constructor(backend: WasmBackend, run: KernelExports) {
    this.backend = backend;
    this.run = run;
  }

  /** @throws where the engine does not support 128-bit SIMD */
  static async open(backend: WasmBackend): Promise<KernelMemory> {
    return new KernelMemory(backend, await openKernels(backend.wasm.asm.memory));
  }

  /**
   * The address of a tensor's values.
   *
   * @param size the number of values that it must have
   * @throws KaleidoError where type or size differ: a kernel would read or write past the tensor
   */
  address(tensor: TensorInfo, size: number = sizeOf(tensor), dtype: 'float32' | 'int32' = 'float32'): number {
    if (sizeOf(tensor) !== size) {
      throw new KaleidoError({
        source: 'backend',
        problem: `an input must have ${size} values`,
        found: tensor.shape,
        advice: "check the shapes of the operation's inputs",
      });
    }
    if (tensor.dtype !== dtype) {
      throw new KaleidoError({
        source: 'backend',
        problem: `an input must have the type ${dtype}`,
        found: tensor.dtype,
        advice: 'cast it with tf.cast',
      });
    }
    return this.#offset(tensor);
  }

  #offset({ dataId }: TensorInfo): number {
    const { memoryOffset } = this.backend.dataIdMap.get(dataId);
    return memoryOffset;
  }

  /** A new tensor with uninitialised values. */
  allocate(...shape: readonly number[]): TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** A new tensor of `x`'s type, concatenated from pieces of `x`: `bytes` bytes from each offset. */
  copyPieces(x: TensorInfo, shape: readonly number[], bytes: number, offsets: Iterable<number>): TensorInfo {
    const target = this.backend.makeOutput(shape, x.dtype);
    const from = this.#offset(x);
    let to = this.#offset(target);
    const all = new Uint8Array(this.backend.wasm.asm.memory.buffer);
    for (const offset of offsets) {
      all.copyWithin(to, from + offset, from + offset + bytes);
      to += bytes;
    }
    return target;
  }

  /** Another tensor with the same values in the same memory. */
  share({ dataId, shape, dtype }: TensorInfo): TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** A new tensor of shape [] with this value. */
  scalar(value: number): TensorInfo {
    const tensor = this.allocate();
    new Float32Array(this.backend.wasm.asm.memory.buffer, this.address(tensor), 1)[0] = value;
    return tensor;
  }

  /** The value of a tensor of one number. */
  number(tensor: TensorInfo): number {
    return new Float32Array(this.backend.wasm.asm.memory.buffer, this.address(tensor, 1), 1)[0] as number;
  }

  /** The address of at least `bytes` bytes of scratch memory, valid until the next call. */
  scratch(bytes: number): number {
    if (bytes > this.#scratchBytes) {
      if (this.#scratchBytes > 0) this.backend.wasm._free(this.#scratch);
      this.#scratchBytes = 0;
      this.#scratch = this.backend.wasm._malloc(bytes);
      this.#scratchBytes = bytes;
    }
    return this.#scratch;
  }

  /**
   * The address of `size` indices, all in [0, bound).
   *
   * @throws KaleidoError for one that is not: a kernel would read or write past its tensor
   */
  indices(tensor: TensorInfo, size: number, bound: number, what: string): number {
    const address = this.address(tensor, size, 'int32');
    for (const index of new Int32Array(this.backend.wasm.asm.memory.buffer, address, size)) {
      if (index < 0 || index >= bound) {
        throw new KaleidoError({
          source: 'backend',
          problem: `${what} is outside [0, ${bound})`,
          found: index,
          advice: 'check how it was computed',
        });
      }
    }
    return address;
  }
}
