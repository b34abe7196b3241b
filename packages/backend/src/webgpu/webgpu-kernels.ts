import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

/** A number of a kernel's settings, with its type in WGSL. */
export type Setting = { readonly u32: number } | { readonly f32: number };

export interface OutputForm {
  readonly shape: readonly number[];
  readonly dtype?: DataType;
}

export interface Dispatch {
  /** Names everything that the source depends on: one key, one pipeline. */
  readonly key: string;
  /** WGSL after the bindings: functions, and an entry point `main`. */
  readonly source: () => string;
  /** Read by the kernel, in the order of their bindings, with the type of an element in WGSL. */
  readonly inputs: readonly (readonly [name: string, tensor: TensorInfo, element?: string | undefined])[];
  /** Written, or updated if they have values already. */
  readonly outputs: readonly (readonly [name: string, tensor: TensorInfo, element?: string | undefined])[];
  /** Fields of `settings`, by name. */
  readonly settings: Readonly<Record<string, Setting>>;
  readonly workgroups: readonly [x: number, y?: number, z?: number];
  /** Whether the source uses halves, which the device must have (`hasHalves`). */
  readonly halves?: boolean;
}

/** The number of settings cached on the device; most kernels of a step have the same ones in every step. */
const mostKeptSettings = 1024;
const mostWorkgroups = 65_535;

/** Runs WGSL kernels with several outputs on TensorFlow.js' tensors, in order with TensorFlow.js' own kernels. */
export class WebgpuKernels {
  readonly backend: WebgpuBackend;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #settings = new Map<string, GPUBuffer>();

  constructor(backend: WebgpuBackend) {
    this.backend = backend;
  }

  /** Whether the device computes in half precision. */
  get hasHalves(): boolean {
    return this.backend.device.features.has('shader-f16');
  }

  /** A tensor without values yet. */
  make({ shape, dtype = 'float32' }: OutputForm): TensorInfo {
    const made = this.backend.makeTensorInfo([...shape], dtype);
    if (tf.util.sizeFromShape(made.shape) > 0) this.backend.uploadToGPU(made.dataId);
    // An empty tensor has no buffer to be read from.
    else this.backend.tensorMap.get(made.dataId).values = tf.util.getTypedArrayFromDType(dtype as 'float32', 0);
    return made;
  }

  /** Frees a tensor made by `make` that TensorFlow.js does not know of. */
  discard({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }

  /** Records one kernel, unless it has no workgroups. */
  dispatch(dispatch: Dispatch): void {
    const [x, y = 1, z = 1] = dispatch.workgroups;
    if (x * y * z === 0) return;
    const converted: TensorInfo[] = [];
    const inputs = dispatch.inputs.map(([name, tensor, element]) => {
      if (!this.#holdsIntegers(tensor)) return [name, tensor, element] as const;
      converted.push(this.#toFloats(tensor));
      return [name, converted.at(-1) as TensorInfo, element] as const;
    });
    this.#record({ ...dispatch, inputs }, x, y, z);
    for (const tensor of converted) this.discard(tensor);
  }

  /** Whether a float32 tensor has integers in its buffer: TensorFlow.js' cast does not convert them. */
  #holdsIntegers({ dataId, dtype }: TensorInfo): boolean {
    return dtype === 'float32' && this.backend.tensorMap.get(dataId).dtype !== 'float32';
  }

  #toFloats(tensor: TensorInfo): TensorInfo {
    const made = this.make(tensor);
    const size = tf.util.sizeFromShape([...tensor.shape]);
    const dispatch: Dispatch = {
      key: 'integers to floats',
      inputs: [['x', tensor, 'i32']],
      outputs: [['y', made]],
      settings: { size: u32(size) },
      workgroups: [Math.min(mostWorkgroups, Math.ceil(size / 256))],
      source: () => `
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < settings.size; i += groups.x * 256u) { y[i] = f32(x[i]); }
}`,
    };
    this.#record(dispatch, dispatch.workgroups[0], 1, 1);
    return made;
  }

  #record(dispatch: Dispatch, x: number, y: number, z: number): void {
    const { inputs, outputs } = dispatch;
    const { backend } = this;
    const tensors = [...outputs, ...inputs].map(([, tensor]) => tensor);
    for (const { dataId } of tensors) backend.uploadToGPU(dataId);
    // A tensor that was read has its values on the host too; they are outdated now.
    for (const [, { dataId }] of outputs) backend.tensorMap.get(dataId).values = null;
    const pipeline = this.#pipeline(dispatch);
    const buffers = tensors.map(({ dataId }) => backend.tensorMap.get(dataId).resource as GPUBuffer);
    if (Object.keys(dispatch.settings).length > 0) buffers.push(this.#settingsBuffer(dispatch.settings));
    const group = backend.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= (backend.commandEncoder as GPUCommandEncoder).beginComputePass();
    const pass = backend.computePassEncoder;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(x, y, z);
    for (const { dataId } of tensors) backend.commandQueueOwnedIds.add(dataId);
    backend.dispatchCountInPass++;
    if (backend.dispatchCountInPass < tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  }

  /** Fills a tensor with zeros: the sum of nothing. */
  clear({ dataId, shape }: TensorInfo): void {
    if (tf.util.sizeFromShape([...shape]) === 0) return;
    const { backend } = this;
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    (backend.commandEncoder as GPUCommandEncoder).clearBuffer(backend.tensorMap.get(dataId).resource as GPUBuffer);
    backend.commandQueueOwnedIds.add(dataId);
  }

  /** A tensor that may be changed in place: the tensor itself, or a copy if something else still holds it. */
  changeable(tensor: TensorInfo): TensorInfo {
    const { backend } = this;
    const { dataId, shape, dtype } = tensor;
    if (backend.tensorMap.get(dataId).refCount === 1) {
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    }
    const copy = this.make({ shape, dtype });
    if (tf.util.sizeFromShape(shape) === 0) return copy;
    backend.uploadToGPU(dataId);
    const [from, to] = [dataId, copy.dataId].map((id) => backend.tensorMap.get(id).resource) as [GPUBuffer, GPUBuffer];
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    (backend.commandEncoder as GPUCommandEncoder).copyBufferToBuffer(from, 0, to, 0, from.size);
    for (const id of [dataId, copy.dataId]) backend.commandQueueOwnedIds.add(id);
    return copy;
  }

  #pipeline({ key, source, inputs, outputs, settings, halves = false }: Dispatch): GPUComputePipeline {
    const known = this.#pipelines.get(key);
    if (known !== undefined) return known;
    const elements = (tensor: TensorInfo, element: string | undefined): string =>
      element ?? (tensor.dtype === 'float32' ? 'f32' : 'i32');
    const bindings = [
      ...outputs.map(([name, tensor, element]) => `read_write> ${name}: array<${elements(tensor, element)}>;`),
      ...inputs.map(([name, tensor, element]) => `read> ${name}: array<${elements(tensor, element)}>;`),
    ].map((text, binding) => `@group(0) @binding(${binding}) var<storage, ${text}`);
    const fields = Object.entries(settings).map(([name, value]) => `${name}: ${'u32' in value ? 'u32' : 'f32'},`);
    const uniform =
      fields.length === 0
        ? []
        : [
            `struct Settings { ${fields.join(' ')} }`,
            `@group(0) @binding(${bindings.length}) var<uniform> settings: Settings;`,
          ];
    const code = [...(halves ? ['enable f16;'] : []), ...bindings, ...uniform, source()].join('\n');
    const { device } = this.backend;
    const pipeline = device.createComputePipeline({
      label: key,
      layout: 'auto',
      compute: { module: device.createShaderModule({ label: key, code }), entryPoint: 'main' },
    });
    this.#pipelines.set(key, pipeline);
    return pipeline;
  }

  #settingsBuffer(settings: Readonly<Record<string, Setting>>): GPUBuffer {
    const values = Object.values(settings);
    // WebGPU requires the size of a uniform struct to be a multiple of 16 bytes.
    const bytes = new ArrayBuffer(Math.ceil(values.length / 4) * 16);
    const [integers, floats] = [new Uint32Array(bytes), new Float32Array(bytes)];
    for (const [index, value] of values.entries()) {
      if ('u32' in value) integers[index] = value.u32;
      else floats[index] = value.f32;
    }
    const key = integers.join();
    const known = this.#settings.get(key);
    if (known !== undefined) {
      this.#settings.delete(key);
      this.#settings.set(key, known);
      return known;
    }
    const { device, queue } = this.backend;
    const buffer = device.createBuffer({
      size: bytes.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    queue.writeBuffer(buffer, 0, bytes);
    this.#settings.set(key, buffer);
    // WebGPU frees a dropped buffer after the commands that use it.
    if (this.#settings.size > mostKeptSettings) this.#settings.delete(this.#settings.keys().next().value as string);
    return buffer;
  }
}

export function u32(value: number): Setting {
  return { u32: value };
}

export function f32(value: number): Setting {
  return { f32: value };
}

/**
 * Workgroups for a number of pieces of work, in two dimensions if one is too short; `workIndex` is the piece's index.
 */
export function spread(count: number): [x: number, y: number] {
  return count <= mostWorkgroups ? [count, 1] : [mostWorkgroups, Math.ceil(count / mostWorkgroups)];
}

/** WGSL for the index of a workgroup of `spread`. */
export const workIndex: string = `(group.x + group.y * ${mostWorkgroups}u)`;
