import { KaleidoError } from '@kaleido/foundation';
import { builtScript, runInChild } from '../platform/run-in-child.ts';
import type { CheckedTensorflow } from './check-tensorflow.ts';
import type { NativeOptions } from './native-options.ts';

type NativeDevice = NativeOptions['device'];

/** Seconds: the libraries alone may have a gigabyte to come over a slow disk, and a GPU's driver to wake. */
const patience = 120;

/**
 * Lets a child process load the TensorFlow of a folder and multiply two matrices: a library for another processor ends
 * the process that loads it, and no JavaScript can catch that.
 *
 * @throws KaleidoError where it does not load or does not compute
 */
export async function tryTensorflow(folder: string, device: NativeDevice): Promise<CheckedTensorflow> {
  const script = builtScript('./check-tensorflow.js', import.meta.url);
  const outcome = await runInChild({ script, args: [folder, device], patience });
  if (outcome.kind === 'answer') return outcome.answer as CheckedTensorflow;
  throw new KaleidoError({
    source: 'backend',
    problem: `the TensorFlow of ${folder} does not work here`,
    found:
      outcome.kind === 'end'
        ? [outcome.how, outcome.output].filter(Boolean).join(': ')
        : (outcome.error.found ?? outcome.error.problem),
    advice: 'install one for this processor, 2.15 or later, or take wasm',
  });
}

/** What has been checked, for later calls and for the worker threads, which get a copy of the environment. */
const checkedVariable = 'KALEIDO_TENSORFLOW_CHECKED';

interface Mark extends CheckedTensorflow {
  readonly folder: string;
  readonly device: NativeDevice;
}

/** `tryTensorflow`, once for a folder and a device. */
export async function checkInChild(folder: string, device: NativeDevice): Promise<CheckedTensorflow> {
  const mark = readMark();
  // Where it was asked for a GPU and saw none, it has computed on the CPU.
  if (mark?.folder === folder && (mark.device === device || (mark.device === 'gpu' && !mark.gpu))) return mark;
  const checked = await tryTensorflow(folder, device);
  process.env[checkedVariable] = JSON.stringify({ folder, device, ...checked } satisfies Mark);
  return checked;
}

function readMark(): Mark | undefined {
  try {
    return JSON.parse(process.env[checkedVariable] ?? '') as Mark;
  } catch {
    return undefined;
  }
}
