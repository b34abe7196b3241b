import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { KaleidoError } from '@kaleido/foundation';
import { tf } from '../tensorflow.ts';
import { otherFolder } from './c-library.ts';
import { findTensorflow } from './find-tensorflow.ts';
import { NativeBinding } from './native-binding.ts';
import { attributeKinds, dataTypes } from './native-types.ts';
import type { NodeBackend } from './node-backend.ts';
import { registerKernels } from './register-kernels.ts';

export interface NativeOptions {
  readonly device: 'cpu' | 'gpu';
  /** A folder with TensorFlow's libraries; looked for where left out. */
  readonly folder?: string | undefined;
  readonly threads?: number | undefined;
}

export interface OpenedNative {
  readonly version: string;
  readonly device: string;
  readonly folder: string;
  /** What led to the folder. */
  readonly from: string;
}

let opened: { readonly device: NativeOptions['device']; readonly answer: OpenedNative } | undefined;

/**
 * TensorFlow.js' `tensorflow` backend on a TensorFlow of this machine, without a compiled addon.
 *
 * @throws KaleidoError where TensorFlow, a GPU for it, koffi or @tensorflow/tfjs-node-gpu is not to be had
 */
export async function openNative({ device, folder, threads }: NativeOptions): Promise<OpenedNative> {
  if (opened !== undefined) {
    if (opened.device !== device)
      throw new KaleidoError({
        source: 'backend',
        problem: `this process computes on TensorFlow's ${opened.device}`,
        found: device,
        advice: 'start another process for another device',
      });
    if (folder !== undefined && folder !== opened.answer.folder) throw otherFolder(opened.answer.folder, folder);
    await tf.setBackend('tensorflow');
    return opened.answer;
  }
  const { found, looked } = await findTensorflow(folder);
  if (found === undefined)
    throw new KaleidoError({
      source: 'backend',
      problem: 'no TensorFlow was found on this machine',
      found: looked.join(', '),
      advice:
        "pip install tensorflow-cpu (or 'tensorflow[and-cuda]'), or name the folder of its libraries in KALEIDO_TENSORFLOW",
    });
  const kernels = requireKernels();
  if (device === 'gpu') for (const [name, value] of gpuEnvironment) process.env[name] ??= value;
  await checkInChild(found.folder, device);
  const binding = new NativeBinding({ folder: found.folder, device, threads });
  if (device === 'gpu' && binding.gpu === '') throw noGpu(found.folder);
  const native = Object.assign(binding, dataTypes, attributeKinds);
  tf.registerBackend('tensorflow', () => new kernels.NodeJSKernelBackend(native, '@kaleido/backend'));
  await tf.setBackend('tensorflow');
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
 * How a GPU is to compute, for whoever has not said otherwise: the same bits every time, and float32 products in float32
 * (TensorFlow would round their factors to 10 bits).
 */
const gpuEnvironment = [
  ['TF_DETERMINISTIC_OPS', '1'],
  ['NVIDIA_TF32_OVERRIDE', '0'],
] as const;

/** Marks what has been checked for the worker threads, which get a copy of the environment. */
const checkedVariable = 'KALEIDO_TENSORFLOW_CHECKED';

/**
 * Lets a child process load TensorFlow and multiply two matrices: a library for another processor ends the process that
 * loads it, and no JavaScript can catch that.
 */
async function checkInChild(folder: string, device: NativeOptions['device']): Promise<void> {
  const mark = `${device} ${folder}`;
  if (process.env[checkedVariable] === mark) return;
  // The sources are TypeScript, which a child of Node 20 cannot run: from there the built script is taken.
  const script = new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/native/check-tensorflow.js' : './check-tensorflow.js',
    import.meta.url,
  );
  const { error, devices, output } = await new Promise<Record<'devices' | 'output', string> & { error: Error | null }>(
    (resolve) => {
      execFile(
        process.execPath,
        [fileURLToPath(script), folder, device],
        { timeout: 120_000 },
        (error, stdout, stderr) => resolve({ error, devices: stdout, output: `${stdout}${stderr}` }),
      );
    },
  );
  if (error !== null)
    throw new KaleidoError({
      source: 'backend',
      problem: `the TensorFlow of ${folder} does not work here`,
      found: lastLines(output) || error.message,
      advice: 'install one for this processor, 2.15 or later, or take wasm',
    });
  // Of what was printed, only the list: TensorFlow's complaints name the GPU too.
  if (device === 'gpu' && !devices.includes('GPU')) throw noGpu(folder);
  process.env[checkedVariable] = mark;
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' / ');
}

function noGpu(folder: string): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: 'TensorFlow sees no GPU',
    found: folder,
    advice:
      "check nvidia-smi, and install the build with CUDA (pip install 'tensorflow[and-cuda]'); or take webgpu or wasm",
  });
}

/** tfjs-node's JavaScript, without the file that looks for its addon. */
interface NodeKernels {
  readonly NodeJSKernelBackend: new (binding: NativeBinding, name: string) => tf.KernelBackend;
}

function requireKernels(): NodeKernels {
  const require = createRequire(import.meta.url);
  try {
    require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
    return require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as NodeKernels;
  } catch (cause) {
    throw new KaleidoError({
      source: 'backend',
      problem: 'the npm package @tensorflow/tfjs-node-gpu, whose JavaScript is needed, is absent',
      advice: 'install @tensorflow/tfjs-node-gpu@4.22.0 with --ignore-scripts, or take wasm',
      cause,
    });
  }
}
