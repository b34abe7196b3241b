import type { StageMetrics } from '@kaleido/training';
import type { SkippedPhotograph } from './items.ts';
import type { Figures } from './task.ts';

/** What a fine-tuning tells on its way. */
export type FineTuneProgress<Figure extends string = string> =
  | {
      /** Photographs whose features are ready. */
      readonly kind: 'features';
      readonly of: 'train' | 'validation';
      readonly photographs: number;
    }
  | ({
      /** About 100 times: losses, learning rate, time left. */
      readonly kind: 'step';
    } & StageMetrics)
  | ({
      /** The validation items were measured. */
      readonly kind: 'validation';
    } & Measurement<Figure>)
  | ({
      /** A photograph cannot be read; the others go on. */
      readonly kind: 'skipped';
    } & SkippedPhotograph);

/** The validation figures after a step. */
export interface Measurement<Figure extends string = string> {
  readonly step: number;
  readonly figures: Figures<Figure>;
  /** Whether these weights are the best so far. */
  readonly best: boolean;
}

/** A fine-tuning: its result as a promise, and its progress as a stream, from the first event on. */
export type FineTuning<Result, Figure extends string = string> = Promise<Result> &
  AsyncIterable<FineTuneProgress<Figure>>;

/**
 * Starts a work that reports progress. A stream ends with the work, and throws what it throws; leaving a stream does not
 * end the work, whose failure is then thrown by the promise alone.
 */
export function withProgress<Result, Figure extends string>(
  work: (tell: (progress: FineTuneProgress<Figure>) => void) => Promise<Result>,
): FineTuning<Result, Figure> {
  const told: FineTuneProgress<Figure>[] = [];
  let wake = (): void => undefined;
  let next = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const turn = (): void => {
    wake();
    next = new Promise((resolve) => {
      wake = resolve;
    });
  };
  let ended = false;
  const result = work((progress) => {
    told.push(progress);
    turn();
  }).finally(() => {
    ended = true;
    turn();
  });
  async function* stream(): AsyncGenerator<FineTuneProgress<Figure>> {
    for (let at = 0; ; ) {
      const arrived = next;
      while (at < told.length) yield told[at++] as FineTuneProgress<Figure>;
      if (ended) break;
      await arrived;
    }
    await result;
  }
  return Object.assign(result, {
    [Symbol.asyncIterator]() {
      // A failure is thrown by the stream: it counts as handled.
      result.catch(() => undefined);
      return stream();
    },
  });
}
