import { readFile } from 'node:fs/promises';
import {
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  float32Values,
  KaleidoError,
  type StoredTensor,
} from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { StageState } from '@kaleido/training';

/** A training after some steps. */
export interface TrainingState {
  readonly step: number;
  readonly state: StageState;
}

export async function saveTrainingState(path: string, { step, state }: TrainingState): Promise<void> {
  const { weights, optimizer } = state;
  const entries = (prefix: string, all: ReadonlyMap<string, Float32Array>): (readonly [string, StoredTensor])[] =>
    [...all].map(([name, values]) => [`${prefix}${name}`, float32Tensor(values, [values.length])]);
  const content = encodeSafetensors(
    [
      ...entries('weights/', weights),
      ...entries('first/', optimizer.firstMoments),
      ...entries('second/', optimizer.secondMoments),
    ],
    { step: String(step), optimizerStep: String(optimizer.step) },
  );
  await writeWhole(path, content);
}

/** Undefined without the file, and if it is damaged: the training then begins again. */
export async function readTrainingState(path: string): Promise<TrainingState | undefined> {
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) return undefined;
  try {
    const { tensors, metadata } = decodeSafetensors(content, path);
    const of = (prefix: string): ReadonlyMap<string, Float32Array> =>
      new Map(
        [...tensors]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, tensor]) => [name.slice(prefix.length), float32Values(tensor, name)]),
      );
    return {
      step: Number(metadata.step),
      state: {
        weights: of('weights/'),
        optimizer: {
          step: Number(metadata.optimizerStep),
          firstMoments: of('first/'),
          secondMoments: of('second/'),
        },
      },
    };
  } catch (error) {
    if (!KaleidoError.isInstance(error)) throw error;
    return undefined;
  }
}
