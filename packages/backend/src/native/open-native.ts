import { KaleidoError } from '@kaleido/foundation';
import { tf } from '../tensorflow.ts';
import { otherFolder } from './c-library.ts';
import { checkInChild } from './check-in-child.ts';
import { findTensorflow } from './find-tensorflow.ts';
import { NativeBinding } from './native-binding.ts';
import type { NativeOptions, OpenedNative } from './native-options.ts';
import { attributeKinds, dataTypes } from './native-types.ts';
import type { NodeBackend } from './node-backend.ts';
import { assertPeers, requirePeer } from './peers.ts';
import { registerKernels } from './register-kernels.ts';

let opened: { readonly device: NativeOptions['device']; readonly answer: OpenedNative } | undefined;

/**
 * TensorFlow.js' `tensorflow` backend on a TensorFlow of this machine, without a compiled addon.
 *
 * @throws KaleidoError where TensorFlow, a GPU for it, koffi or @tensorflow/tfjs-node-gpu is missing
 */
export async function openNative({ device, folder, threads, expendable }: NativeOptions): Promise<OpenedNative> {
  if (opened !== undefined) {
    if (opened.device !== device)
      throw new KaleidoError({
        source: 'backend',
        problem: `this process already uses TensorFlow's ${opened.device}`,
        found: device,
        advice: 'use another process for the other device',
      });
    if (folder !== undefined && folder !== opened.answer.folder) throw otherFolder(opened.answer.folder, folder);
    await tf.setBackend('tensorflow');
    return opened.answer;
  }
  if (process.platform !== 'linux')
    throw new KaleidoError({
      source: 'backend',
      problem: 'TensorFlow works on Linux only',
      found: process.platform,
      advice: 'use webgpu or wasm',
    });
  const { found, looked } = await findTensorflow(folder);
  if (found === undefined)
    throw new KaleidoError({
      source: 'backend',
      problem: 'no TensorFlow was found on this machine',
      found: looked.join(', '),
      advice:
        "pip install tensorflow-cpu (or 'tensorflow[and-cuda]'); without Python, unpack its wheel with addTensorflow of @kaleido/backend/node (in its repository: pnpm backends add tensorflow --wheel FILE); or set KALEIDO_TENSORFLOW to a folder with its libraries",
    });
  if (device === 'gpu') for (const [name, value] of gpuEnvironment) process.env[name] ??= value;
  // First check everything that needs no loading: if another backend is selected in the end, nothing of this one is
  // loaded.
  assertPeers();
  if (!expendable) {
    const { version, gpu } = await checkInChild(found.folder, device);
    if (device === 'gpu' && !gpu) throw noGpu(version, found.folder);
  }
  const binding = new NativeBinding({ folder: found.folder, device, threads });
  if (device === 'gpu' && binding.gpu === '') throw noGpu(binding.version, found.folder);
  const kernels = requireKernels();
  const native = Object.assign(binding, dataTypes, attributeKinds);
  tf.registerBackend('tensorflow', () => new kernels.NodeJSKernelBackend(native, '@kaleido/backend'));
  if (!(await tf.setBackend('tensorflow'))) {
    tf.removeBackend('tensorflow');
    throw new KaleidoError({
      source: 'backend',
      problem: `TensorFlow ${binding.version} did not start`,
      found: found.folder,
      advice: "read TensorFlow's messages above, or use wasm",
    });
  }
  registerKernels(tf.backend() as unknown as NodeBackend);
  const answer = {
    version: binding.version,
    device: device === 'gpu' ? binding.gpu : 'CPU',
    ...found,
  };
  opened = { device, answer };
  return answer;
}

/**
 * Defaults for a GPU, which the user's environment overrides: the same bits every time, and float32 products in float32
 * (TensorFlow would round their factors to 10 bits).
 */
const gpuEnvironment = [
  ['TF_DETERMINISTIC_OPS', '1'],
  ['NVIDIA_TF32_OVERRIDE', '0'],
] as const;

function noGpu(version: string, folder: string): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: `TensorFlow ${version} sees no GPU`,
    found: folder,
    advice:
      "check nvidia-smi, and install the build with CUDA (pip install 'tensorflow[and-cuda]'); or use webgpu or wasm",
  });
}

/** tfjs-node's JavaScript, without the file that looks for its addon. */
interface NodeKernels {
  readonly NodeJSKernelBackend: new (binding: NativeBinding, name: string) => tf.KernelBackend;
}

function requireKernels(): NodeKernels {
  requirePeer('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
  return requirePeer('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as NodeKernels;
}
