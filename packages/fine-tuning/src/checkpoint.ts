import { decodeSafetensors, encodeSafetensors, float32Tensor, float32Values, KaleidoError } from '@kaleido/foundation';
import { restoreStageState, type StageState, stageStateTensors } from '@kaleido/training';
import type { Measurement } from './progress.ts';

/** Where the state of a fine-tuning is kept between two runs of a program. */
export interface CheckpointStore {
  /** Its place, for messages. */
  readonly name: string;
  /** Undefined: nothing is kept yet. */
  read(): Promise<Uint8Array | undefined>;
  write(content: Uint8Array): Promise<void>;
}

/** The state of a fine-tuning. */
export interface Checkpoint {
  /** Identifies the model, the items and all settings. */
  readonly key: string;
  readonly step: number;
  /** Whether nothing is left to do. */
  readonly finished: boolean;
  readonly state: StageState;
  readonly history: readonly Measurement[];
  /** The weights that are best so far. */
  readonly best?: ReadonlyMap<string, Float32Array> | undefined;
}

/** Numbers as texts. */
interface StoredMeasurement {
  readonly step: string;
  readonly figures: Readonly<Record<string, string>>;
  readonly best: boolean;
}

const bestPrefix = 'best/';
/** Changes with the content of the file. */
const format = '2';

export function encodeCheckpoint({ key, step, finished, state, history, best }: Checkpoint): Uint8Array {
  const kept = [...(best ?? [])].map(
    ([name, values]) => [`${bestPrefix}${name}`, float32Tensor(values, [values.length])] as const,
  );
  return encodeSafetensors([...stageStateTensors(state), ...kept], {
    format,
    key,
    step: String(step),
    finished: String(finished),
    optimizerStep: String(state.optimizer.step),
    // JSON has neither NaN nor infinity.
    history: JSON.stringify(history, (_, value) => (typeof value === 'number' ? String(value) : value)),
  });
}

/**
 * @param key of the fine-tuning that is to continue
 * @throws KaleidoError for a damaged file, and for the state of another fine-tuning
 */
export function decodeCheckpoint(content: Uint8Array, name: string, key: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(content, name);
  const refuse = (problem: string, found: unknown): KaleidoError =>
    new KaleidoError({
      source: 'fine-tuning',
      problem: `${name} ${problem}`,
      found,
      advice: 'resume from another folder, or delete this one to start again',
    });
  if (metadata.format !== format) throw refuse('is not the state of a fine-tuning of this version', metadata.format);
  if (metadata.key !== key)
    throw refuse('is the state of another fine-tuning: the model, the items or the settings differ', metadata.key);
  const { weights, optimizer } = restoreStageState(tensors, Number(metadata.optimizerStep));
  if (optimizer === undefined) throw refuse('has no optimiser', undefined);
  const best = [...tensors]
    .filter(([entry]) => entry.startsWith(bestPrefix))
    .map(([entry, tensor]) => [entry.slice(bestPrefix.length), float32Values(tensor, entry)] as const);
  return {
    key,
    step: Number(metadata.step),
    finished: metadata.finished === 'true',
    state: { weights, optimizer },
    history: (JSON.parse(metadata.history ?? '[]') as StoredMeasurement[]).map(measurementOf),
    best: best.length === 0 ? undefined : new Map(best),
  };
}

function measurementOf({ step, figures, best }: StoredMeasurement): Measurement {
  const numbers = Object.entries(figures).map(([name, value]) => [name, Number(value)] as const);
  return { step: Number(step), figures: Object.fromEntries(numbers), best };
}
