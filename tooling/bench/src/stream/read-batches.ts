import { setTimeout } from 'node:timers/promises';
import { randomStream } from '@kaleido/foundation';
import {
  type FeatureReader,
  type FeatureTable,
  featureSlots,
  patchCount,
  patchSlots,
  positionWidth,
} from '@kaleido/layout';

export interface ReadBatchesOptions {
  /** Rows per step. For each, another row is drawn as its negative, of which one vector is read. */
  readonly batch: number;
  readonly steps: number;
  /** Steps whose rows are loaded before they are needed. */
  readonly ahead: number;
  /** Simulated compute time per step, in milliseconds. */
  readonly work: number;
  readonly seed: number;
  readonly onStep?: (step: number) => void;
}

export interface ReadBatches {
  /** Milliseconds that each step waited for its rows. */
  readonly waited: readonly number[];
  /** Milliseconds to copy them into a batch. */
  readonly copied: readonly number[];
}

/** Reads features as pre-training does: random rows and their random negatives, step after step. */
export async function readBatches(
  reader: FeatureReader,
  { batch, steps, ahead, work, seed, onStep }: ReadBatchesOptions,
): Promise<ReadBatches> {
  const target = new Float32Array(batch * patchCount * reader.featureWidth); // [B, 55, F]
  const positions = new Float32Array(batch * patchCount * positionWidth); // [B, 55, 5]
  const begin = (step: number): Loading => {
    const random = randomStream(seed, 'batches', step);
    const draw = (): number[] => Array.from({ length: batch }, () => random.integer(reader.rows));
    const [rows, negatives] = [draw(), draw()];
    return { rows, negatives, table: reader.load([...rows, ...negatives]) };
  };
  const coming: Loading[] = [];
  const [waited, copied]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step++) {
    while (coming.length <= ahead && step + coming.length < steps) coming.push(begin(step + coming.length));
    const { rows, negatives, table } = coming.shift() as Loading;
    const start = performance.now();
    const loaded = await table;
    const ready = performance.now();
    fill(loaded, rows, negatives, target, positions);
    waited.push(ready - start);
    copied.push(performance.now() - ready);
    if (work > 0) await setTimeout(work);
    onStep?.(step);
  }
  return { waited, copied };
}

interface Loading {
  readonly rows: readonly number[];
  readonly negatives: readonly number[];
  readonly table: Promise<FeatureTable>;
}

function fill(
  table: FeatureTable,
  rows: readonly number[],
  negatives: readonly number[],
  target: Float32Array,
  positions: Float32Array,
): void {
  const F = table.featureWidth;
  const intruder = [featureSlots.camouflage.start];
  for (const [b, row] of rows.entries()) {
    table.copy(row, patchSlots, target, b * patchCount * F);
    table.copy(negatives[b] as number, intruder, target, b * patchCount * F);
    positions.set(table.positions(row), b * patchCount * positionWidth);
  }
}
