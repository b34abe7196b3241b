import { KaleidoError } from '@kaleido/foundation';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { kernels } from '#kernels';
import { sizeOf } from '../size-of.ts';
import type { KernelExports } from './kernel-exports.ts';

/** What is used of TensorFlow.js' WebAssembly backend. */
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
 * every byte of it is allocated by that backend. The memory may grow with any allocation, so take addresses freely but
 * views of the memory only after the last allocation.
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

  /** @throws where the engine does not know 128-bit SIMD */
  static async open(backend: WasmBackend): Promise<KernelMemory> {
    allowRelaxedSimd();
    const relaxed = decode(kernels.relaxed);
    const bytes = WebAssembly.validate(relaxed) ? relaxed : decode(kernels.plain);
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: backend.wasm.asm.memory } });
    return new KernelMemory(backend, instance.exports as unknown as KernelExports);
  }

  /**
   * The address of a tensor's values.
   *
   * @param size how many there must be
   * @throws KaleidoError where type or size differ: a kernel would read or write past the tensor
   */
  address(tensor: TensorInfo, size: number = sizeOf(tensor), dtype: 'float32' | 'int32' = 'float32'): number {
    if (sizeOf(tensor) !== size) {
      throw new KaleidoError({
        source: 'backend',
        problem: `a tensor of ${size} values was needed`,
        found: tensor.shape,
        advice: 'check the shapes of what goes into one operation',
      });
    }
    if (tensor.dtype !== dtype) {
      throw new KaleidoError({
        source: 'backend',
        problem: `a tensor of ${dtype} was needed`,
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

  /** A new tensor with whatever values its memory had. */
  allocate(...shape: readonly number[]): TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** A new tensor of another's type that is put together from pieces of it, each so many bytes from an offset in it. */
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

  /** The same values under another tensor. */
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

  /** The address of at least so many bytes, until the next call. */
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
   * The address of so many indices that are all in [0, bound).
   *
   * @throws KaleidoError for one that is not: a kernel would read or write past its tensor
   */
  indices(tensor: TensorInfo, size: number, bound: number, what: string): number {
    const address = this.address(tensor, size, 'int32');
    for (const index of new Int32Array(this.backend.wasm.asm.memory.buffer, address, size)) {
      if (index < 0 || index >= bound) {
        throw new KaleidoError({
          source: 'backend',
          problem: `${what} outside [0, ${bound})`,
          found: index,
          advice: 'check where it was made',
        });
      }
    }
    return address;
  }
}

/**
 * Node 20 is one V8 release short of relaxed SIMD, and has it complete behind a flag; fused multiply-adds make the
 * products a fifth faster at least. Where the flag is gone, V8 no longer needs it.
 */
function allowRelaxedSimd(): void {
  if (typeof process !== 'object' || !process.versions?.node?.startsWith('20.')) return;
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
