import { KaleidoError } from '@kaleido/foundation';
import { builtScript, runInChild } from '../platform/run-in-child.ts';
import type { CheckedTensorflow } from './check-tensorflow.ts';
import type { NativeOptions } from './open-native.ts';

type NativeDevice = NativeOptions['device'];

/** Seconds: enough to read a gigabyte of libraries from a slow disk and to start a GPU's driver. */
const patience = 120;

/**
 * Lets a child process load the TensorFlow in a folder and multiply two matrices: a library for another processor
 * crashes the process that loads it, which JavaScript cannot catch.
 *
 * @throws KaleidoError where it does not load or does not compute
 */
export async function tryTensorflow(folder: string, device: NativeDevice): Promise<CheckedTensorflow> {
  const script = builtScript('./check-tensorflow.js', import.meta.url);
  const outcome = await runInChild({ script, args: [folder, device], patience });
  if (outcome.kind === 'answer') return outcome.answer as CheckedTensorflow;
  throw new KaleidoError({
    source: 'backend',
    problem: `the TensorFlow in ${folder} does not work on this machine`,
    found:
      outcome.kind === 'end'
        ? [outcome.how, outcome.output].filter(Boolean).join(': ')
        : (outcome.error.found ?? outcome.error.problem),
    advice: 'install TensorFlow 2.15 or later for this processor, or use wasm',
  });
}

/** The folders already checked, for later calls and for worker threads, which get a copy of the environment. */
const checkedVariable = 'KALEIDO_TENSORFLOW_CHECKED';

interface Mark extends CheckedTensorflow {
  readonly folder: string;
  readonly device: NativeDevice;
}

/** `tryTensorflow`, once for each folder and device. */
export async function checkInChild(folder: string, device: NativeDevice): Promise<CheckedTensorflow> {
  const mark = readMark();
  // If it was asked for a GPU and saw none, it computed on the CPU.
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
