import { readFile } from 'node:fs/promises';
import { decodeSafetensors, encodeSafetensors, KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import { restoreStageState, type StageState, stageStateTensors } from '@kaleido/training';

/** A training after some steps. */
export interface TrainingState {
  readonly step: number;
  readonly state: StageState;
}

export async function saveTrainingState(path: string, { step, state }: TrainingState): Promise<void> {
  const metadata = { step: String(step), optimizerStep: String(state.optimizer.step) };
  await writeWhole(path, encodeSafetensors(stageStateTensors(state), metadata));
}

/** Undefined without the file, and if it is damaged: the training then begins again. */
export async function readTrainingState(path: string): Promise<TrainingState | undefined> {
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) return undefined;
  try {
    const { tensors, metadata } = decodeSafetensors(content, path);
    const [step, optimizerStep] = [Number(metadata.step), Number(metadata.optimizerStep)];
    const { weights, optimizer } = restoreStageState(tensors, optimizerStep);
    if (!Number.isSafeInteger(step) || !Number.isSafeInteger(optimizerStep) || optimizer === undefined)
      return undefined;
    return { step, state: { weights, optimizer } };
  } catch (error) {
    if (!KaleidoError.isInstance(error)) throw error;
    return undefined;
  }
}
