import { decodeSafetensors, encodeSafetensors } from '@kaleido/foundation';
import type { Weights } from '@kaleido/model';
import { type OptimizerState, restoreStageState, stageStateTensors } from '@kaleido/training';

/** Progress of a run in stages. */
export interface RunProgress {
  /** Index of the current stage; the number of stages once all are done. */
  readonly stage: number;
  /** Steps of it that are done. */
  readonly step: number;
}

/** Everything needed to resume an interrupted run. */
export interface RunCheckpoint extends RunProgress {
  /** Identifies the products and the vocabulary that the run started with. */
  readonly data: string;
  readonly weights: Weights;
  /** Of the current stage, if it has done any steps. */
  readonly optimizer?: OptimizerState;
  /** Seconds that each part has taken so far. */
  readonly times: readonly { readonly part: string; readonly seconds: number }[];
}

/** A checkpoint as one file, so that weights, optimiser state and step always belong together. */
export function encodeCheckpoint({ stage, step, data, weights, optimizer, times }: RunCheckpoint): Uint8Array {
  return encodeSafetensors(stageStateTensors({ weights, optimizer }), {
    stage: String(stage),
    step: String(step),
    data,
    times: JSON.stringify(times),
    ...(optimizer === undefined ? {} : { optimizerStep: String(optimizer.step) }),
  });
}

/** @throws KaleidoError for a damaged file */
export function decodeCheckpoint(content: Uint8Array, path: string): RunCheckpoint {
  const { tensors, metadata } = decodeSafetensors(content, path);
  const { optimizerStep, stage, step, data = '', times = '[]' } = metadata;
  const { weights, optimizer } = restoreStageState(
    tensors,
    optimizerStep === undefined ? undefined : Number(optimizerStep),
  );
  return {
    stage: Number(stage),
    step: Number(step),
    data,
    weights,
    times: JSON.parse(times),
    ...(optimizer === undefined ? {} : { optimizer }),
  };
}
